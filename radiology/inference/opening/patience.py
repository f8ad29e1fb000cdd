"""How many steps of a DICOM file are walked: eight bytes can be an element, and a file has room for millions."""

import io

from radiology.inference.film import Unreadable

MOST_ITEMS = 50_000
MOST_READS = 400_000  # about two for each element
_ITEMS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")  # little and big endian


class _Counted(io.BytesIO):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = MOST_READS

    def read(self, size: int | None = -1, /) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise Unreadable("too_large", "elements")
        return super().read(size)


def patient_bytes(data: bytes) -> io.BytesIO:
    """To be read by pydicom, which walks on for as long as there is something. Items within items are copied out before
    they are walked, so they are counted where they lie; four bytes of chance are one in four thousand million."""
    if max(map(data.count, _ITEMS)) > MOST_ITEMS:
        raise Unreadable("too_large", "items")
    return _Counted(data)
