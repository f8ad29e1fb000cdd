"""Recognising files by their content. Pure functions over bytes; a name or a declared type is a claim to be checked.

`recognise` for a file at hand, `Recogniser` for one that is arriving, `demand_announced` and `judge_beginning` for one
of which little has come.
"""

import re

from clinic.formats import documents, pictures, sounds, texts
from clinic.formats.executables import is_program, other_name
from clinic.formats.refusals import Reason, Refused
from clinic.formats.sample import HEAD_BYTES, TAIL_BYTES, Sample, Sampler
from clinic.formats.table import (
    CAP_BYTES,
    FORMATS,
    KNOWN_EXTENSIONS,
    LARGEST_BYTES,
    NO_CLAIM_TYPES,
    Format,
    Kind,
)

__all__ = [
    "CAP_BYTES", "FORMATS", "HEAD_BYTES", "LARGEST_BYTES", "TAIL_BYTES",
    "Format", "Kind", "Reason", "Recogniser", "Refused", "announced_kinds", "demand_announced", "judge_beginning",
    "recognise",
]  # fmt: skip

_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,80}")

BY_STRUCTURE = (
    pictures.jpeg, pictures.png, pictures.webp, pictures.dicom, pictures.tiff, sounds.wav, sounds.flac, sounds.ogg,
    sounds.mp4, sounds.webm, sounds.mp3, documents.pdf, documents.archive,
)  # fmt: skip


def recognise(
    head: bytes, *, tail: bytes | None = None, size: int | None = None, name: str = "", declared_type: str = ""
) -> Format:
    """The format of a file that begins with `head` (HEAD_BYTES of it, or all) and ends with `tail`, or Refused."""
    found = _by_content(Sample(head=head, tail=tail, size=size), claims_table=_extension(name) in ("csv", "tsv"))
    demand_size(found, size or len(head))
    demand_honesty(found, name=name, declared_type=declared_type)
    return found


class Recogniser:
    """For a file that arrives in pieces: refuses as early as can be, and judges the whole at the end."""

    def __init__(self, *, name: str = "", declared_type: str = "") -> None:
        self._name, self._declared_type = name, declared_type
        self._sampler = Sampler()
        self._early: Format | None = None

    def feed(self, chunk: bytes | bytearray | memoryview) -> None:
        self._sampler.feed(chunk)
        if self._early is None and self._sampler.has_head:
            self._early = self._judge(self._sampler.so_far())
        if self._early:
            demand_size(self._early, self._sampler.size)
            if self._early.is_text and not self._sampler.is_utf16 and b"\0" in bytes(chunk):
                raise Refused(Reason.UNKNOWN_TYPE)

    def finish(self) -> Format:
        return self._judge(self._sampler.whole())

    def _judge(self, seen: Sample) -> Format:
        return recognise(seen.head, tail=seen.tail, size=seen.size, name=self._name, declared_type=self._declared_type)


def announced_kinds(*, name: str = "", declared_type: str = "") -> set[Kind]:
    """What a file that calls itself so may turn out to be."""
    declared, extension = _bare(declared_type), _extension(name)
    return {found.kind for found in FORMATS.values() if _type_fits(found, declared) and _name_fits(found, extension)}


def demand_announced(*, name: str = "", declared_type: str = "", size: int | None = None) -> None:
    """What can be said before a byte has come: whether any file that is taken may call itself so and be so large."""
    declared, extension = _bare(declared_type), _extension(name)
    of_type = [found for found in FORMATS.values() if _type_fits(found, declared)]
    of_name = [found for found in FORMATS.values() if _name_fits(found, extension)]
    if not of_type:
        raise Refused(Reason.UNKNOWN_TYPE, found=declared if _TYPE.fullmatch(declared) else "")
    if not of_name:
        raise Refused(Reason.UNKNOWN_TYPE, found=f".{extension}")
    both = [found for found in of_type if found in of_name]
    if not both:
        raise Refused(Reason.ANNOUNCED_LIES, found=declared)
    if size is not None and size > (most := max(found.cap_bytes for found in both)):
        kinds = {found.kind for found in both}
        raise Refused(Reason.TOO_LARGE, found=both[0].name if len(kinds) == 1 else "", at_most=most)


def judge_beginning(head: bytes, *, name: str = "", declared_type: str = "", size: int | None = None) -> None:
    """`head` is what has come of a file, `size` what it is to become. Too little of it is not judged."""
    if size is not None and len(head) >= size:
        recognise(head[:HEAD_BYTES], tail=head[-TAIL_BYTES:], size=size, name=name, declared_type=declared_type)
    elif len(head) >= HEAD_BYTES:
        found = recognise(head[:HEAD_BYTES], name=name, declared_type=declared_type)
        demand_size(found, size or len(head))
    elif is_program(head):
        raise Refused(Reason.EXECUTABLE, found="program")


def demand_size(found: Format, size: int) -> None:
    if size > found.cap_bytes:
        raise Refused(Reason.TOO_LARGE, found=found.name, at_most=found.cap_bytes)


def demand_honesty(found: Format, *, name: str, declared_type: str) -> None:
    """A file may say nothing about itself; what it says must be true."""
    if name.strip().upper() == "DICOMDIR":
        raise Refused(Reason.DICOMDIR, found="dicomdir")
    if not _type_fits(found, _bare(declared_type)):
        raise Refused(Reason.CONTENT_TYPE_LIES, found=found.name)
    extension = _extension(name)
    if not _name_fits(found, extension):
        raise Refused(Reason.EXTENSION_LIES, found=found.name, extension=extension)


def _type_fits(found: Format, declared: str) -> bool:
    is_plain = found.is_text and declared.startswith("text/")
    return declared in NO_CLAIM_TYPES or declared in found.types or is_plain


def _name_fits(found: Format, extension: str) -> bool:
    is_plain = found.is_text and extension in FORMATS["text"].extensions
    return extension not in KNOWN_EXTENSIONS or extension in found.extensions or is_plain


def _bare(declared_type: str) -> str:
    return declared_type.partition(";")[0].strip().lower()


def _by_content(sample: Sample, *, claims_table: bool) -> Format:
    if not sample.head:
        raise Refused(Reason.EMPTY_FILE)
    if is_program(sample.head):
        raise Refused(Reason.EXECUTABLE, found="program")
    name = next((found for look in BY_STRUCTURE if (found := look(sample))), None)
    name = name or texts.text(sample, claims_table=claims_table)
    if name is None:
        raise Refused(Reason.UNKNOWN_TYPE, found=other_name(sample.head))
    if name not in ("zip", "docx") and sample.tail is not None and documents.ends_as_archive(sample.tail):
        raise Refused(Reason.POLYGLOT, found=name)
    return FORMATS[name]


def _extension(name: str) -> str:
    """The last part after a dot, as the careless would read it: "scan.exe. " is a program."""
    _, dot, extension = name.rstrip(". \t\0").lower().rpartition(".")
    return extension if dot else ""
