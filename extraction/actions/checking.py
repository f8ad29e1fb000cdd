"""A person goes through the facts of a document: accepts, corrects, rejects, adds, takes back, and finishes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import claims, reviews
from clinic.audit import Act as Doing
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Result, ReviewItem
from clinic.models.reviews import OPEN_STATES
from extraction import checked
from extraction.actions import standing as rules
from extraction.checked import Fact
from extraction.distance import distance
from extraction.fields import FACTS, NONE
from extraction.inference.schema import Extraction
from extraction.models import Act, FactSheet, FieldDecision
from extraction.writing import as_written

ADDED = "added"


def open_for(*, by: Actor, sheet: FactSheet) -> None:
    """The clock of checking starts when somebody who may check looks first. No act: looking is noted as a reading."""
    if sheet.run_id is not None and sheet.opened_at is None and by.can(Permission.REVIEW_WORK):
        FactSheet.objects.filter(pk=sheet.pk, run=sheet.run_id, opened_at=None).update(opened_at=timezone.now())


def accept(*, by: Actor, sheet: FactSheet, key: str, seen: int | None = None) -> FieldDecision:
    """`seen`, here and below: how many decisions there were on the page. What others said of it since, refuses."""
    return _decide(by, sheet, key, Act.ACCEPTED, seen=seen)


def reject(*, by: Actor, sheet: FactSheet, key: str, seen: int | None = None) -> FieldDecision:
    return _decide(by, sheet, key, Act.REJECTED, seen=seen)


def edit(*, by: Actor, sheet: FactSheet, key: str, told: Mapping[str, Any], seen: int | None = None) -> FieldDecision:
    return _decide(by, sheet, key, Act.EDITED, told, seen=seen)


def add(*, by: Actor, sheet: FactSheet, kind: str, told: Mapping[str, Any], seen: int | None = None) -> FieldDecision:
    """What the engine did not find. It has no place in the text: the one who wrote it stands for it."""
    by.require(Permission.REVIEW_WORK)
    values = as_written(kind, told)
    with audit.act(by, "sheet.field_decided") as doing:
        locked, _extraction, decisions = _locked(sheet)
        if seen is not None and any(one.act == Act.ADDED for one in decisions[seen:]):
            raise Refusal(Code.FACTS_CHANGED)  # another has added one: it may be the same
        number = sum(one.act == Act.ADDED for one in decisions)
        return _write(doing, locked, decisions, key=f"{kind}.{ADDED}{number}", act=Act.ADDED, values=values,
                      changed=distance({}, values))  # fmt: skip


def undo(*, by: Actor, sheet: FactSheet, seen: int | None = None) -> FieldDecision:
    """The latest decision that stands. The row stays; that it was taken back is a row of its own."""
    by.require(Permission.REVIEW_WORK)
    with audit.act(by, "sheet.field_decided") as doing:
        locked, _extraction, decisions = _locked(sheet)
        if seen is not None and seen != len(decisions):
            raise Refusal(Code.FACTS_CHANGED)
        standing = checked.in_force(decisions)
        at = checked.last_to_undo(standing)
        if at is None:
            raise Refusal(Code.NOTHING_TO_UNDO)
        return _write(doing, locked, decisions, key=standing[at].key, act=Act.UNDONE)


def finish(*, by: Actor, sheet: FactSheet, seen: int | None = None) -> FactSheet:
    """Nothing is open any more. Who works the review queue has thereby decided what waits there of this document."""
    by.require(Permission.REVIEW_WORK)
    with audit.act(by, "sheet.finished") as doing:
        locked, extraction, decisions = _locked(sheet)
        if seen is not None and seen != len(decisions):
            raise Refusal(Code.FACTS_CHANGED)
        found = checked.facts(extraction, decisions)
        if not found and _was_refused(locked):
            raise Refusal(Code.FACTS_UNREAD)
        if open_ones := [one.key for one in found if one.state == checked.OPEN]:
            raise Refusal(Code.FACTS_OPEN, facts={"open": open_ones})
        locked.finished_run, locked.finished_at, locked.finished_by_id = locked.run, timezone.now(), by.user_id
        locked.save(update_fields=["finished_run", "finished_at", "finished_by"])
        _conclude_review(by, locked, found)
        doing.about(locked, case=locked.case, facts=len(found), kept=sum(one.stands for one in found))
    rules.look_after_finish(locked)
    return locked


def reopen(*, by: Actor, sheet: FactSheet) -> FactSheet:
    """What was said of each fact stands and may be changed again. What was decided in the review queue stays as it was
    decided; finishing again is a word of its own."""
    by.require(Permission.REVIEW_WORK)
    with audit.act(by, "sheet.reopened") as doing:
        rows = FactSheet.objects.select_for_update(no_key=True, of=("self",)).select_related("case", "run", "upload")
        locked = rows.get(pk=sheet.pk)
        if not locked.is_finished or locked.upload.expired_at is not None:
            raise Refusal(Code.FACTS_NOT_FINISHED)
        doing.about(locked, case=locked.case, finished_by=str(locked.finished_by_id or ""))
        locked.finished_run = locked.finished_at = locked.finished_by = None
        locked.save(update_fields=["finished_run", "finished_at", "finished_by"])
    return locked


def demand_checked(item: ReviewItem) -> None:
    """A document is not settled in the queue while facts of it are open: each is checked beside its words."""
    sheet = FactSheet.objects.filter(run=item.run_id).first()
    if sheet is not None and sheet.found and not sheet.is_finished:
        raise Refusal(Code.FACTS_OPEN)


def _was_refused(sheet: FactSheet) -> bool:
    """The engine read nothing: then "no facts" would be a word nobody said."""
    return Result.objects.filter(run=sheet.run_id).exclude(facets__refusal="").exists()


def _conclude_review(by: Actor, sheet: FactSheet, found: list[Fact]) -> None:
    item = ReviewItem.objects.filter(run=sheet.run_id, state__in=OPEN_STATES).first()
    if item is None or by.key_id is not None:
        return
    try:
        with audit.together():
            claims.claim(by=by, item=item)
            reviews.decide(by=by, item=item, label=FACTS if any(one.stands for one in found) else NONE,
                           note=_("Each fact was checked on its own page."), looked=["fields"])  # fmt: skip
    except Refusal:
        return  # another holds it, or has read it: her decision is waited for


def _decide(
    by: Actor, sheet: FactSheet, key: str, act: Act, told: Mapping[str, Any] | None = None, *, seen: int | None = None
) -> FieldDecision:
    by.require(Permission.REVIEW_WORK)
    with audit.act(by, "sheet.field_decided") as doing:
        locked, extraction, decisions = _locked(sheet)
        fact = next((one for one in checked.facts(extraction, decisions) if one.key == key), None)
        if fact is None:
            raise Refusal(Code.NOT_FOUND)
        if seen is not None and any(one.key == key for one in decisions[seen:]):
            raise Refusal(Code.FACTS_CHANGED)
        values = as_written(fact.kind, told, name=key.partition(".")[2]) if told is not None else None
        changed = distance(fact.said, values) if values is not None else 0
        return _write(doing, locked, decisions, key=key, act=act, values=values, changed=changed)


def _write(doing: Doing, sheet: FactSheet, decisions: list[FieldDecision], *, key: str, act: Act,
           values: dict[str, Any] | None = None, changed: int = 0) -> FieldDecision:  # fmt: skip
    row = FieldDecision(site_id=sheet.site_id, sheet=sheet, run=sheet.run, number=len(decisions), key=key, act=act,
                        values=values, distance=changed, by_id=doing.by.user_id)  # fmt: skip
    row.save(force_insert=True)
    doing.about(sheet, case=sheet.case, fields=("values",) if values is not None else (), key=key, act=act.value)
    return row


def _locked(sheet: FactSheet) -> tuple[FactSheet, Extraction, list[FieldDecision]]:
    """Two who decide at once are two rows, one after the other."""
    rows = FactSheet.objects.select_for_update(no_key=True, of=("self",)).select_related("case", "run")
    locked = rows.get(pk=sheet.pk)
    if locked.run_id is None:
        raise Refusal(Code.NO_FACTS_YET)
    if locked.run_id != sheet.run_id:
        raise Refusal(Code.FACTS_CHANGED)
    if locked.is_finished:
        raise Refusal(Code.FACTS_FINISHED)
    return locked, told_by(locked.run_id), decisions_of(locked)


def told_by(run_id: UUID) -> Extraction:
    """What the engine found. Nothing where it gave no answer."""
    found = Result.objects.select_related("case").get(run=run_id)
    return checked.told_in(found.outcome)


def decisions_of(sheet: FactSheet) -> list[FieldDecision]:
    rows = FieldDecision.objects.filter(sheet=sheet, run=sheet.run_id).select_related("sheet__case", "by")
    return list(rows.order_by("number"))
