"""Text in the pixels: names, numbers, dates that a header's cleaning does not reach. Any of it stops for a person.

A film passes only when the reader ran and found nothing but what every film may carry. Declared text, found text and a
reader that could not run all wait for a person.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from clinic.inference import child
from radiology.inference.film import Film
from radiology.inference.framing import Frame, eight_bits

WALL_S, CPU_S = 120.0, 60.0
MEMORY_BYTES = 1536 * child.MIB
_MARKS = frozenset({"R", "L", "D", "I", "RT", "LT", "PA", "AP", "LAT"})  # sides and views
_OWN_WORD = re.compile(r"GENERAT(E|ED)?")  # on films that this product drew
_ROUND_SHAPES = re.compile(r"[0Oo]+")  # what the reader makes of rings and vertebrae
_SHORT, _SURE_OF_SHORT = 4, 0.7  # the reader sees two or three letters in bones, but is not sure of them
_TALLEST_LINE = 0.15  # of the film's longer side: taller is anatomy


class State(StrEnum):
    CLEAR = "clear"
    TEXT = "text"
    DECLARED = "declared"  # the file says so, nothing was found
    UNCHECKED = "unchecked"  # the reader could not run


@dataclass(frozen=True)
class Line:
    """Where it stands, in pixels of the film. The text may name somebody: it is for the person who decides."""

    top: int
    left: int
    bottom: int
    right: int
    text: str = field(repr=False)
    score: float


@dataclass(frozen=True)
class BurnedIn:
    state: State
    lines: tuple[Line, ...] = ()

    @property
    def needs_person(self) -> bool:
        return self.state is not State.CLEAR

    @property
    def boxes(self) -> tuple[tuple[int, int, int, int], ...]:
        """As the mask of the de-identification takes them."""
        return tuple((line.top, line.left, line.bottom, line.right) for line in self.lines)


def look(film: Film) -> BurnedIn:
    try:
        lines = tuple(line for view in _views(film) for line in _read(view))
    except child.ChildError:
        return BurnedIn(State.UNCHECKED)
    found = tuple(line for line in lines if _is_text(line, film))
    if found:
        return BurnedIn(State.TEXT, found)
    return BurnedIn(State.DECLARED if film.header.has_burned_in_text else State.CLEAR)


def _views(film: Film) -> list[Frame]:
    """As the file wants it seen, and all of it: a window may hide what another viewer shows."""
    seen = [eight_bits(film)]
    if film.window is not None:
        low, high = int(film.grey.min()), int(film.grey.max())
        seen.append(((film.grey.astype(np.float32) - low) * (255 / max(high - low, 1))).astype(np.uint8))
    return seen[:1] if len(seen) == 2 and _are_alike(*seen) else seen


def _are_alike(one: Frame, other: Frame) -> bool:
    return int(np.abs(one.astype(np.int16) - other).max()) <= 16


def _read(view: Frame) -> list[Line]:
    rows, columns = view.shape
    said = child.run_bounded(
        "clinic.inference.text_reader:read", np.ascontiguousarray(view).tobytes(), wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES, args={"rows": rows, "columns": columns},
    ).value  # fmt: skip
    return [_line(one, rows, columns) for one in said]


def _line(said: dict[str, Any], rows: int, columns: int) -> Line:
    top, left, bottom, right = (int(edge) for edge in said["box"])
    return Line(
        max(top, 0), max(left, 0), min(bottom, rows), min(right, columns), str(said["text"]), float(said["score"])
    )


def _is_text(line: Line, film: Film) -> bool:
    text = "".join(character for character in line.text if character.isalnum())
    thickness = min(line.bottom - line.top, line.right - line.left)
    if len(text) < 2 or thickness > _TALLEST_LINE * max(film.shape):
        return False  # one letter is a marker or a bone, and nobody's name
    if len(text) < _SHORT and line.score < _SURE_OF_SHORT:
        return False
    is_known = text.upper() in _MARKS or _OWN_WORD.fullmatch(text.upper())
    return not is_known and not _ROUND_SHAPES.fullmatch(text)
