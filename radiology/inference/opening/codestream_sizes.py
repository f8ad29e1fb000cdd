"""Compressed pixels say for themselves how large they are, and codecs believe them, not the file around them."""

import struct

from pydicom import Dataset
from pydicom.encaps import generate_frames

from clinic.inference.picture_work import is_endless
from radiology.inference.film import Unreadable
from radiology.inference.opening.limits import demand_size

_JPEG_START, _JPEG2000_START, _JPEG2000_SIZE, _SCAN = b"\xff\xd8", b"\xff\x4f", 0x51, 0xDA
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})  # tables, among the marks of frames
_FRAMES = frozenset({*range(0xC0, 0xD0), 0xF7}) - _NO_FRAMES  # the last is JPEG-LS
_HEAD_BYTES = 64 * 1024


def demand_codestreams_fit(dataset: Dataset) -> None:
    """Of the frames that are looked at; nothing is asked of pixels that are not compressed."""
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    pixels = dataset.get("PixelData")
    if not syntax or not syntax.is_compressed or syntax.is_deflated or not isinstance(pixels, bytes):
        return
    for frame in generate_frames(pixels, number_of_frames=_frames(dataset)):
        demand_fits(frame)


def _frames(dataset: Dataset) -> int:
    try:
        return max(int(dataset.get("NumberOfFrames") or 1), 1)
    except (TypeError, ValueError):
        return 1


def demand_fits(codestream: bytes) -> None:
    if (size := size_of(codestream)) is not None:
        demand_size(*size)
    if is_endless(codestream):
        raise Unreadable("too_large", "scans")


def size_of(codestream: bytes) -> tuple[int, int] | None:
    """Rows and columns; None where it does not say, or says it later than anybody would."""
    if codestream.startswith(_JPEG2000_START):
        return _size_of_jpeg2000(codestream)
    return _size_of_jpeg(codestream) if codestream.startswith(_JPEG_START) else None


def _size_of_jpeg(codestream: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= min(len(codestream), _HEAD_BYTES) and codestream[at] == 0xFF and codestream[at + 1] != _SCAN:
        if codestream[at + 1] in _FRAMES:
            rows, columns = struct.unpack_from(">HH", codestream, at + 5)
            return rows or 1, columns  # lines may be counted only at the end
        if codestream[at + 1] == 0xFF:
            at += 1  # filling
        else:
            at += 2 + int.from_bytes(codestream[at + 2 : at + 4], "big")
    return None


def _size_of_jpeg2000(codestream: bytes) -> tuple[int, int] | None:
    if len(codestream) < 24 or codestream[3] != _JPEG2000_SIZE:
        return None
    columns, rows, left, top = struct.unpack_from(">IIII", codestream, 8)
    return rows - top, columns - left
