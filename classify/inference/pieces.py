"""A document longer than an engine reads at once is parted where it pauses: every character is in a piece."""

import re

SHORTEST, LONGEST = 10, 10_000
# Where a text pauses, the longer pauses first.
PAUSES = (re.compile(r"\n\s*\n"), re.compile(r"[.!?]\s"), re.compile(r"[\n,;]"), re.compile(r"\s"))


def pieces_of(text: str, longest: int = LONGEST) -> list[tuple[int, int]]:
    """From where to where. Pieces are of about one length, so that each vote rests on about as much text."""
    if len(text) <= longest:
        return [(0, len(text))]
    number = -(-len(text) // longest)
    while (found := _parted(text, number)) and max(end - start for start, end in found) > longest:
        number += 1
    return found


def _parted(text: str, number: int) -> list[tuple[int, int]]:
    size = len(text) / number
    ends = [_pause_near(text, round(size * place), round(size / 4)) for place in range(1, number)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def _pause_near(text: str, wanted: int, reach: int) -> int:
    """The pause closest to the wanted place, of the longest sort that is within reach; else the place itself."""
    for pause in PAUSES:
        found = [match.end() for match in pause.finditer(text, max(0, wanted - reach), min(len(text), wanted + reach))]
        if found:
            return min(found, key=lambda end: abs(end - wanted))
    return wanted
