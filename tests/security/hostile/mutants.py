"""Files broken on purpose, the same ones for the same seed. Half of those that carry check sums are mended afterwards:
a reader that looks at the sum first would else never come to what was broken."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence

from tests.security.hostile import samples

ODD_NUMBERS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff\xff\x7f", b"\x01\0",
               b"99999999", b"-1", b"\xfe\xff\xff\xff")  # fmt: skip
LENGTHS = (1, 1, 2, 4, 16, 64, 512)
PNG_MARK = b"\x89PNG\r\n\x1a\n"
DEFLATED_FROM = 132


def of(format: str, count: int, *, seed: int = 9) -> Iterator[bytes]:
    """`count` mutants of a format; each begins with one of its samples."""
    draw = random.Random(f"{seed} {format}")
    good = samples.of(format)
    for _ in range(count):
        yield mutant(draw, draw.choice(good), good)


def mutant(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes:
    if draw.random() < 0.5:
        for mend in _MENDERS:
            if (mended := mend(draw, sample, others)) is not None:
                return mended
    return changed(draw, sample, others)


def changed(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes:
    data = bytearray(sample)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        _change(draw, data, others)
        data = data or bytearray(b"x")
    return bytes(data)


def _change(draw: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    """The beginning of a file says what it is and how large: half of the changes go there."""
    place = draw.randrange(min(len(data), 400)) if draw.random() < 0.5 else draw.randrange(len(data))
    length = draw.choice(LENGTHS)
    match draw.randrange(8):
        case 0:
            data[place : place + length] = draw.randbytes(length)
        case 1:
            del data[place : place + length]
        case 2:
            data[place:place] = data[place : place + length] * draw.choice((1, 2, 50))
        case 3:
            number = draw.choice(ODD_NUMBERS)
            data[place : place + len(number)] = number
        case 4:
            other = draw.choice(others)
            start = draw.randrange(len(other))
            data[place : place + length] = other[start : start + length]
        case 5:
            data[place] ^= 1 << draw.randrange(8)
        case 6:
            del data[max(1, place) :]
        case 7:
            data[place : place + 4] = struct.pack("<I", draw.randrange(2**32))


# --- mended -----------------------------------------------------------------------------------------------------------


def _png(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes | None:
    """One piece changed, its sum and its length right."""
    if not sample.startswith(PNG_MARK):
        return None
    pieces = list(_png_pieces(sample))
    at = draw.randrange(len(pieces))
    kind, content = pieces[at]
    if draw.random() < 0.3 and kind == b"IDAT":
        content = zlib.compress(changed(draw, zlib.decompress(content), others))
    elif content:
        content = changed(draw, content, others)
    pieces[at] = (kind, content)
    if draw.random() < 0.2:
        pieces.insert(draw.randrange(1, len(pieces)), draw.choice(pieces))
    return PNG_MARK + b"".join(_png_piece(*piece) for piece in pieces)


def _png_pieces(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_MARK)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _png_piece(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _archive(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes | None:
    """What is inside changed, packed again with all its sums."""
    if not zipfile.is_zipfile(io.BytesIO(sample)):
        return None
    with zipfile.ZipFile(io.BytesIO(sample)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(files))
    files[name] = changed(draw, files[name] or b"x", list(files.values()))
    if draw.random() < 0.2:
        files[draw.choice(ODD_NAMES)] = files[name]
    return samples.zipped(files)


ODD_NAMES = ("../../etc/passwd", "/etc/passwd", "C:\\windows\\x.png", "a" * 60_000, "\u202egnp.exe", "con",
             "a\0b.png", "word/document2.xml", "./.", "DICOMDIR")  # fmt: skip


def _deflated(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes | None:
    """What lies deflated behind the header of a DICOM file."""
    from radiology.inference.opening.inflating import _DEFLATED, _meta

    if _DEFLATED not in sample[DEFLATED_FROM:1024]:
        return None
    end = _meta(sample)[0]
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    inside = changed(draw, zlib.decompress(sample[end:], -zlib.MAX_WBITS), others)
    return sample[:end] + packer.compress(inside) + packer.flush()


def _behind_the_meta(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes | None:
    """The elements of a DICOM file, with its header as it was."""
    if sample[128:132] != b"DICM" or len(sample) < 400:
        return None
    return sample[:340] + changed(draw, sample[340:], others)


def _ogg(draw: random.Random, sample: bytes, others: Sequence[bytes]) -> bytes | None:
    """What lies in the pages changed, their sums right."""
    if not sample.startswith(b"OggS"):
        return None
    data = bytearray(sample)
    for _ in range(draw.choice((1, 2, 4))):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return b"".join(_with_its_sum(page) for page in _pages(bytes(data)))


def _pages(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.find(b"OggS", start + 4)
        yield data[start : end if end > 0 else len(data)]
        start = end if end > 0 else len(data)


def _with_its_sum(page: bytes) -> bytes:
    bare = page[:22] + bytes(4) + page[26:]
    total = 0
    for byte in bare:
        total = (total << 8 & 0xFFFFFFFF) ^ _OGG_SUMS[total >> 24 ^ byte]
    return page[:22] + struct.pack("<I", total) + page[26:]


def _ogg_sum(byte: int) -> int:
    total = byte << 24
    for _ in range(8):
        total = (total << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if total & 0x80000000 else total << 1
    return total


_OGG_SUMS = tuple(map(_ogg_sum, range(256)))
_MENDERS: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes | None], ...] = (
    _png, _archive, _deflated, _behind_the_meta, _ogg,
)  # fmt: skip
