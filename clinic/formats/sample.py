"""The part of a file that recognising looks at."""

import codecs
from dataclasses import dataclass

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 66 * 1024  # an archive's directory end may lie this far from the end of the file


@dataclass(frozen=True, slots=True)
class Sample:
    """`tail` and `size` are None while the file is still arriving."""

    head: bytes
    tail: bytes | None = None
    size: int | None = None

    @property
    def is_complete(self) -> bool:
        """The head is the whole file."""
        return self.size is not None and self.size <= len(self.head)


class Sampler:
    """Keeps the first and the last bytes of a stream, and nothing between them."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self.size = 0

    def feed(self, chunk: bytes | bytearray | memoryview) -> None:
        self.size += len(chunk)
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        self._tail += chunk[-TAIL_BYTES:]
        if len(self._tail) > 4 * TAIL_BYTES:
            del self._tail[:-TAIL_BYTES]

    @property
    def has_head(self) -> bool:
        return len(self._head) >= HEAD_BYTES

    @property
    def is_utf16(self) -> bool:
        """By its mark: zeros are letters there."""
        return self._head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))

    def so_far(self) -> Sample:
        return Sample(head=bytes(self._head))

    def whole(self) -> Sample:
        return Sample(head=bytes(self._head), tail=bytes(self._tail[-TAIL_BYTES:]), size=self.size)
