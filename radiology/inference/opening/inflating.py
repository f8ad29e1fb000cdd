"""The deflated transfer syntax, with a limit that pydicom has not: 600 KB of it can become more than a gigabyte."""

import struct
import zlib

from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from radiology.inference.film import Unreadable
from radiology.inference.opening.limits import MOST_INFLATED_BYTES

META_START = 132
_DEFLATED = DeflatedExplicitVRLittleEndian.encode()
_LONG_LENGTHS = (b"OB", b"OW", b"SQ", b"UN", b"UT", b"OF", b"OD", b"OL", b"UC", b"UR", b"OV", b"SV", b"UV")
_SYNTAX = (2, 0x10)


def unfolded(data: bytes) -> bytes:
    """The same file in explicit little endian, or as it is where it is not deflated."""
    end, syntax_at, syntax_bytes = _meta(data)
    syntax = data[syntax_at : syntax_at + syntax_bytes].rstrip(b"\0 ")
    if syntax != _DEFLATED:
        if _DEFLATED in data[META_START : max(end, META_START) + 1024]:
            raise Unreadable("broken", "a deflated file must say so where everybody finds it")
        return data
    plain = ExplicitVRLittleEndian.encode().ljust(syntax_bytes, b"\0")
    return data[:syntax_at] + plain + data[syntax_at + syntax_bytes : end] + _inflated(data[end:])


def _meta(data: bytes) -> tuple[int, int, int]:
    """Where the file's own header ends, and place and length of its transfer syntax."""
    at, syntax_at, syntax_bytes = META_START, 0, 0
    while at + 8 <= len(data):
        group, element, vr, short = struct.unpack_from("<HH2sH", data, at)
        if group != 2:
            break
        start, length = at + 8, short
        if vr in _LONG_LENGTHS:
            start, length = at + 12, int.from_bytes(data[at + 8 : at + 12], "little")
        if (group, element) == _SYNTAX:
            syntax_at, syntax_bytes = start, length
        at = start + length
    return min(at, len(data)), syntax_at, syntax_bytes


def _inflated(packed: bytes) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = stream.decompress(packed, MOST_INFLATED_BYTES)
    except zlib.error as fault:
        raise Unreadable("broken", "deflated data") from fault
    if stream.unconsumed_tail:
        raise Unreadable("too_large", "inflated")
    if not stream.eof:
        raise Unreadable("cut_off", "deflated data")
    return plain
