"""How much a person had to change: characters put in, left out or replaced, over all values of a fact."""

from collections.abc import Mapping
from typing import Any


def distance(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    names = dict.fromkeys((*before, *after))
    return sum(between(_words(before.get(name)), _words(after.get(name))) for name in names)


def _words(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def between(one: str, other: str) -> int:
    """Levenshtein's, a row at a time, of what lies between an equal beginning and an equal end."""
    one, other = _without_beginning(one, other)
    one, other = _without_beginning(one[::-1], other[::-1])
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        previous, row[0] = row[0], at
        for place, wanted in enumerate(other, 1):
            previous, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, previous + (letter != wanted))
    return row[-1]


def _without_beginning(one: str, other: str) -> tuple[str, str]:
    alike = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
                 min(len(one), len(other)))  # fmt: skip
    return one[alike:], other[alike:]
