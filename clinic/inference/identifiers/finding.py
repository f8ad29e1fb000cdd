"""All identifiers of a text, in their order, none over another."""

from collections.abc import Iterable

from clinic.inference.identifiers.dates import ages, dates
from clinic.inference.identifiers.kinds import Found, Kind
from clinic.inference.identifiers.labelled import labelled
from clinic.inference.identifiers.names import names
from clinic.inference.identifiers.places import places
from clinic.inference.identifiers.shapes import shapes
from clinic.inference.identifiers.source import source

_FAX_SAID_BEFORE = 24


def find(text: str) -> list[Found]:
    """English and Spanish. What overlaps becomes one stretch: rather too much than half a name left over."""
    read = source(text)
    finders = (labelled, shapes, dates, ages, places, names)
    found = [each for finder in finders for each in finder(read)]
    return [_of_fax(read.low, each) for each in _merged(found)]


def _merged(unsorted: Iterable[Found]) -> list[Found]:
    """A joined stretch is of the kind of its longest part; of equals, of the surer finder, which is named first."""
    merged: list[tuple[int, int, Kind, int]] = []
    for found in sorted(unsorted, key=lambda found: (found.start, -found.end)):
        length = found.end - found.start
        if merged and found.start < merged[-1][1]:
            start, end, kind, longest = merged[-1]
            best = (kind, longest) if longest >= length else (found.kind, length)
            merged[-1] = (start, max(end, found.end), *best)
        elif length:
            merged.append((found.start, found.end, found.kind, length))
    return [Found(start, end, kind) for start, end, kind, _ in merged]


def _of_fax(low: str, found: Found) -> Found:
    if found.kind is not Kind.PHONE:
        return found
    before = low[max(0, found.start - _FAX_SAID_BEFORE) : found.start]
    is_fax = before.rfind("fax") > max(before.rfind("phone"), before.rfind("tel"), -1)
    return Found(found.start, found.end, Kind.FAX) if is_fax else found
