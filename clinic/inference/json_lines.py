"""Objects out of a file of JSON lines that was named on the command line, plain or gzipped.

What is no object is a line with a reason, and the next one follows.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

LONGEST_LINE = 16 * 1024 * 1024
NOT_JSON, LINE_TOO_LONG, NOT_UTF8 = "not_json", "line_too_long", "not_utf8"


@dataclass(frozen=True)
class Line:
    """`name` is its `id`, or its place in the file; `problem` says why nothing is told."""

    name: str
    told: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    def text(self, key: str) -> str:
        """Empty where there is none, or none with a letter."""
        said = self.told.get(key)
        return said if isinstance(said, str) and said.strip() else ""


def lines_of(path: Path) -> Iterator[Line]:
    with _opened(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                _skip_rest(file, line)
                yield Line(f"line {number}", problem=LINE_TOO_LONG)
            elif line.strip():
                yield line_of(line, number)


def line_of(line: bytes, number: int) -> Line:
    place = f"line {number}"
    try:
        told: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Line(place, problem=NOT_UTF8)
    except (ValueError, RecursionError):
        return Line(place, problem=NOT_JSON)
    if not isinstance(told, dict):
        return Line(place, problem=NOT_JSON)
    return Line(str(told["id"]) if isinstance(told.get("id"), str | int) else place, told)


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LONGEST_LINE)


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
