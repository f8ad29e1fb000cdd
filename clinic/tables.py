"""Tables for other programs: CSV whose cells no spreadsheet takes for a formula, and one JSON value to a line."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # wide ones count as well
_NUMBER_TYPES = (int, float)


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """RFC 4180, a line at a time, however many there are."""
    yield _line(head)
    for row in rows:
        yield _line([cell(value) for value in row])


def cell(value: Any) -> str:
    """Text that could be a formula gets an apostrophe before it; our own numbers are numbers, below zero too."""
    if value is None:
        return ""
    if isinstance(value, _NUMBER_TYPES) and not isinstance(value, bool):
        return str(value)
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str) + "\n" for row in rows)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
