"""The list behind each number: the same rows that were counted. Which case, when, by which engine; nothing of whom it
is about. Figures that another page lists already (people, the audit) lead there instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.figures import business, medical, outputs, security
from clinic.progress import title_of
from clinic.templatetags.figures import browser

OUTPUT = "made-"


@dataclass(frozen=True)
class Line:
    """What is told of one row."""

    at: datetime
    case: tuple[UUID, int] | None = None  # its id and number
    what: str | Promise = ""
    run: UUID | None = None
    item: UUID | None = None
    result: Any = None  # of an engine, that this person may not be to know of yet
    person: str = ""


@dataclass(frozen=True)
class Counted:
    title: str | Promise
    permission: Permission
    rows: Callable[[Actor, datetime, str], Any]
    at: str
    line: Callable[[Any], Line]
    is_of_now: bool = False  # whatever the period

    @property
    def order(self) -> tuple[str, ...]:
        return ("-seq",) if self.at == "seq" else (f"-{self.at}", "-id")


def named(name: str) -> Counted:
    found = COUNTED.get(name) or _of_output(name)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _of_output(name: str) -> Counted | None:
    output = outputs.named(name.removeprefix(OUTPUT)) if name.startswith(OUTPUT) else None
    if output is None or not output.case:
        return None
    return Counted(output.words, Permission.BUSINESS_VIEW, lambda by, since, _of: _with_case(output.rows(by, since)),
                   output.at, lambda row: Line(getattr(row, output.at), _case(row)))  # fmt: skip


def _with_case(rows: Any) -> Any:
    return rows.select_related("case").defer("case__question", "case__encounter")


def _case(row: Any) -> tuple[UUID, int] | None:
    return (row.case.pk, row.case.number) if row.case else None


# --- medical ----------------------------------------------------------------------------------------------------------


def _of_engine(of: str, prefix: str = "") -> Q:
    """By its digest; rules of old have a name only."""
    if not of:
        return Q()
    return Q(**{f"{prefix}engine_digest": of}) | Q(**{f"{prefix}engine_digest": "", f"{prefix}engine": of})


def _answers(narrowed: Q) -> Callable[[Actor, datetime, str], Any]:
    def rows(by: Actor, since: datetime, of: str) -> Any:
        found = (
            medical.answers(by.here, since)
            .annotate(was_read=medical.is_read(by.here, since))
            .filter(narrowed, _of_engine(of))
        )
        return _with_case(found).select_related("run")

    return rows


def _items(which: Callable[[datetime], Q]) -> Callable[[Actor, datetime, str], Any]:
    def rows(by: Actor, since: datetime, of: str) -> Any:
        found = medical.items(by.here).filter(which(since), _of_engine(of, "result__"))
        return _with_case(found).select_related("result__run")

    return rows


def _disagreed(by: Actor, since: datetime, of: str) -> Any:
    found = medical.readings(by.here, since).filter(_of_engine(of, "result__"), agrees=False)
    return _with_case(found).select_related("result__run")


def _answer(row: Any) -> Line:
    return Line(row.at, _case(row), row.engine, run=row.run_id, result=row)


def _item(at: str) -> Callable[[Any], Line]:
    def line(row: Any) -> Line:
        return Line(getattr(row, at), _case(row), row.result.engine, run=row.run_id, item=row.pk, result=row.result)

    return line


def _reading(row: Any) -> Line:
    return Line(row.at, _case(row), row.result.engine, run=row.result.run_id, item=row.item_id, result=row.result)


def _medical(title: Any, rows: Any, at: str, line: Any, *, is_of_now: bool = False) -> Counted:
    return Counted(title, Permission.ENGINES_VIEW, rows, at, line, is_of_now)


# --- business ---------------------------------------------------------------------------------------------------------


def _business(title: Any, rows: Callable[[UUID, datetime], Any], at: str, line: Any) -> Counted:
    return Counted(title, Permission.BUSINESS_VIEW, lambda by, since, _of: rows(by.here, since), at, line)


def _runs(by: Actor, since: datetime, of: str) -> Any:
    found = business.runs(by.here, since)
    return _with_case(found.filter(kind=of) if of else found)


def _runs_of_cases(by: Actor, since: datetime, _of: str) -> Any:
    return _with_case(business.runs(by.here, since).filter(case__isnull=False))


def _priced(by: Actor, since: datetime, of: str) -> Any:
    found = business.priced(by.here, since)
    return _with_case(found.filter(engine=of) if of else found)


# --- security ---------------------------------------------------------------------------------------------------------


def _security(title: Any, rows: Any, at: str, line: Any, *, is_of_now: bool = False) -> Counted:
    return Counted(title, Permission.SECURITY_VIEW, rows, at, line, is_of_now)


def _keys(narrowed: Q) -> Callable[[Actor, datetime, str], Any]:
    return lambda by, _since, _of: security.keys(by).filter(narrowed).select_related("owner")


def _key(row: Any) -> Line:
    return Line(row.expires_at, what=f"{row.name} · {row.prefix}", person=row.owner.name)


COUNTED: dict[str, Counted] = {
    "answers": _medical(_("Answers"), _answers(Q()), "at", _answer),
    "abstained": _medical(_("Answers in which the engine would not say"), _answers(medical.ABSTAINED), "at", _answer),
    "read": _medical(_("Answers a person has decided on"), _answers(Q(was_read=True)), "at", _answer),
    "decided": _medical(_("Last words on what an engine said"), _items(medical.decided), "decided_at",
                        _item("decided_at")),
    "overruled": _medical(_("Last words that say something else than the engine"),
                          _items(lambda since: medical.decided(since) & medical.OVERRULED), "decided_at",
                          _item("decided_at")),
    "missed": _medical(_("Last words that were not in the set of the engine"),
                       _items(lambda since: medical.decided(since) & medical.MISSED), "decided_at",
                       _item("decided_at")),
    "disagreed": _medical(_("Readings that say something else than the engine"), _disagreed, "at", _reading),
    "waiting": _medical(_("Flagged, waiting for a person"), _items(lambda _since: medical.WAITS), "created_at",
                        _item("created_at"), is_of_now=True),
    "opened": _business(_("Cases opened"), business.opened, "opened_at",
                        lambda row: Line(row.opened_at, (row.pk, row.number))),
    "closed": _business(_("Cases closed"), lambda site, since: _with_case(business.closed(site, since)), "at",
                        lambda row: Line(row.at, _case(row))),
    "signed": _business(_("Reports signed"), lambda site, since: _with_case(business.signed(site, since)),
                        "signed_at", lambda row: Line(row.signed_at, _case(row), gettext("Version %d") % row.version)),
    "first-signed": _business(_("Cases signed for the first time"),
                              lambda site, since: _with_case(business.first_signed(site, since)), "signed_at",
                              lambda row: Line(row.signed_at, _case(row))),
    "runs": Counted(_("Runs that took time of a machine"), Permission.BUSINESS_VIEW, _runs, "finished_at",
                    lambda row: Line(row.finished_at, _case(row), title_of(row.kind), run=row.pk)),
    "case-runs": Counted(_("Runs of cases that took time of a machine"), Permission.BUSINESS_VIEW, _runs_of_cases,
                         "finished_at",
                         lambda row: Line(row.finished_at, _case(row), title_of(row.kind), run=row.pk)),
    "priced": Counted(_("Answers that cost tokens or money"), Permission.BUSINESS_VIEW, _priced, "at",
                      lambda row: Line(row.at, _case(row), row.engine, run=row.run_id)),
    "failed-sign-ins": _security(_("Sign-ins that failed, at all sites"),
                                 lambda by, since, _of: security.failed_sign_ins(since), "seq",
                                 lambda row: Line(row.at, what=gettext("Event %d of the audit") % row.seq)),
    "keys": _security(_("Keys of programs"), _keys(Q()), "expires_at", _key, is_of_now=True),
    "keys-ending": _security(_("Keys that end within 30 days"), _keys(security.SOON_OVER), "expires_at", _key,
                             is_of_now=True),
    "keys-unused": _security(_("Keys that were never used"), _keys(security.NEVER_USED), "expires_at", _key,
                             is_of_now=True),
    "sessions": _security(_("Browsers somebody is signed in with"),
                          lambda by, _since, _of: security.sessions(by).select_related("user"), "created_at",
                          lambda row: Line(row.created_at, what=browser(row.user_agent), person=row.user.name),
                          is_of_now=True),
}  # fmt: skip
