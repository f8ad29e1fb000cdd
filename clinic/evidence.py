"""A pointer from a statement to its source: which upload, by digest, and where in it. One model for every capability.

Pure: engines make it, pages draw it, reports seal it. Whether the source still matches is asked when it is shown.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True, kw_only=True)
class Evidence:
    kind: ClassVar[str] = ""
    upload: str  # the id of the upload
    sha256: str  # of its bytes when the statement was made
    weight: float = 0.0  # how far it pushed: above 0 towards the statement, below 0 against it
    words: str = ""  # what stands there, as the person reads it; sealed with the outcome that holds it

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind} | dataclasses.asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in told.items() if name in known})


@dataclass(frozen=True, kw_only=True)
class TextSpan(Evidence):
    """Characters of the text of the source, counted from 0, the end not included."""

    kind: ClassVar[str] = "text"
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class PageBox(Evidence):
    """A box on a page, in shares of its width and height, from its top left corner."""

    kind: ClassVar[str] = "page"
    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class AudioTime(Evidence):
    kind: ClassVar[str] = "audio"
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class ImageRegion(Evidence):
    """A box on a picture, in shares of its width and height, from its top left corner."""

    kind: ClassVar[str] = "image"
    left: float
    top: float
    width: float
    height: float


KINDS: dict[str, type[Evidence]] = {sort.kind: sort for sort in (TextSpan, PageBox, AudioTime, ImageRegion)}


def read(told: dict[str, Any]) -> Evidence:
    """A kind that nobody knows is a mistake of ours, not of the person who asked."""
    return KINDS[told["kind"]].of(told)
