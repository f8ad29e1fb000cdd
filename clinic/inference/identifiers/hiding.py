"""A text without its identifiers, and the way back. The way back never leaves the building."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic.inference.identifiers.finding import find
from clinic.inference.identifiers.kinds import Found, Kind

_PLACEHOLDER = re.compile(
    rf"\[\s*(?P<kind>{'|'.join(sorted(kind.upper() for kind in Kind))})[\s_-](?P<number>\d+)\s*\]", re.IGNORECASE
)


@dataclass(frozen=True)
class Swap:
    """Where a placeholder stands in the hidden text, and what it stands for in the source."""

    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True)
class Hidden:
    """`map` tells what each placeholder stands for: it is as secret as the source."""

    text: str
    map: Mapping[str, str]
    swaps: tuple[Swap, ...]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Of a stretch of the hidden text; one that begins or ends within a placeholder takes all of it."""
        return self._source_place(start, is_end=False), self._source_place(end, is_end=True)

    def _source_place(self, place: int, *, is_end: bool) -> int:
        index = bisect_right(self.swaps, place - is_end, key=lambda swap: swap.start) - 1
        if index < 0:
            return place
        swap = self.swaps[index]
        if place - is_end < swap.end:
            return swap.source_end if is_end else swap.source_start
        return swap.source_end + place - swap.end


def hide(text: str) -> Hidden:
    """The same value is the same placeholder, so that who reads the text still sees that it is one person."""
    numbering = _Numbering(text)
    pieces: list[str] = []
    swaps: list[Swap] = []
    done = length = 0
    for found in find(text):
        placeholder = numbering.placeholder(found)
        start = length + found.start - done
        pieces += (text[done : found.start], placeholder)
        done, length = found.end, start + len(placeholder)
        swaps.append(Swap(start, length, found.start, found.end))
    return Hidden("".join([*pieces, text[done:]]), numbering.values, tuple(swaps))


def restore(answer: str, values: Mapping[str, str]) -> str:
    """The answer with the values again; models that write a placeholder a little otherwise are understood."""

    def value(found: re.Match[str]) -> str:
        return values.get(f"[{found['kind'].upper()}_{int(found['number'])}]", found.group())

    return _PLACEHOLDER.sub(value, answer)


def restored(answer: Any, values: Mapping[str, str]) -> Any:
    """The same for an answer that was read as JSON: its texts, not its keys."""
    if isinstance(answer, str):
        return restore(answer, values)
    if isinstance(answer, list):
        return [restored(each, values) for each in answer]
    if isinstance(answer, dict):
        return {key: restored(each, values) for key, each in answer.items()}
    return answer


class _Numbering:
    """Numbers that the text uses itself are left out, or its own "[NAME_1]" would come back as somebody."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[str, str] = {}
        self._known: dict[tuple[Kind, str], str] = {}
        self._last: dict[Kind, int] = {}
        self._in_use = {(found["kind"].lower(), int(found["number"])) for found in _PLACEHOLDER.finditer(text)}

    def placeholder(self, found: Found) -> str:
        value = self.text[found.start : found.end]
        key = (found.kind, value)
        if key not in self._known:
            self._known[key] = self._next(found.kind)
            self.values[self._known[key]] = value
        return self._known[key]

    def _next(self, kind: Kind) -> str:
        number = self._last.get(kind, 0) + 1
        while (kind.value, number) in self._in_use:
            number += 1
        self._last[kind] = number
        return f"[{kind.upper()}_{number}]"
