"""Opening in child processes: little memory, little time, nothing to reach. Whatever happens there is one code here."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from clinic.inference import child
from clinic.inference.documents import limits, plain
from clinic.inference.documents.document import DocumentText, PageSource, Unreadable
from clinic.inference.documents.joining import joined
from clinic.inference.documents.leaves import Leaf

WALL_S, CPU_S, MEMORY_BYTES = 60.0, 30.0, 432 * child.MIB  # with the interpreter half a gigabyte
DRAW_WALL_S, DRAW_CPU_S = 20.0, 15.0  # somebody is waiting for it
SCAN_WALL_S, SCAN_CPU_S, SCAN_MEMORY_BYTES = 240.0, 120.0, 1536 * child.MIB

CHILD_CODES = {
    child.ChildTimeout: "took_too_long",
    child.ChildOutOfMemory: "too_large",
    child.ChildOutputTooLarge: "too_large",
    child.ChildUnavailable: "child_unavailable",
}
MACHINE_CODES = frozenset({"child_unavailable"})  # nothing is wrong with the document: try again
JPEG = b"\xff\xd8"  # how each begins
Report = Callable[[int, int], None]  # scanned pages read, of how many


def open_bounded(payload: child.Payload, *, report: Report = lambda done, of: None) -> DocumentText:
    """Pages that are pictures are read one after the other, each in a child of its own, and told to `report`."""
    with _held(payload) as handle:
        told = _in_child("clinic.inference.documents.deciding:open_in_child", handle, wall_s=WALL_S, cpu_s=CPU_S,
                         memory_bytes=MEMORY_BYTES)  # fmt: skip
        source, leaves = _checked(told)
        return joined(source, list(_read(handle, source, leaves, report)))


def page_picture(payload: child.Payload, *, source: str, number: int) -> bytes:
    """A page as a JPEG, the first is 1; `source` is pdf or image. Raises `Unreadable`."""
    with _held(payload) as handle:
        told = _in_child(
            "clinic.inference.documents.drawing:draw_in_child", handle, args={"source": source, "number": number - 1},
            wall_s=DRAW_WALL_S, cpu_s=DRAW_CPU_S, memory_bytes=MEMORY_BYTES,
        )  # fmt: skip
    picture = told.get("jpeg") if isinstance(told, dict) else None
    if not isinstance(picture, bytes) or not picture.startswith(JPEG):
        raise Unreadable("damaged")
    return picture


def from_text(text: str) -> DocumentText:
    """What a person pasted, or a program sent."""
    plain.demand_printable(text)
    return joined("text", [Leaf(text, PageSource.PLAIN)])


@contextmanager
def _held(payload: child.Payload) -> Iterator[int]:
    """In memory, for as many children as it takes."""
    if isinstance(payload, int):
        yield payload
        return
    handle = os.memfd_create("document", os.MFD_CLOEXEC)
    try:
        with open(handle, "wb", closefd=False) as whole:
            whole.writelines(child.pieces(payload))
        yield handle
    finally:
        os.close(handle)


def _in_child(function: str, handle: int, **limits: Any) -> Any:
    """What the child returned; every other end of it is an `Unreadable`."""
    os.lseek(handle, 0, os.SEEK_SET)  # the place in the file is shared with the children before
    try:
        return child.run_bounded(function, handle, **limits).value
    except child.ChildRefused as refused:
        raise Unreadable(refused.code) from refused
    except child.ChildError as fault:
        raise Unreadable(CHILD_CODES.get(type(fault), "damaged"), str(fault)) from fault


def _checked(told: Any) -> tuple[str, list[Leaf]]:
    try:
        source, leaves = told["source"], [Leaf.of_told(leaf) for leaf in told["leaves"]]
    except (TypeError, KeyError) as fault:
        raise Unreadable("damaged") from fault
    if source not in ("text", "pdf", "docx", "image"):
        raise Unreadable("damaged")
    limits.demand_pages(len(leaves))
    return source, leaves


def _read(handle: int, source: str, leaves: list[Leaf], report: Report) -> Iterator[Leaf]:
    scans, done = sum(leaf.is_scan for leaf in leaves), 0
    for number, leaf in enumerate(leaves):
        if leaf.is_scan:
            yield _fuller(leaf, _scan(handle, source, number))
            done += 1
            report(done, scans)
        else:
            yield leaf


def _scan(handle: int, source: str, number: int) -> Leaf:
    told = _in_child(
        "clinic.inference.documents.scans:read_in_child", handle, args={"source": source, "number": number},
        wall_s=SCAN_WALL_S, cpu_s=SCAN_CPU_S, memory_bytes=SCAN_MEMORY_BYTES,
    )  # fmt: skip
    return Leaf.of_told(told)


def _fuller(layer: Leaf, read: Leaf) -> Leaf:
    """A scan with a stamp as its text layer: what says more. The reader sees the stamp too."""
    says_more = len(read.text.split()) >= len(layer.text.split())
    return read if says_more else replace(layer, is_scan=False)
