"""In a child of its own, because its reader is large: one page that is a picture, read."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from clinic.inference import child, text_reader
from clinic.inference.documents.document import PageSource, Unreadable
from clinic.inference.documents.drawing import PICTURES
from clinic.inference.documents.leaves import Leaf, boxes_array, on_the_page, places_array
from clinic.inference.text_reader import Line

_WORD = re.compile(r"\S+")
SAME_ROW = 0.5  # of its height: so far apart two pieces may stand and be one line

Box = tuple[float, float, float, float]


def read_in_child(payload: BinaryIO, *, source: str, number: int) -> dict[str, Any]:
    try:
        return read(payload.read(), source, number).as_told()
    except Unreadable as why:
        raise child.Refused(why.code) from None


def read(data: bytes, source: str, number: int) -> Leaf:
    grey = PICTURES[source](data, number)
    rows, columns = grey.shape
    return _leaf(text_reader.lines(grey), rows, columns)


def _leaf(lines: list[Line], rows: int, columns: int) -> Leaf:
    text, spans, boxes, score = "", [], [], 0.0
    for before, line in zip([None, *lines], lines, strict=False):
        text += _between(before, line)
        for start, end, box in _words(line, rows, columns):
            spans.append((len(text) + start, len(text) + end))
            boxes.append(box)
        text += line.text
        score += line.score * len(line.text)
    sure = min(score / len(text.replace("\n", "")), 1.0) if text.strip() else None
    return Leaf(text, PageSource.OCR, places_array(spans), boxes_array(boxes), confidence=sure)


def _between(before: Line | None, line: Line) -> str:
    if before is None:
        return ""
    (top, left, bottom, _), (top_before, _, bottom_before, right_before) = line.box, before.box
    apart = abs((top + bottom) - (top_before + bottom_before)) / 2
    is_same_row = apart <= SAME_ROW * min(bottom - top, bottom_before - top_before) and left >= right_before - 1
    return " " if is_same_row else "\n"


def _words(line: Line, rows: int, columns: int) -> Iterator[tuple[int, int, Box]]:
    """The reader tells where a line stands: its words share that by their letters."""
    top, left, bottom, right = line.box
    step = (right - left) / max(len(line.text), 1)
    for found in _WORD.finditer(line.text):
        start, end = found.span()
        begins, ends = left + start * step, left + end * step
        yield start, end, on_the_page(begins / columns, top / rows, ends / columns, bottom / rows)
