"""JPEG, PNG, WebP, TIFF and DICOM by their own structure."""

import re
import struct

from clinic.formats.executables import is_program
from clinic.formats.refusals import Reason, Refused
from clinic.formats.sample import Sample

PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
TIFF_STARTS = {b"II*\0": "<", b"MM\0*": ">"}
TIFF_HEADER_BYTES = 8
PREAMBLE_BYTES = 128
DICOMDIR_CLASS = re.compile(rb"1\.2\.840\.10008\.1\.3\.10(?![.0-9])")
FOREIGN_PREAMBLES = (b"PK", b"%PDF", b"<", b"\xff\xd8", b"\x89PNG", b"RIFF", b"OggS", b"GIF8", b"ID3", b"fLaC")


def jpeg(sample: Sample) -> str | None:
    return "jpeg" if sample.head.startswith(b"\xff\xd8\xff") and sample.head[3:4] >= b"\xc0" else None


def png(sample: Sample) -> str | None:
    if not sample.head.startswith(PNG_START):
        return None
    if sample.tail is not None:
        _demand_png_end(sample.tail)
    return "png"


def _demand_png_end(tail: bytes) -> None:
    """More after the end is another file, or the part of a cropped picture that was meant to be gone."""
    _, end, rest = tail.rpartition(PNG_END)
    if not end:
        raise Refused(Reason.CUT_OFF, found="png")
    if rest.strip(b"\0\r\n"):
        raise Refused(Reason.POLYGLOT, found="png")


def webp(sample: Sample) -> str | None:
    is_webp = sample.head[:4] == b"RIFF" and sample.head[8:15] == b"WEBPVP8"
    return "webp" if is_webp else None


def tiff(sample: Sample) -> str | None:
    """As scanners and fax machines send pages. The mark is followed by where its first directory lies: not within the
    header, and within the file."""
    order = TIFF_STARTS.get(sample.head[:4])
    if order is None or len(sample.head) < TIFF_HEADER_BYTES:
        return None
    (directory,) = struct.unpack_from(f"{order}I", sample.head, 4)
    is_inside = sample.size is None or directory < sample.size
    return "tiff" if directory >= TIFF_HEADER_BYTES and is_inside else None


def dicom(sample: Sample) -> str | None:
    """A DICOM file begins with 128 bytes that nobody reads: a program may hide there."""
    if sample.head[PREAMBLE_BYTES : PREAMBLE_BYTES + 4] != b"DICM":
        return None
    preamble = sample.head[:PREAMBLE_BYTES]
    if is_program(preamble):
        raise Refused(Reason.EXECUTABLE, found="dicom")
    if preamble.startswith(FOREIGN_PREAMBLES):
        raise Refused(Reason.POLYGLOT, found="dicom")
    if DICOMDIR_CLASS.search(sample.head):
        raise Refused(Reason.DICOMDIR, found="dicomdir")
    return "dicom"
