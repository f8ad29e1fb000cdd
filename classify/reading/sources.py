"""Rows of a file of lines, one by one: what is no row with a text is a row with a reason, and the next one follows."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

LONGEST_LINE = 16 * 1024 * 1024
NOT_JSON, NO_TEXT, LINE_TOO_LONG, NOT_UTF8 = "not_json", "no_text", "line_too_long", "not_utf8"


@dataclass(frozen=True)
class Row:
    """`problem` says why there is no text."""

    id: str
    text: str = ""
    problem: str = ""


def rows_of(path: Path) -> Iterator[Row]:
    with _opened(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                _skip_rest(file, line)
                yield Row(f"line {number}", problem=LINE_TOO_LONG)
            elif line.strip():
                yield row_of(line, number)


def row_of(line: bytes, number: int) -> Row:
    place = f"line {number}"
    try:
        told: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Row(place, problem=NOT_UTF8)
    except (ValueError, RecursionError):
        return Row(place, problem=NOT_JSON)
    if not isinstance(told, dict):
        return Row(place, problem=NOT_JSON)
    name = str(told["id"]) if isinstance(told.get("id"), str | int) else place
    text = told.get("text")
    return Row(name, text) if isinstance(text, str) and text.strip() else Row(name, problem=NO_TEXT)


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LONGEST_LINE)


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
