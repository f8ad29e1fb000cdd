"""PDF, ZIP archives with the Word documents among them, and archives hidden at the end of something else."""

import struct
from collections.abc import Iterator

from clinic.formats.refusals import Reason, Refused
from clinic.formats.sample import Sample

LOCAL_ENTRY, LISTED_ENTRY, DIRECTORY_END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
DIRECTORY_END_BYTES = 22
PACKAGE_PARTS = {"[Content_Types].xml", "_rels/.rels"}
OTHER_PACKAGES = {"META-INF/MANIFEST.MF": "jar", "AndroidManifest.xml": "apk", "mimetype": "opendocument"}


def pdf(sample: Sample) -> str | None:
    """From the first byte on: readers forgive a few hundred bytes before it, in which another file could begin."""
    return "pdf" if sample.head.startswith(b"%PDF-") and sample.head[5:6].isdigit() else None


def archive(sample: Sample) -> str | None:
    if not sample.head.startswith(LOCAL_ENTRY):
        return None
    if sample.tail is not None and not ends_as_archive(sample.tail):
        raise Refused(Reason.CUT_OFF, found="zip")
    names = {*_names(sample.head, LOCAL_ENTRY, 26, 30), *_names(sample.tail or b"", LISTED_ENTRY, 28, 46)}
    if any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names):
        raise Refused(Reason.MACROS, found="docx")
    if other := next((found for part, found in OTHER_PACKAGES.items() if part in names), None):
        raise Refused(Reason.UNKNOWN_TYPE, found=other)
    return _package(names, is_whole=sample.tail is not None) if names & PACKAGE_PARTS else "zip"


def _package(names: set[str], *, is_whole: bool) -> str:
    """Office packages differ by their folder, which may come late in the file: until all is seen it may be one."""
    folders = {name.partition("/")[0] for name in names}
    if "word" in folders or not (is_whole or folders & {"xl", "ppt"}):
        return "docx"
    raise Refused(Reason.UNKNOWN_TYPE, found="xlsx" if "xl" in folders else "package")


def ends_as_archive(tail: bytes) -> bool:
    """The directory's end, with a comment that fills the rest exactly, is how every unpacker finds an archive."""
    at = tail.rfind(DIRECTORY_END)
    if at < 0 or len(tail) - at < DIRECTORY_END_BYTES:
        return False
    (comment_bytes,) = struct.unpack_from("<H", tail, at + DIRECTORY_END_BYTES - 2)
    return at + DIRECTORY_END_BYTES + int(comment_bytes) == len(tail)


def _names(data: bytes, mark: bytes, length_at: int, name_at: int) -> Iterator[str]:
    at = data.find(mark)
    while 0 <= at <= len(data) - name_at:
        (length,) = struct.unpack_from("<H", data, at + length_at)
        yield data[at + name_at : at + name_at + length].decode("utf-8", "replace")
        at = data.find(mark, at + len(mark))
