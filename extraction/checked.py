"""The facts of a document as they stand: what the engine found, and what people said of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extraction.inference.items import items
from extraction.inference.schema import Extraction, Item
from extraction.models import Act, FieldDecision

OPEN = "open"


@dataclass(frozen=True)
class Fact:
    """One fact: what it says now, what the engine said, and what became of it."""

    key: str
    values: Mapping[str, Any]
    state: str  # open, or an Act
    evidence: tuple[Any, ...] = ()
    confidence: float | None = None
    said: Mapping[str, Any] = field(default_factory=dict)  # by the engine; nothing where a person added it

    @property
    def kind(self) -> str:
        return self.key.partition(".")[0]

    @property
    def stands(self) -> bool:
        return self.state in (Act.ACCEPTED, Act.EDITED, Act.ADDED, Act.BY_RULE)


def values_of(item: Item) -> dict[str, Any]:
    """What a fact says, without where it stands and how sure it is; nothing that is unknown."""
    told = item.model_dump(mode="json", exclude={"evidence", "confidence"}, exclude_none=True)
    return dict(told)


def told_in(outcome: Mapping[str, Any]) -> Extraction:
    """What the engine found, from its stored answer. Nothing where it gave none, or nobody can read it any more."""
    return Extraction.model_validate(outcome.get("facts") or {})


def in_force(decisions: Iterable[FieldDecision]) -> list[FieldDecision]:
    """In the order they were made, without what was taken back: each taking back undoes the latest that stands, but
    not that a rule no longer holds."""
    standing: list[FieldDecision] = []
    for one in decisions:
        if one.act != Act.UNDONE:
            standing.append(one)
        elif (at := last_to_undo(standing)) is not None:
            standing.pop(at)
    return standing


def last_to_undo(standing: Sequence[FieldDecision]) -> int | None:
    return next((at for at in reversed(range(len(standing))) if standing[at].act != Act.REOPENED), None)


def facts(told: Extraction, decisions: Iterable[FieldDecision]) -> list[Fact]:
    """Those of the engine in its order, then those that people added."""
    latest = {one.key: one for one in in_force(decisions)}
    found = [_fact(key, item, latest.pop(key, None)) for key, item in items(told)]
    return found + [Fact(one.key, one.values or {}, one.act) for one in latest.values() if one.act == Act.ADDED]


def _fact(key: str, item: Item, decision: FieldDecision | None) -> Fact:
    said = values_of(item)
    values = decision.values if decision is not None and decision.act == Act.EDITED else said
    state = decision.act if decision and decision.act != Act.REOPENED else OPEN
    return Fact(key, values or {}, state, item.evidence, item.confidence, said)
