"""Comments and camera data inside compressed pixels: cut out without touching a pixel."""

from collections.abc import Iterator

JPEG_START, JPEG2000_START = b"\xff\xd8", b"\xff\x4f"
_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"
_JPEG2000_TILE, _JPEG2000_COMMENT, _JPEG2000_END = 0x90, 0x64, b"\xff\xd9"
_ADOBE = 0xEE  # says how colours were turned: decoders ask it


def without_comments(stream: bytes) -> bytes:
    if stream.startswith(JPEG2000_START):
        return _kept(stream, _JPEG2000_TILE, {_JPEG2000_COMMENT}, _JPEG2000_END)
    if stream.startswith(JPEG_START):
        return _kept(stream, _JPEG_SCAN, {*range(0xE0, 0xF0), 0xFE} - {_ADOBE}, _JPEG_END)
    return stream


def _kept(stream: bytes, body: int, unwanted: set[int], end: bytes) -> bytes:
    """The header's segments but the unwanted ones, then the body up to its end; what follows that is not of it."""
    at, kept = 2, [stream[:2]]
    for marker, segment in _segments(stream, body):
        at += len(segment)
        if marker == _ADOBE:
            kept.append(segment if len(segment) == 16 else b"")
        elif marker not in unwanted:
            kept.append(segment)
    rest = stream[at:]
    stop = rest.rfind(end)
    return b"".join([*kept, rest[: stop + 2] if stop >= 0 else rest])


def _segments(stream: bytes, body: int) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != body:
        length = 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
        yield stream[at + 1], stream[at : at + length]
        at += length
