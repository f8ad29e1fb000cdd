"""A ZIP written from front to back, each byte of which is known before the first leaves: nothing is packed, and what
stands around the files is laid out by the very code that checks it later (`capsule_verify`)."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from clinic.errors import Code, Refusal
from clinic.export.capsule_verify import directory_entry, end_of_directory, local_header, stamp_of

MOST_BYTES = 0xFFFF_FFFE  # the first form of ZIP counts no further
MOST_FILES = 0xFFFE


@dataclass(frozen=True, kw_only=True)
class Member:
    """`pieces` is asked when its turn comes, and gives exactly the bytes of which size and sum are told."""

    path: str
    size: int
    crc32: int
    pieces: Callable[[], Iterable[bytes]] = field(repr=False)

    @classmethod
    def of(cls, path: str, data: bytes) -> "Member":
        return cls(path=path, size=len(data), crc32=zlib.crc32(data), pieces=lambda: (data,))


class Archive:
    def __init__(self, members: Iterable[Member], *, at: str) -> None:
        self._members, self._stamp = list(members), stamp_of(at)
        headers = [local_header(each.path, each.size, each.crc32, self._stamp) for each in self._members]
        offsets = _offsets(headers, self._members)
        self._headers, body = headers, offsets[-1]
        if body > MOST_BYTES or len(self._members) > MOST_FILES:
            raise Refusal(Code.TOO_LARGE)
        directory = b"".join(
            directory_entry(each.path, each.size, each.crc32, self._stamp, offset)
            for each, offset in zip(self._members, offsets, strict=False)
        )
        self._end = directory + end_of_directory(len(self._members), len(directory), body)
        self.size = body + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        for header, member in zip(self._headers, self._members, strict=True):
            yield header
            yield from member.pieces()
        yield self._end


def _offsets(headers: list[bytes], members: list[Member]) -> list[int]:
    """Where each begins, and last where all of them end."""
    offsets = [0]
    for header, member in zip(headers, members, strict=True):
        offsets.append(offsets[-1] + len(header) + member.size)
    return offsets
