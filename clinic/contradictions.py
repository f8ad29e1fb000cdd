"""Contradictions in a case: who knows what its sources state, and whether they were compared as they are now.

A capability registers from its `apps.py` what it reads out of a case, in dotted strings. A worker does the reading
(`contradictions_worker`), so that no web process loads what it takes.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from clinic import concealment
from clinic.authorization.actor import Actor
from clinic.lanes import Resource
from clinic.models import Case, Conflict, ConflictState, Result, Run, RunState
from clinic.pipeline import Outcome, RunKind, register

KIND = "clinic.contradictions"


@dataclass(frozen=True)
class Reader:
    state: str  # 'app.module:function' (case) -> what changes when the sources do, one text for each source
    read: str  # 'app.module:function' (case) -> what they state, each a `statements.Told`; in workers only
    kinds: tuple[str, ...]  # of runs after which there may be more to compare


@dataclass(frozen=True)
class Side:
    sort: str
    name: str
    upload: str
    sha256: str
    words: str
    said: str  # the very words the statement was read from
    start: int
    end: int
    holds: str


@dataclass(frozen=True)
class Found:
    kind: str
    about: str
    fingerprint: str
    sides: tuple[Side, Side]
    results: tuple[str, ...]


@dataclass(frozen=True)
class ComparedOutcome(Outcome):
    engine = "Rules of contradictions 1"
    found: tuple[Found, ...] = ()
    statements: int = 0
    sources: int = 0

    def facets(self) -> dict[str, Any]:
        return {"contradictions": len(self.found), "statements": self.statements, "sources": self.sources}


_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    if reader not in _readers:
        _readers.append(reader)


def readers() -> tuple[Reader, ...]:
    return tuple(_readers)


def states(case: Case) -> list[str]:
    """One text for each source there is."""
    found: list[str] = []
    for reader in _readers:
        ask: Callable[[Case], Iterable[str]] = import_string(reader.state.replace(":", "."))
        found += ask(case)
    return sorted(found)


def inputs(found: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def is_compared(case: Case, found: list[str]) -> bool:
    """By a run that has ended well, of exactly what there is now."""
    newest = Run.objects.filter(case=case, kind=KIND, state=RunState.SUCCEEDED).order_by("-finished_at").first()
    return newest is not None and newest.params.get("inputs") == inputs(found)


def shown_to(by: Actor, case: Case) -> list[Conflict]:
    """Without those that rest on an answer she is to judge first: they would tell it."""
    rows = list(Conflict.objects.visible_to(by).filter(case=case).exclude(state=ConflictState.GONE)
                .select_related("case", "decided_by").order_by("found_at", "pk"))  # fmt: skip
    named = {UUID(one) for row in rows for one in row.results}
    hidden = {str(pk) for pk in concealment.concealed(Result.objects.filter(pk__in=named), by)}
    return [row for row in rows if not hidden & set(row.results)]


def clean(params: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": str(params.get("inputs", ""))[:64]}


register(
    RunKind(
        name=KIND,
        title=_("Sources compared"),
        resource=Resource.CPU,
        limit_s=120,
        handler="clinic.contradictions_worker:compare",
        params="clinic.contradictions:clean",
        recorder="clinic.actions.conflicts:record",
        uploads_max=0,
        stages=("read", "compare"),
        stage_titles={"read": _("Read what each source states"), "compare": _("Compare")},
        fact_titles={"contradictions": _("Contradictions"), "statements": _("Statements"), "sources": _("Sources"),
                     "inputs": _("Digest of the sources")},
        is_offered=False,
        is_told=False,
    )
)  # fmt: skip
