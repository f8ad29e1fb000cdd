"""A pointer from a statement to its source: which upload, by digest, and where in it. One model for every capability.

Pure: engines make it, pages draw it, reports seal it. Whether the source still matches is asked when it is shown.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

SAID_ELSEWHERE = frozenset({"upload", "weight", "words"})  # not in an address: words may be about a patient
SLACK = 1e-6  # shares are quotients: 0.7 + 0.3 need not be 1


@dataclass(frozen=True)
class Span:
    """Characters that pushed towards what was said (weight above 0) or against it, as an engine of texts gives them:
    it knows no upload."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class Evidence:
    kind: ClassVar[str] = ""
    upload: str  # the id of the upload
    sha256: str  # of its bytes when the statement was made
    weight: float = 0.0  # how far it pushed: above 0 towards the statement, below 0 against it
    words: str = ""  # what stands there, as the person reads it; sealed with the outcome that holds it

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind} | dataclasses.asdict(self)

    @property
    def is_sound(self) -> bool:
        """Whether it names a place at all, whatever the source holds."""
        return True

    def place(self) -> dict[str, str]:
        """Where to look, fit for an address."""
        told = {name: str(value) for name, value in self.as_json().items() if name not in SAID_ELSEWHERE}
        return {"kind": self.kind} | told

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in told.items() if name in known})

    @classmethod
    def at_place(cls, upload: str, told: Mapping[str, str]) -> Self:
        """Back from an address. Raises ValueError or KeyError for one that somebody made up."""
        wanted = [field for field in dataclasses.fields(cls) if field.name not in SAID_ELSEWHERE]
        found = cls(upload=upload, **{f.name: cast(Any, f.type)(told[f.name]) for f in wanted})
        if not found.is_sound:
            raise ValueError("no place")
        return found


@dataclass(frozen=True, kw_only=True)
class TextSpan(Evidence):
    """Characters of the text of the source, counted from 0, the end not included."""

    kind: ClassVar[str] = "text"
    start: int
    end: int

    @property
    def is_sound(self) -> bool:
        return 0 <= self.start < self.end


@dataclass(frozen=True, kw_only=True)
class Box(Evidence):
    """A box in shares of the width and height of what it lies on, from its top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def is_sound(self) -> bool:
        right, bottom = self.left + self.width, self.top + self.height
        sides = (self.left, self.top, 1 - right, 1 - bottom)
        return self.width > 0 and self.height > 0 and all(math.isfinite(side) and side >= -SLACK for side in sides)


@dataclass(frozen=True, kw_only=True)
class PageBox(Box):
    """A box on a page of a document; the first page is 1."""

    kind: ClassVar[str] = "page"
    page: int

    @property
    def is_sound(self) -> bool:
        return self.page >= 1 and super().is_sound


@dataclass(frozen=True, kw_only=True)
class AudioTime(Evidence):
    kind: ClassVar[str] = "audio"
    start_s: float
    end_s: float

    @property
    def is_sound(self) -> bool:
        return 0 <= self.start_s < self.end_s < math.inf


@dataclass(frozen=True, kw_only=True)
class ImageRegion(Box):
    """A box on a picture."""

    kind: ClassVar[str] = "image"


KINDS: dict[str, type[Evidence]] = {sort.kind: sort for sort in (TextSpan, PageBox, AudioTime, ImageRegion)}


def read(told: Mapping[str, Any]) -> Evidence:
    """A kind that nobody knows is a mistake of ours, not of the person who asked."""
    return KINDS[told["kind"]].of(told)


def read_place(upload: str, told: Mapping[str, str]) -> Evidence:
    return KINDS[told["kind"]].at_place(upload, told)
