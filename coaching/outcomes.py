"""What workers return about practice. What was said, and what was said about it, goes into the row of the attempt,
under its own key; into the result of the run, which the site can read, go codes and counts only."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from clinic.language.ladder import OUT_OF_SERVICE, REMOTE
from clinic.pipeline import Outcome

NOT_REACHED = "not_reached"  # time was over before it was asked
NOTHING_ADDED = "nothing_added"  # asked, and content with what the rules say
_NO_FAILURE = frozenset({REMOTE, OUT_OF_SERVICE, NOT_REACHED, NOTHING_ADDED})


@dataclass(frozen=True)
class _Private(Outcome):
    """`private` reaches the recorder of the run and nobody else."""

    private: dict[str, Any] = field(default_factory=dict, repr=False, kw_only=True)

    def as_json(self) -> dict[str, Any]:
        return self.facets()


@dataclass(frozen=True)
class Heard(_Private):
    engine: ClassVar[str] = "coaching.hear 1"

    heard_to: int = 0  # bytes of sound that are words now
    seconds: float = 0.0  # of sound heard by this run
    heard_by: str = ""
    is_draft: bool = False
    problem: str = ""

    def facets(self) -> dict[str, Any]:
        return {"engine": self.heard_by, "seconds": round(self.seconds, 1), "problem": self.problem}


@dataclass(frozen=True)
class Sounded(_Private):
    engine: ClassVar[str] = "coaching.sound 1"

    seconds: float = 0.0
    problem: str = ""

    def facets(self) -> dict[str, Any]:
        return {"seconds": round(self.seconds, 1), "problem": self.problem}


@dataclass(frozen=True)
class Advised(_Private):
    engine: ClassVar[str] = "coaching.feedback 1"

    told_by: str = ""
    passed: tuple[str, ...] = ()  # better ones that were asked first: "name: code"
    characters: int = 0

    def facets(self) -> dict[str, Any]:
        return {"engine": self.told_by, "passed": list(self.passed), "characters": self.characters}


@dataclass(frozen=True)
class Matched(_Private):
    engine: ClassVar[str] = "coaching.search 1"

    found: int = 0

    def facets(self) -> dict[str, Any]:
        return {"found": self.found}


def has_failed(passed: str) -> bool:
    """Of "name: code": an engine that policy, a breaker or the clock kept away has not, nor one with nothing to add."""
    return passed.rpartition(": ")[2] not in _NO_FAILURE
