"""`python -m benchmarks.deidentify`: markers in every place of a DICOM file that holds text or bytes; none may survive.

Every attribute of the dictionary with a text or bytes value, plainly and inside sequences five deep; private blocks of
20 creators, overlays, curves, file header, preamble, padding, what follows the pixels and the file, comments inside
compressed pixels. Markers are words, and where the type asks for it dates, times, UIDs and numbers that occur nowhere
else. Ends 1 when one is found in the output.
"""

import io
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pydicom
from PIL import Image
from pydicom._dicom_dict import DicomDictionary
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit

from radiology.inference.deidentify import Rules, deidentified, patient_key
from radiology.inference.deidentify.secrets import shifted
from radiology.inference.dicom_files import compressed, dicom_file

LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
TEXT_OR_BYTES = frozenset(
    "AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT OB OD OF OL OV OW UN".split()  # noqa: SIM905
)
STRUCTURE = frozenset({"SpecificCharacterSet", "PhotometricInterpretation", "PixelData", "SOPClassUID", "LUTData"})
KEPT_SEQUENCES = (0x00540220, 0x00082218, 0x00409096, 0x00082112, 0x00081140)  # views, regions, mapping, references
DX = "1.2.840.10008.5.1.4.1.1.1.1"
KEY = patient_key(b"a key of this benchmark, no secret", "patient 1")


@dataclass
class Markers:
    places: dict[bytes, str] = field(default_factory=dict)
    _images: set[bytes] = field(default_factory=set)
    _number: int = -1
    _day: int = 0

    def new(self, vr: str, place: str) -> bytes:
        self._number += 1
        marker = _marker(vr, self._number)
        if vr == "DA":
            marker = self._lone_date()
        self.places[marker] = f"{place} ({vr})"
        return marker

    def _lone_date(self) -> bytes:
        """One that no other marker's date becomes when it is moved, nor becomes another's."""
        while True:
            self._day += 1
            said = (date(1700, 1, 1) + timedelta(days=self._day)).strftime("%Y%m%d")
            image = shifted(KEY, said).encode()
            if image not in self.places and said.encode() not in self._images:
                self._images.add(image)
                return said.encode()

    def found_in(self, data: bytes) -> list[str]:
        return [place for marker, place in self.places.items() if any(form in data for form in _forms(marker))]


def _marker(vr: str, number: int) -> bytes:
    if vr == "DT":
        day = date(1950, 1, 1) + timedelta(days=number % 20_000)
        return day.strftime("%Y%m%d0807").encode() + f"{number % 60:02d}.{number:06d}".encode()
    if vr == "TM":
        return f"0807{number % 60:02d}.{number:06d}".encode()
    if vr == "UI":
        return f"1.3.99999.{number + 1}.77".encode()
    return f"MK{number:06d}".encode()


def _forms(marker: bytes) -> tuple[bytes, ...]:
    text = marker.decode()
    return marker, text.encode("utf-16-le"), text.encode("utf-16-be"), text.lower().encode()


def element(tag: int, vr: str, value: bytes, *, implicit: bool = False) -> bytes:
    value += (b"\0" if vr in LONG or vr == "UI" else b" ") * (len(value) % 2)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if implicit:
        return head + struct.pack("<I", len(value)) + value
    if vr in LONG:
        return head + vr.encode() + struct.pack("<HI", 0, len(value)) + value
    return head + vr.encode() + struct.pack("<H", len(value)) + value


def sequence(tag: int, items: bytes, *, implicit: bool = False) -> bytes:
    return element(tag, "SQ", struct.pack("<HHI", 0xFFFE, 0xE000, len(items)) + items, implicit=implicit)


def dictionary() -> Iterator[tuple[int, str, str]]:
    for tag, (vr, _vm, _name, _retired, keyword) in sorted(DicomDictionary.items()):
        kind = vr.rpartition(" ")[2]
        if 8 <= tag >> 16 < 0xFFFC and kind in TEXT_OR_BYTES and keyword not in STRUCTURE:
            yield tag, kind, keyword


def everywhere(markers: Markers, *, implicit: bool, where: str) -> dict[int, bytes]:
    """By tag: an element for each attribute with a marker as its value."""
    return {
        tag: element(tag, vr, markers.new(vr, f"{where} {keyword or hex(tag)}"), implicit=implicit)
        for tag, vr, keyword in dictionary()
    }


def nested(markers: Markers, *, implicit: bool) -> dict[int, bytes]:
    """The whole dictionary five deep in sequences that are kept, and in one that is private."""
    made = {}
    for depth, tag in enumerate(KEPT_SEQUENCES, start=1):
        found = everywhere(markers, implicit=implicit, where=f"depth {depth}")
        inside = b"".join(found[inner] for inner in sorted(found))
        for outer in [tag] * depth:
            inside = sequence(outer, inside, implicit=implicit)
        made[tag] = inside
    return made


def private(markers: Markers, *, implicit: bool) -> dict[int, bytes]:
    made = {}
    for number in range(20):
        group, block = 0x0009 + 2 * (number % 10), 0x10 + number // 10
        creator = (group << 16) | block
        made[creator] = element(creator, "LO", markers.new("LO", "private creator"), implicit=implicit)
        for offset, vr in enumerate(sorted(TEXT_OR_BYTES)):
            tag = (group << 16) | (block << 8) | offset
            made[tag] = element(tag, vr, markers.new(vr, "private element"), implicit=implicit)
        tag = (group << 16) | (block << 8) | 0x80
        inner = element(0x00100010, "PN", markers.new("PN", "private sequence"), implicit=implicit)
        made[tag] = sequence(tag, inner, implicit=implicit)
    return made


def beside(markers: Markers, *, implicit: bool) -> dict[int, bytes]:
    """Overlays, curves, padding, and tags that nobody knows."""
    places = [
        (0x60000022, "LO", "overlay description"), (0x60001500, "LO", "overlay label"), (0x60003000, "OW", "overlay"),
        (0x60004000, "LT", "overlay comments"), (0x50000022, "LO", "curve description"), (0x50003000, "OW", "curve"),
        (0x00080002, "LO", "unknown tag"), (0x0011AB01, "LO", "private without creator"), (0x00280FFF, "UN", "unknown"),
        (0xFFFCFFFC, "OB", "padding"),
    ]  # fmt: skip
    return {tag: element(tag, vr, markers.new(vr, name), implicit=implicit) for tag, vr, name in places}


def header(markers: Markers, syntax: str) -> bytes:
    told = [
        (0x00020002, "UI", DX.encode()), (0x00020003, "UI", markers.new("UI", "file header")),
        (0x00020010, "UI", syntax.encode()), (0x00020012, "UI", markers.new("UI", "file header")),
        (0x00020013, "SH", markers.new("SH", "file header")), (0x00020016, "AE", markers.new("AE", "file header")),
        (0x00020017, "AE", markers.new("AE", "file header")), (0x00020018, "AE", markers.new("AE", "file header")),
        (0x00020026, "UR", markers.new("UR", "file header")), (0x00020100, "UI", markers.new("UI", "file header")),
        (0x00020102, "OB", markers.new("OB", "file header")),
    ]  # fmt: skip
    meta = b"".join(element(*one) for one in told)
    return (
        markers.new("LO", "preamble").ljust(128, b"\0")
        + b"DICM"
        + element(0x20000, "UL", struct.pack("<I", len(meta)))
        + meta
    )


def picture_elements(*, implicit: bool) -> dict[int, bytes]:
    numbers = {
        0x00280002: 1,
        0x00280010: 16,
        0x00280011: 16,
        0x00280100: 8,
        0x00280101: 8,
        0x00280102: 7,
        0x00280103: 0,
    }
    made = {tag: element(tag, "US", struct.pack("<H", number), implicit=implicit) for tag, number in numbers.items()}
    made[0x00280004] = element(0x00280004, "CS", b"MONOCHROME2", implicit=implicit)
    made[0x00080016] = element(0x00080016, "UI", DX.encode(), implicit=implicit)
    return made


def plain_file(markers: Markers, *, implicit: bool) -> bytes:
    elements = everywhere(markers, implicit=implicit, where="top")
    for more in (nested, private, beside):
        elements |= more(markers, implicit=implicit)
    pixels = bytes(range(256)) + markers.new("OB", "behind the pixels")
    elements |= picture_elements(implicit=implicit) | {0x7FE00010: element(0x7FE00010, "OB", pixels, implicit=implicit)}
    body = b"".join(elements[tag] for tag in sorted(elements))
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    return header(markers, syntax) + body + markers.new("LO", "after the end")


def jpeg_file(markers: Markers) -> bytes:
    """Comments and camera data inside the picture, before it and after its end."""
    stored = io.BytesIO()
    picture = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    exif = Image.Exif()
    exif[0x010E] = markers.new("LO", "EXIF").decode()
    picture.save(stored, "JPEG", comment=markers.new("LO", "JPEG comment"), exif=exif)
    stream = stored.getvalue() + markers.new("OB", "after the JPEG")
    return _encapsulated(markers, stream + b"\0" * (len(stream) % 2), JPEGBaseline8Bit)


def jpeg2000_file(markers: Markers) -> bytes:

    made = pydicom.dcmread(
        io.BytesIO(compressed(dicom_file(np.arange(4096, dtype=np.uint8).reshape(64, 64)), JPEG2000Lossless))
    )
    stream = next(pydicom.encaps.generate_frames(made.PixelData, number_of_frames=1))
    size = 4 + int.from_bytes(stream[4:6], "big")
    text = markers.new("LO", "JPEG 2000 comment")
    comment = b"\xff\x64" + struct.pack(">HH", 4 + len(text), 1) + text
    stream = stream[:size] + comment + stream[size:]
    return _encapsulated(markers, stream + b"\0" * (len(stream) % 2), JPEG2000Lossless, side=64)


def _encapsulated(markers: Markers, stream: bytes, syntax: str, side: int = 16) -> bytes:
    fragments = struct.pack("<HHI", 0xFFFE, 0xE000, 0) + struct.pack("<HHI", 0xFFFE, 0xE000, len(stream)) + stream
    fragments += struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    elements = picture_elements(implicit=False)
    for tag in (0x00280010, 0x00280011):
        elements[tag] = element(tag, "US", struct.pack("<H", side))
    elements[0x00080018] = element(0x00080018, "UI", markers.new("UI", "SOP instance"))
    body = b"".join(elements[tag] for tag in sorted(elements))
    pixels = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OB", 0, 0xFFFFFFFF) + fragments
    return header(markers, syntax) + body + pixels + markers.new("LO", "after the end")


FILES = {
    "explicit little endian": lambda markers: plain_file(markers, implicit=False),
    "implicit little endian": lambda markers: plain_file(markers, implicit=True),
    "JPEG": jpeg_file,
    "JPEG 2000": jpeg2000_file,
}  # fmt: skip


def survivors() -> dict[str, tuple[int, list[str]]]:
    """By file: how many markers were planted, and where the ones were that are still there."""
    found = {}
    for name, build in FILES.items():
        markers = Markers()
        data = build(markers)
        missing = [place for marker, place in markers.places.items() if marker not in data]
        if missing:
            raise AssertionError(f"not planted: {missing[:5]}")
        found[name] = len(markers.places), markers.found_in(deidentified(data, Rules(KEY)).data)
    return found


def main() -> None:
    found = survivors()
    for name, (count, places) in found.items():
        print(f"{name:<24} planted {count:>7,}, survived {len(places)}")
        for place, times in Counter(places).most_common(20):
            print(f"    {place} x {times}")
    planted = sum(planted for planted, _ in found.values())
    left = sum(len(places) for _, places in found.values())
    print(f"markers n={planted:,} (at least 2,000), survived {left} [0: {'MISSED' if left else 'met'}]")
    sys.exit(left > 0)


if __name__ == "__main__":
    main()
