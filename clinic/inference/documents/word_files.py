"""DOCX without a library: a few parts of a ZIP, unpacked to a limit, read by a parser that knows no entities.

What a reader of the document sees is there once: paragraphs, tables, text boxes, notes, headers. Deleted words are not.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from clinic.inference.documents.document import PageSource, Unreadable
from clinic.inference.documents.leaves import Leaf

MOST_ENTRIES = 5_000
MOST_PART_BYTES, MOST_BYTES = 30_000_000, 40_000_000  # of XML: a thousand pages have about ten million
DEEPEST = 200
PARTS = (
    r"word/document\d*\.xml", r"word/footnotes\d*\.xml", r"word/endnotes\d*\.xml", r"word/header\d*\.xml",
    r"word/footer\d*\.xml",
)  # fmt: skip
ENCRYPTED_BIT = 1
PACKED_HOW = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)

_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_WORDS = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_PICTURE = re.compile(r"word/media/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)", re.IGNORECASE)
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_ENDS = {"p": "\n", "tr": "\n"}


def leaves(data: bytes) -> list[Leaf]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _demand_few(package)
            texts = [text for part in _parts(package) if (text := _text(part))]
            has_pictures = any(_PICTURE.fullmatch(name) for name in package.namelist())
    except BROKEN as fault:
        raise Unreadable("damaged") from fault
    return [Leaf("\n\n".join(dict.fromkeys(texts)), PageSource.DOCX, has_pictures=has_pictures)]


def _demand_few(package: zipfile.ZipFile) -> None:
    if len(package.infolist()) > MOST_ENTRIES:
        raise Unreadable("zip_bomb")


def _parts(package: zipfile.ZipFile) -> Iterator[bytes]:
    left = MOST_BYTES
    for entry in _wanted(package):
        content = _unpacked(package, entry, min(left, MOST_PART_BYTES))
        left -= len(content)
        yield content


def _wanted(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The body, notes, then headers and footers. A name that stands twice would be read differently by others."""
    names = package.namelist()
    found = [name for part in PARTS for name in sorted(names) if re.fullmatch(part, name)]
    if len(set(found)) < len(found) or not found:
        raise Unreadable("damaged")
    return [package.getinfo(name) for name in found]


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.flag_bits & ENCRYPTED_BIT or entry.compress_type not in PACKED_HOW:
        raise Unreadable("damaged")
    with package.open(entry) as packed:
        content = packed.read(most + 1)
    if len(content) > most:
        raise Unreadable("zip_bomb")
    return content


def _text(part: bytes) -> str:
    try:
        return _Reader().read(part)
    except expat.ExpatError as fault:
        raise Unreadable("damaged") from fault


class _Reader:
    """Collects what is written in one part. It declares no document type, so it has no entities."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._depth = self._passed_over_from = 0
        self._is_text = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, part: bytes) -> str:
        self._parser.Parse(part, True)
        lines = (line.rstrip() for line in "".join(self._kept).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("zip_bomb")
        if self._passed_over_from:
            return
        word = _local(name)
        if name == _FALLBACK or word == "del":
            self._passed_over_from = self._depth
        elif word in _BREAKS:
            self._kept.append(_BREAKS[word])
        elif word == "tc" and self._kept and not self._kept[-1].endswith("\n"):
            self._kept.append("\t")
        self._is_text = word == "t"

    def _end(self, name: str) -> None:
        self._is_text = False
        if self._passed_over_from == self._depth:
            self._passed_over_from = 0
        elif not self._passed_over_from and (after := _ENDS.get(_local(name))):
            self._kept.append(after)
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._is_text and not self._passed_over_from:
            self._kept.append(text)

    def _doctype(self, *_told: object) -> None:
        raise Unreadable("damaged", "document type")


def _local(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return local if space in (_WORDS, _STRICT_WORDS) else ""
