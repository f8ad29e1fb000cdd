"""What workers return about consults. Words stay sealed; codes and counts stand beside them."""

from dataclasses import dataclass
from typing import Any

from clinic.answers import Answer
from clinic.pipeline import Outcome


@dataclass(frozen=True)
class Look(Outcome):
    """Whether a picture is good enough to rely on, and of which kind it is."""

    kind: str = ""  # film, document, photo
    is_usable: bool = True
    faults: tuple[str, ...] = ()  # codes: blurred, too_dark, ...
    problem: str = ""  # a code: it could not be opened

    def facets(self) -> dict[str, Any]:
        return {"kind": self.kind, "is_usable": self.is_usable, "faults": list(self.faults), "problem": self.problem}


@dataclass(frozen=True)
class Told:
    """One sentence, where it comes from in the files of the case, and by which rules of the engine."""

    text: str
    evidence: tuple[dict[str, Any], ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class RedFlagTold:
    rule: str
    title: str
    act: str
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class NoteLine:
    section: str
    said: Told


@dataclass(frozen=True)
class ConsultOutcome(Answer):
    number: int = 1
    language: str = "en"
    sentences: tuple[Told, ...] = ()
    why: tuple[Told, ...] = ()
    red_flags: tuple[RedFlagTold, ...] = ()
    questions: tuple[str, ...] = ()
    note: tuple[NoteLine, ...] = ()
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.sentences)

    def facets(self) -> dict[str, Any]:
        return super().facets() | {
            "number": self.number, "language": self.language, "missing": list(self.missing),
            "doubts": list(self.flags), "is_urgent": bool(self.red_flags), "blocked": list(self.blocked),
            "red_flags": [one.rule for one in self.red_flags],
            "characters": len(self.text),
        }  # fmt: skip
