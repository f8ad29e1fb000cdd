"""Rows of a file of lines, one by one: what is no row with a text is a row with a reason, and the next one follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clinic.inference import json_lines
from clinic.inference.json_lines import Line

NO_TEXT = "no_text"


@dataclass(frozen=True)
class Row:
    """`problem` says why there is no text."""

    id: str
    text: str = ""
    problem: str = ""


def rows_of(path: Path) -> Iterator[Row]:
    for line in json_lines.lines_of(path):
        yield _row(line)


def _row(line: Line) -> Row:
    text = line.text("text")
    return Row(line.name, text, line.problem or ("" if text else NO_TEXT))
