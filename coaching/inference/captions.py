"""What was said, as captions for a player (WebVTT): short lines that come when they are spoken and stay while they are.

A line ends where a sentence does, where somebody pauses, and before it gets longer than can be read at a glance.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from coaching.inference.schema import SpokenWord

MOST_CHARACTERS, LONGEST_S, PAUSE_S, LEAST_S = 64, 6.0, 0.8, 0.8
_ENDS = (".", "?", "!", "…")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Timed(NamedTuple):
    text: str
    start_s: float
    end_s: float


def webvtt(words: Sequence[SpokenWord]) -> str:
    """Words of which nobody knows when they were said are left out: of a typed answer nothing is left."""
    timed = (_Timed(one.text, one.start_s, one.end_s) for one in words
             if one.start_s is not None and one.end_s is not None)  # fmt: skip
    cues = list(_lines(timed))
    following = [*(line[0].start_s for line in cues[1:]), None]
    return "\n\n".join(["WEBVTT", *map(_cue, cues, following)]) + "\n"


def _lines(words: Iterable[_Timed]) -> Iterator[list[_Timed]]:
    line: list[_Timed] = []
    for word in words:
        if line and _is_over(line, word):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _is_over(line: Sequence[_Timed], word: _Timed) -> bool:
    first, last = line[0], line[-1]
    length = sum(len(one.text) + 1 for one in line) + len(word.text)
    return (
        last.text.endswith(_ENDS) or word.start_s - last.end_s >= PAUSE_S
        or length > MOST_CHARACTERS or word.end_s - first.start_s > LONGEST_S
    )  # fmt: skip


def _cue(line: Sequence[_Timed], until: float | None) -> str:
    start = line[0].start_s
    end = max(line[-1].end_s, start + LEAST_S)
    if until is not None:
        end = max(start + 0.001, min(end, until))  # two lines do not stand there at once
    return f"{_time(start)} --> {_time(end)}\n{_safe(' '.join(one.text for one in line))}"


def _time(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def _safe(text: str) -> str:
    """Nothing in it is markup, and nothing begins another cue."""
    plain = _CONTROL.sub(" ", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
