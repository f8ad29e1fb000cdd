"""How long files are kept. A capability registers a policy from `apps.py`: which of its files age, and since when.

Cold: out of the daily lists, and in the cold class of the store where it has one; it opens as before. Expired: the file
is gone from the store, and no page or program is shown a word of it any more. What was said and decided stays as
sealed, signed rows; its words end with the patient's key, which is another act. Nothing is deleted that nobody has seen
on a list.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.models import Case, CaseState, Hold, Report, RetentionRule, ReviewItem, Run, Upload
from clinic.models.cases import SIGNED_STATES
from clinic.models.reviews import OPEN_STATES
from clinic.models.runs import ACTIVE
from clinic.pipeline import load

MOST_LISTED = 500
NOTICE = timedelta(days=7)  # nothing is deleted that was not announced so long before
HELD, CITED, WAITS, UNDER_WAY, CASE_OPEN = "held", "cited", "waits", "under_way", "case_open"
ANNOUNCED = "announced"
KEPT_WORDS: dict[str, str | Promise] = {
    HELD: _("A legal hold stands on its case."),
    CITED: _("A signed report rests on it."),
    WAITS: _("A person has still to judge it."),
    UNDER_WAY: _("Work on it is under way."),
    ANNOUNCED: _("It was announced less than seven days ago."),
    CASE_OPEN: _("Its case is neither signed nor closed."),
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    name: str
    title: str | Promise
    cold_days: int
    expiry_days: int | None
    aged: str  # 'app.module:function' (site_id) -> uploads, each with `since`: when the clock began


@dataclass(frozen=True)
class Keeper:
    """A reason of a capability why a file stays."""

    words: str | Promise
    keeps: str  # 'app.module:function' (ids of uploads) -> those that stay


_policies: dict[str, Policy] = {}
_keepers: dict[str, Keeper] = {}


def register(policy: Policy) -> None:
    _policies[policy.name] = policy


def keep(code: str, keeper: Keeper) -> None:
    _keepers[code] = keeper


def policies() -> list[Policy]:
    return sorted(_policies.values(), key=lambda one: one.name)


def kept_words(code: str) -> str | Promise:
    return KEPT_WORDS.get(code) or _keepers[code].words


@dataclass(frozen=True)
class Terms:
    """How long files of a policy are kept at a site now."""

    policy: Policy
    cold_days: int
    expiry_days: int | None


def terms(site_id: UUID, policy: Policy) -> Terms:
    newest = RetentionRule.objects.filter(site=site_id, policy=policy.name).order_by("-at").first()
    if newest is None:
        return Terms(policy, policy.cold_days, policy.expiry_days)
    return Terms(policy, newest.cold_days, newest.expiry_days)


@dataclass(frozen=True)
class Due:
    """A file whose time is over, and why it stays all the same, if it does."""

    upload: Upload
    policy: Policy
    since: datetime
    kept: str = ""  # a code

    @property
    def goes(self) -> bool:
        return not self.kept


def getting_cold(site_id: UUID, policy: Policy) -> QuerySet[Upload]:
    held = terms(site_id, policy)
    return _aged(site_id, policy, held.cold_days).filter(cold_at=None)


def due(site_id: UUID) -> list[Due]:
    """The dry run: what would be deleted now, and what is kept although its time is over. The oldest of each first."""
    going = _listed(site_id, lambda one: one.goes, among=_not_kept_for_long)
    return sorted([*going, *_listed(site_id, lambda one: not one.goes)], key=_by_age)


def coming(site_id: UUID) -> list[Due]:
    """What may be deleted within seven days, or is over and was not announced yet: the notice. What something keeps is
    announced only once nothing does."""
    return _listed(site_id, _may_be_announced, ahead=NOTICE, among=_not_kept_for_long)


def to_announce(site_id: UUID) -> list[Due]:
    """Of what is coming, what nobody was told of yet."""
    return _listed(site_id, _may_be_announced, ahead=NOTICE,
                   among=lambda rows: _not_kept_for_long(rows).filter(going_told_at=None))  # fmt: skip


def goes_on(one: Due, expiry_days: int | None) -> datetime:
    """Not before: its time is over, and seven days have passed since it was announced."""
    told = one.upload.going_told_at or timezone.now()
    return max(one.since + timedelta(days=expiry_days or 0), told + NOTICE)


def _listed(site_id: UUID, is_wanted: Callable[[Due], bool], *, ahead: timedelta = timedelta(0),
            among: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows) -> list[Due]:  # fmt: skip
    """As many as a list holds, found also behind any number of files that are not wanted on it."""
    every = (_due_of(site_id, policy, ahead=ahead, among=among) for policy in policies())
    found = [one for due_ones in every for one in islice(filter(is_wanted, due_ones), MOST_LISTED)]
    return sorted(found, key=_by_age)[:MOST_LISTED]


def _by_age(one: Due) -> tuple[datetime, UUID]:
    return one.since, one.upload.pk


def _may_be_announced(one: Due) -> bool:
    return one.kept in ("", ANNOUNCED)


def _not_kept_for_long(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without what may be much and stays for years. The other reasons are asked for row by row."""
    held = Hold.objects.standing().values("case")
    return rows.exclude(case__in=held).filter(case__state__in=[*SIGNED_STATES, CaseState.CLOSED])


def _due_of(site_id: UUID, policy: Policy, *, ahead: timedelta, among: Callable[[QuerySet[Any]], QuerySet[Any]]
            ) -> Iterator[Due]:  # fmt: skip
    held = terms(site_id, policy)
    if held.expiry_days is None:
        return
    aged = among(_aged(site_id, policy, held.expiry_days, ahead=ahead)).order_by("since", "id")
    every = aged.iterator(chunk_size=MOST_LISTED)
    while rows := list(islice(every, MOST_LISTED)):
        kept = _kept(rows)
        yield from (Due(row, policy, row.since, kept.get(row.pk, "")) for row in rows)


def _aged(site_id: UUID, policy: Policy, days: int, *, ahead: timedelta = timedelta(0)) -> QuerySet[Any]:
    rows: QuerySet[Any] = load(policy.aged)(site_id)
    before = timezone.now() + ahead - timedelta(days=days)
    return rows.filter(since__lt=before, expired_at=None).select_related("case")


def _kept(rows: Iterable[Upload]) -> dict[UUID, str]:
    """By upload, the first reason: the law before all."""
    by_id = {row.pk: row for row in rows}
    reasons: list[tuple[str, set[UUID]]] = [
        (HELD, _of_cases(by_id, Hold.objects.standing().values_list("case", flat=True))),
        (CITED, _cited(by_id)),
        (WAITS, _of_runs(by_id, ReviewItem.objects.filter(state__in=OPEN_STATES).values("run"))),
        (UNDER_WAY, _of_runs(by_id, Run.objects.filter(state__in=ACTIVE).values("pk"))),
        *((code, set(load(one.keeps)(list(by_id)))) for code, one in _keepers.items()),
        (CASE_OPEN, {pk for pk, row in by_id.items() if row.case.state not in {*SIGNED_STATES, CaseState.CLOSED}}),
        (ANNOUNCED, {pk for pk, row in by_id.items() if not _was_announced(row)}),
    ]
    return {pk: code for code, ids in reversed(reasons) for pk in ids}


def _was_announced(row: Upload) -> bool:
    return row.going_told_at is not None and row.going_told_at <= timezone.now() - NOTICE


def _of_cases(by_id: dict[UUID, Upload], cases: Iterable[UUID]) -> set[UUID]:
    held = set(cases)
    return {pk for pk, row in by_id.items() if row.case_id in held}


def _cited(by_id: dict[UUID, Upload]) -> set[UUID]:
    cases = Case.objects.filter(uploads__in=by_id).values("pk")
    named = Report.objects.filter(case__in=cases).values_list("sources", flat=True)
    return {UUID(one["id"]) for sources in named for one in sources if one["what"] == "upload"} & set(by_id)


def _of_runs(by_id: dict[UUID, Upload], runs: QuerySet[Any, Any]) -> set[UUID]:
    return set(Upload.objects.filter(pk__in=by_id, runs__in=runs).values_list("pk", flat=True))


def name_of(listed: list[Due]) -> str:
    """What a person saw is what is deleted: the list by its digest."""
    told = ",".join(str(one.upload.pk) for one in listed if one.goes)
    return hashlib.sha256(told.encode()).hexdigest()


def holds(site_id: UUID) -> QuerySet[Hold]:
    rows = Hold.objects.standing().filter(site=site_id).select_related("case", "placed_by")
    return rows.order_by(F("placed_at").desc())
