"""In the child: which way a document is opened is decided by its content, with the same table that takes uploads."""

from typing import Any, BinaryIO

from clinic import formats
from clinic.document_limits import MOST_BYTES
from clinic.formats import Reason
from clinic.inference import child
from clinic.inference.documents import limits, paged_pictures, pdf_pages, plain, word_files
from clinic.inference.documents.document import Unreadable
from clinic.inference.documents.leaves import Leaf

_WAYS = {
    "pdf": ("pdf", pdf_pages.leaves), "docx": ("docx", word_files.leaves), "text": ("text", plain.leaves),
    "csv": ("text", plain.leaves), "jpeg": ("image", paged_pictures.leaves), "png": ("image", paged_pictures.leaves),
    "webp": ("image", paged_pictures.leaves), "tiff": ("image", paged_pictures.leaves),
}  # fmt: skip
_CODES = {
    Reason.EMPTY_FILE: "too_short", Reason.TOO_LARGE: "too_large", Reason.CUT_OFF: "damaged", Reason.MACROS: "macros",
}  # fmt: skip


def open_in_child(payload: BinaryIO) -> dict[str, Any]:
    data = payload.read(MOST_BYTES + 1)
    try:
        source, found = opened(data)
        limits.demand_bounded(leaf.text for leaf in found)  # before it crosses to the other side
    except Unreadable as why:
        raise child.Refused(why.code) from None
    return {"source": source, "leaves": [leaf.as_told() for leaf in found]}


def opened(data: bytes) -> tuple[str, list[Leaf]]:
    """A parser may fail in ways that its documentation does not know: none of them gets out."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large")
    source, way = _WAYS.get(_recognised(data), ("", None))
    if way is None:
        raise Unreadable("not_a_document")
    try:
        return source, way(data)
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:
        raise Unreadable("damaged", type(fault).__name__) from fault


def _recognised(data: bytes) -> str:
    try:
        return formats.recognise(data[: formats.HEAD_BYTES], tail=data[-formats.TAIL_BYTES :], size=len(data)).name
    except formats.Refused as why:
        raise Unreadable(_code(why, data)) from why


def _code(why: formats.Refused, data: bytes) -> str:
    if why.reason == Reason.UNKNOWN_TYPE and not why.facts.get("found") and plain.is_text_of_another_encoding(data):
        return "wrong_encoding"
    return _CODES.get(why.reason, "not_text")
