"""Texts out of a JSON Lines file that somebody sent: in bounded children, some thousand lines at a time.

A line is {"id": ..., "text": ...}. What one line does wrong is told of that line; the others come out all the same.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from clinic.inference import child
from clinic.inference.unpacking import Unpackable

AT_A_TIME_LINES, AT_A_TIME_BYTES = 1_000, 16 * child.MIB
MOST_LINES = 20_000  # as many as an archive may have files
LONGEST_LINE = 8_000_000  # bytes: a text of two million characters, written with escapes
WALL_S, CPU_S = 60.0, 30.0
MEMORY_BYTES, OUTPUT_BYTES = 256 * child.MIB, 128 * child.MIB
LONGEST_NAME = 120
_FUNCTION = "clinic.inference.text_rows:take_in_child"


@dataclass(frozen=True)
class Row:
    name: str  # its `id`, or the number of its line
    text: str
    problem: str  # why there is no text: a code
    share: float  # of the file, with this one


def rows(pieces: Iterable[bytes], *, start: int = 0) -> Iterator[Row]:
    """In the order of the file, from the `start`th line that holds something on."""
    handle = os.memfd_create("rows", os.MFD_CLOEXEC)
    try:
        with open(handle, "wb", closefd=False) as whole:
            whole.writelines(_of_not_too_many_lines(pieces))
        yield from _all_of(handle, os.fstat(handle).st_size, start)
    finally:
        os.close(handle)


def _of_not_too_many_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A line may be two bytes: what is told of each, also of one that is not taken, takes time and memory."""
    count = 0
    for piece in pieces:
        count += bytes(piece).count(b"\n")
        if count > MOST_LINES:
            raise Unpackable("too_many_files")
        yield piece


def _all_of(handle: int, size: int, start: int) -> Iterator[Row]:
    place, number = 0, 0
    while place < size:
        told = _asked(handle, place, number)
        for row in told["rows"]:
            number += 1
            if number > start:
                yield Row(str(row["name"]), str(row["text"]), str(row["problem"]), min(told["place"] / size, 1.0))
        if told["place"] <= place:
            raise Unpackable("broken")
        place = told["place"]


def _asked(handle: int, place: int, number: int) -> dict[str, Any]:
    try:
        answer = child.run_bounded(
            _FUNCTION, handle, args={"place": place, "number": number}, wall_s=WALL_S, cpu_s=CPU_S,
            memory_bytes=MEMORY_BYTES, output_bytes=OUTPUT_BYTES,
        )  # fmt: skip
    except child.ChildUnavailable:
        raise
    except child.ChildError as why:
        raise Unpackable(why.code if isinstance(why, child.ChildRefused) else "broken") from why
    told: dict[str, Any] = answer.value
    if not isinstance(told["place"], int) or not isinstance(told["rows"], list):
        raise Unpackable("broken")
    return told


def take_in_child(payload: BinaryIO, place: int, number: int) -> dict[str, Any]:
    """From a place in the file on, with the number of the line before it; says where the next begins."""
    payload.seek(place)
    found: list[dict[str, str]] = []
    while len(found) < AT_A_TIME_LINES and payload.tell() - place < AT_A_TIME_BYTES:
        line = payload.readline(LONGEST_LINE + 1)
        if not line:
            break
        is_whole = _read_on(payload, line)
        if line.strip():
            found.append(
                _row(line, number + len(found) + 1) if is_whole else _no_row(number + len(found) + 1, "too_large")
            )
    return {"rows": found, "place": payload.tell()}


def _read_on(payload: BinaryIO, line: bytes) -> bool:
    """To the end of a line that is too long; false if it was."""
    if len(line) <= LONGEST_LINE:
        return True
    while line and not line.endswith(b"\n"):
        line = payload.readline(LONGEST_LINE)
    return False


def _row(line: bytes, number: int) -> dict[str, str]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return _no_row(number, "not_json")
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        return _no_row(number, "no_text", told)
    text = told["text"]
    if any("\ud800" <= character <= "\udfff" for character in text):
        return _no_row(number, "not_text", told)
    return {"name": _name(told, number), "text": text, "problem": ""}


def _no_row(number: int, problem: str, told: Any = None) -> dict[str, str]:
    return {"name": _name(told, number), "text": "", "problem": problem}


def _name(told: Any, number: int) -> str:
    name = told.get("id") if isinstance(told, dict) else None
    is_name = isinstance(name, str | int) and not isinstance(name, bool) and str(name).strip()
    said = str(name).strip()[:LONGEST_NAME] if is_name else f"line {number}"
    return said.encode("utf-8", "replace").decode()
