"""How well answers say what people know of golden documents: counted by value, with an interval over documents."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clinic.doubt.intervals import Figure, bootstrap

# What is compared of each kind. What an engine concludes or copies beside it (a unit's spelling, a second form of a
# number) would count one mistake twice. What was measured is known by its value: names of measures have many spellings.
COMPARED: dict[str, tuple[str, ...]] = {
    "patient": ("value",),
    "problems": ("name", "assertion"),
    "medications": ("name", "amount", "frequency", "status"),
    "allergies": ("substance", "reaction"),
    "vitals": ("value", "second_value"),
    "labs": ("value",),
    "procedures": ("name",),
}
ABOUT = {"problems": "name", "medications": "name", "allergies": "substance", "procedures": "name"}
LEAST_F1, MOST_NOT_IN_SOURCE, LEAST_VALID = 0.5, 0.05, 1.0
Value = tuple[str, str, str, str]  # kind, what it is about, field, value


def values(facts: Iterable[tuple[str, dict[str, Any]]]) -> set[Value]:
    """Of (key, values) pairs: `medications.0`, `{"name": ...}`."""
    found: set[Value] = set()
    for key, told in facts:
        kind, _dot, name = key.partition(".")
        said = {**told, "amount": told.get("strength") or told.get("dose")}
        about = name if kind == "patient" else _plain(said.get(ABOUT.get(kind, "")))
        found |= {(kind, about, each, _plain(said[each])) for each in COMPARED.get(kind, ()) if _plain(said.get(each))}
    return found


def _plain(value: Any) -> str:
    return (
        ""
        if value is None
        else f"{value:g}"
        if isinstance(value, int | float)
        else " ".join(str(value).casefold().split())
    )


@dataclass(frozen=True)
class Asked:
    """One document: what came of it."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    not_in_source: int = 0
    is_valid: bool = True
    is_degenerate: bool = False


def compared(wanted: set[Value], found: set[Value], not_in_source: int = 0) -> Asked:
    return Asked(len(wanted), len(found), len(wanted & found), not_in_source)


@dataclass(frozen=True)
class Figures:
    documents: int
    of_site: int  # how many of them are the site's own, the rest comes with the product
    valid: int
    degenerate: int
    found: int
    not_in_source: int
    f1: Figure | None
    read_tokens: int = 0
    written_tokens: int = 0
    dollars: float = 0.0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Figures":
        return cls(**{**stored, "f1": Figure.from_json(stored["f1"]) if stored["f1"] else None})


def figures(asked: Sequence[Asked], **told: Any) -> Figures:
    return Figures(
        documents=len(asked), valid=sum(one.is_valid for one in asked),
        degenerate=sum(one.is_degenerate for one in asked), found=sum(one.found for one in asked),
        not_in_source=sum(one.not_in_source for one in asked), f1=_f1(asked), **told,
    )  # fmt: skip


def _f1(asked: Sequence[Asked]) -> Figure | None:
    """A refused answer found nothing: that counts."""
    if not any(one.wanted or one.found for one in asked):
        return None
    columns = ([one.right for one in asked], [one.found for one in asked], [one.wanted for one in asked])
    told = bootstrap(
        lambda right, found, wanted: _share(float(right.sum()), float(found.sum() + wanted.sum())), *columns
    )
    return Figure(told.value, min(told.low, told.value), max(told.high, told.value), told.n)


def _share(right: float, both: float) -> float:
    return 2 * right / both if both else 1.0


NOTHING_ASKED, NOT_VALID, DEGENERATE, UNFOUNDED, TOO_LOW, WORSE = (
    "nothing_asked", "not_of_the_schema", "says_nothing", "not_in_source", "too_many_errors", "worse_than_live",
)  # fmt: skip


def why_not(told: Figures, live: Figures | None) -> list[str]:
    """`live`: what the prompt that is asked with now reached on its trial with the same engine, where there was one."""
    reasons = [] if told.documents and told.f1 else [NOTHING_ASKED]
    if told.valid < LEAST_VALID * told.documents:
        reasons.append(NOT_VALID)
    if told.degenerate:
        reasons.append(DEGENERATE)
    if told.not_in_source > MOST_NOT_IN_SOURCE * max(1, told.found + told.not_in_source):
        reasons.append(UNFOUNDED)
    if told.f1 and told.f1.value < LEAST_F1:
        reasons.append(TOO_LOW)
    if told.f1 and live and live.f1 and told.f1.high < live.f1.value:
        reasons.append(WORSE)
    return reasons
