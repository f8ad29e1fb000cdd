"""What workers return about films. Typed and frozen; codes and numbers, no picture."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from clinic.answers import Answer
from clinic.pipeline import Outcome


@dataclass(frozen=True)
class FilmOutcome(Outcome):
    engine: ClassVar[str] = "radiology.gate 1"

    problem: str = ""  # why there is no picture: a code
    rows: int | None = None
    columns: int | None = None
    bits: int | None = None
    modality: str = ""
    view: str = ""
    laterality: str = ""
    age_years: float | None = None
    is_generated: bool = False
    reasons: tuple[str, ...] = ()  # why no engine should answer: codes of the gatekeeper
    offer: dict[str, Any] = field(default_factory=dict)  # what would put it right: quarter_turns, is_inverted
    frame: dict[str, Any] = field(default_factory=dict)  # what a viewer must know before it has the pixels
    dicom: dict[str, Any] = field(default_factory=dict)  # of a file without its patient: UIDs and header

    def facets(self) -> dict[str, Any]:
        return {"rows": self.rows, "columns": self.columns, "problem": self.problem,
                "is_accepted": not self.problem and not self.reasons, "reasons": ", ".join(self.reasons)}  # fmt: skip


@dataclass(frozen=True)
class TextOutcome(Outcome):
    engine: ClassVar[str] = "radiology.text 1"

    state: str  # clear, text, declared, unchecked
    boxes: tuple[tuple[float, float, float, float], ...] = ()  # top, left, bottom, right in shares of the film

    def facets(self) -> dict[str, Any]:
        return {"state": self.state, "places": len(self.boxes)}


@dataclass(frozen=True)
class FilmMap:
    """Where the answer comes from: shares of it, from the film's top left corner, and how far each member agrees."""

    rows: int
    columns: int
    values: tuple[float, ...]  # of the ensemble, 0 to 1
    members: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChestAnswer(Answer):
    members: dict[str, dict[str, float]] = field(
        default_factory=dict
    )  # what each net said, before mean and calibration
    risk: str = ""  # none, medium, high, indeterminate
    map: FilmMap | None = None
    precision: str = ""
    is_overridden: bool = False  # the gatekeeper had refused the film
    recalled_from: str = ""  # the run that said so before; no part of what was said, so that a replay compares alike

    def facets(self) -> dict[str, Any]:
        return super().facets() | {"risk": self.risk, "has_map": self.map is not None,
                                   "recalled_from": self.recalled_from}  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        told = super().as_json()
        del told["recalled_from"]
        return told


@dataclass(frozen=True)
class MapTestOutcome(Outcome):
    engine: ClassVar[str] = "radiology.map_test 1"

    run: str  # that gave the map
    is_passed: bool
    beaten: int  # of the random masks
    masks: int
    correlation: float  # with the map of the same nets with random weights
    reason: str = ""  # why it failed: a code

    def facets(self) -> dict[str, Any]:
        return {"run": self.run, "is_passed": self.is_passed, "beaten": self.beaten, "masks": self.masks,
                "correlation": round(self.correlation, 3), "reason": self.reason}  # fmt: skip


@dataclass(frozen=True)
class ArchiveOutcome(Outcome):
    engine: ClassVar[str] = "radiology.archive 1"

    added: int = 0
    known: int = 0  # bytes that the case had before
    failed: tuple[tuple[str, str], ...] = ()  # what a file is called, and why it was not taken: a code

    def adding(self) -> "ArchiveOutcome":
        return replace(self, added=self.added + 1)

    def knowing(self) -> "ArchiveOutcome":
        return replace(self, known=self.known + 1)

    def failing(self, name: str, code: str) -> "ArchiveOutcome":
        return replace(self, failed=(*self.failed, (name, code)))

    def facets(self) -> dict[str, Any]:
        why = Counter(code for _name, code in self.failed)
        refused = ", ".join(f"{code} {count}" for code, count in sorted(why.items()))
        return {"added": self.added, "known": self.known, "failed": len(self.failed), "refused": refused}
