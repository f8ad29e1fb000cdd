"""Every way in which the product opens bytes that somebody sent, each as workers and pages go it, into a child."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from clinic import formats
from clinic.inference import documents, fhir_record, text_rows, unpacking
from clinic.inference.child import ChildError
from clinic.inference.documents import opening as document_opening
from clinic.inference.documents.joining import joined
from clinic.inference.speech import decoding
from clinic.inference.speech.sound import Unhearable
from consult.inference import pictures
from radiology.inference import dicom_parts, masking, opening
from radiology.inference.deidentify import Rules, deidentified_bounded
from radiology.inference.deidentify.identity import identity_bounded
from radiology.inference.film import Unreadable
from radiology.inference.unpacking import members
from radiology.reading import archives

PICTURES = ("jpeg", "png", "webp", "tiff")
SOUNDS = ("wav", "flac", "ogg", "mp3", "mp4", "webm")
RULES = Rules(bytes(32), keeps_age_and_sex=True, mask=((0, 0, 9, 9),))
DECLARED = (Unreadable, Unhearable, unpacking.Unpackable, documents.Unreadable)


@dataclass(frozen=True)
class Way:
    function: str  # that runs in the child
    formats: tuple[str, ...]
    go: Callable[[bytes], object]
    every: int = 1  # of the mutants, one in so many: some ways take their time

    @property
    def name(self) -> str:
        return self.function.rpartition(".")[2]


def _archive_films(data: bytes) -> None:
    handle = os.memfd_create("archive", os.MFD_CLOEXEC)
    try:
        os.write(handle, data)
        for at, _name in archives.members(handle)[:5]:
            archives.film_bytes(handle, at, 100_000)
    finally:
        os.close(handle)


def _document(data: bytes) -> None:
    """All but the reading of pictures, which is a way of its own."""
    with document_opening._held(data) as handle:
        told = document_opening._in_child(
            "clinic.inference.documents.deciding:open_in_child", handle, wall_s=document_opening.WALL_S,
            cpu_s=document_opening.CPU_S, memory_bytes=document_opening.MEMORY_BYTES,
        )  # fmt: skip
        source, leaves = document_opening._checked(told)
    if not any(leaf.is_scan for leaf in leaves):
        joined(source, leaves)


def _looked_at(data: bytes) -> str:
    """The picture's own gate tells its reasons, and raises nothing."""
    look = pictures.gate(data)
    if look.look is not None:
        return ""
    return ", ".join(reason.value for reason in look.reasons)


def _page(data: bytes) -> None:
    documents.page_picture(data, source="pdf" if data.startswith(b"%PDF") else "image", number=1)


def _unpacked(data: bytes) -> str:
    """Opened, if anything came out of it."""
    return _first_problem(list(members([data])))


def _rows(data: bytes) -> str:
    return _first_problem(list(text_rows.rows([data])))


def _record(data: bytes) -> str:
    """Why it is no record of a patient; nothing where it is one."""
    try:
        fhir_record.read_bounded(data)
    except fhir_record.NotTaken as why:
        return why.code
    return ""


def _first_problem(found: Sequence[Any]) -> str:
    return "" if not found or not all(one.problem for one in found) else str(found[0].problem)


WAYS = (
    Way("radiology.inference.opening.bounded:open_in_child", ("dicom", "jpeg", "png"), opening.open_bounded),
    Way("radiology.inference.deidentify.bounded:clean_in_child", ("dicom",),
        lambda data: deidentified_bounded(data, RULES)),
    Way("radiology.inference.deidentify.identity:identity_in_child", ("dicom",), identity_bounded, every=4),
    Way("radiology.inference.dicom_parts:describe_in_child", ("dicom",), dicom_parts.described_bounded, every=4),
    Way("radiology.inference.dicom_parts:frames_in_child", ("dicom",),
        lambda data: dicom_parts.frames_bounded(data, [1]), every=4),
    Way("radiology.inference.masking:mask_in_child", ("dicom", "jpeg", "png"),
        lambda data: masking.masked_bounded(data, [(0.0, 0.0, 0.5, 0.5)]), every=4),
    Way("radiology.reading.archives:list_in_child", ("zip", "docx"), _archive_films, every=4),
    Way("radiology.reading.archives:read_in_child", ("zip", "docx"), _archive_films, every=4),
    Way("clinic.inference.unpacking:take_in_child", ("zip", "docx"), _unpacked),
    Way("clinic.inference.text_rows:take_in_child", ("json", "jsonl"), _rows),
    Way("clinic.inference.fhir_record:read_in_child", ("json",), _record),
    Way("clinic.inference.documents.deciding:open_in_child",
        ("pdf", "docx", "text", "csv", *PICTURES), _document),
    Way("clinic.inference.documents.drawing:draw_in_child", ("pdf", *PICTURES), _page, every=4),
    Way("clinic.inference.documents.scans:read_in_child", ("pdf", *PICTURES), documents.open_bounded, every=100),
    Way("clinic.inference.speech.listening:listen_in_child", SOUNDS,
        lambda data: list(decoding.decode_long(data))),
    Way("consult.inference.looking:look_in_child", ("jpeg", "png", "webp"), _looked_at),
)  # fmt: skip
NO_FILES = {
    "clinic.inference.speech.saying:say_in_child": "takes a text that the product wrote or a person sees",
    "clinic.inference.text_reader:read": "takes grey values that a child before it decoded",
}


def of(format: str) -> tuple[Way, ...]:
    return tuple(way for way in WAYS if format in way.formats)


def recognised(data: bytes) -> str:
    """As the intake judges a file that calls itself nothing: its format, or why not."""
    recogniser = formats.Recogniser()
    try:
        recogniser.feed(data)
        return recogniser.finish().name
    except formats.Refused as why:
        return f"refused: {why.reason.value}"


def told(way: Way, data: bytes) -> str:
    """`opened`, or the code it was refused with; anything else is what nobody declared."""
    try:
        found = way.go(data)
    except DECLARED as why:
        return why.code
    except ChildError as why:
        return f"undeclared {why.code}"
    return found if isinstance(found, str) and found else "opened"


def payload_of(data: bytes) -> BinaryIO:
    """As a function in a child gets it: a file in memory, without a name."""
    payload = os.fdopen(os.memfd_create("payload", os.MFD_CLOEXEC), "w+b")
    payload.write(data)
    payload.seek(0)
    return payload
