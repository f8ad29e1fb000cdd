"""Films out of an archive: how many, how large, and what lies beside them on the discs of hospitals."""

from collections.abc import Iterable, Iterator

from clinic.inference import unpacking
from clinic.inference.unpacking import Limits, Member, Unpackable

__all__ = ["FILE_BYTES", "Member", "Unpackable", "members"]

FILE_BYTES = 50_000_000  # the largest film that is taken
LIMITS = Limits(files=500, file_bytes=FILE_BYTES, passed_over=frozenset({"dicomdir"}))


def members(pieces: Iterable[bytes]) -> Iterator[Member]:
    return unpacking.members(pieces, LIMITS)
