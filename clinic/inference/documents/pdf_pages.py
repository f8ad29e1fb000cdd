"""PDF by pypdfium2: the text layer with the place of every word. Runs in a bounded child."""

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from clinic.document_limits import MOST_SCANS
from clinic.inference.documents import limits
from clinic.inference.documents.document import PageSource, Unreadable
from clinic.inference.documents.leaves import Leaf, boxes_array, on_the_page, places_array

GRID = 100_000  # pages are laid out on so many points either way, rotated and cropped as a reader shows them
FEWEST_LETTERS = 10  # a page that says less may be a scan with a number stamped on it
LITTLE_TEXT = 200
LARGE_SHARE, NOTABLE_SHARE = 0.5, 0.1  # of the page, covered by pictures
SCAN_DPI, SCAN_LONGEST_SIDE = 150, 2000
DOCUMENT_ERRORS = {raw.FPDF_ERR_PASSWORD: "encrypted_pdf", raw.FPDF_ERR_SECURITY: "encrypted_pdf"}

_WORD = re.compile(r"\S+")
_HYPHEN = 2  # what the library gives for a hyphen at the end of a line
_LETTER = re.compile(r"[^\W\d_]")


def leaves(data: bytes) -> list[Leaf]:
    with _document(data) as document:
        limits.demand_pages(len(document))
        found = [_leaf(document, number) for number in range(len(document))]
    _demand_scans_in_bounds(found)
    return found


def picture(data: bytes, number: int) -> NDArray[np.uint8]:
    """A page as a scanner would have it, to be read."""
    with _document(data) as document, _page(document, number) as page:
        width, height = page.get_size()
        scale = min(SCAN_DPI / 72, SCAN_LONGEST_SIDE / max(width, height, 1.0))
        limits.demand_pixels(round(width * scale), round(height * scale))
        drawn = page.render(scale=scale, grayscale=True, may_draw_forms=True)
        return np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width)


def _demand_scans_in_bounds(found: list[Leaf]) -> None:
    if sum(leaf.is_scan for leaf in found) > MOST_SCANS:
        raise Unreadable("too_many_scans")


@contextmanager
def _document(data: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise Unreadable(DOCUMENT_ERRORS.get(getattr(fault, "err_code", None), "damaged")) from fault
    try:
        document.init_forms()  # what somebody typed into a form is part of what she sees
        yield document
    finally:
        document.close()


@contextmanager
def _page(document: Any, number: int) -> Iterator[Any]:
    try:
        page = document[number]
    except pypdfium2.PdfiumError as fault:
        raise Unreadable("damaged") from fault
    try:
        yield page
    finally:
        page.close()


def _leaf(document: Any, number: int) -> Leaf:
    with _page(document, number) as page:
        text, spans, boxes = _text_layer(page)
        share, is_bare = _pictures(page)
        letters = len(_LETTER.findall(text))
        is_scan = not is_bare and (letters < FEWEST_LETTERS or (share >= LARGE_SHARE and len(text) < LITTLE_TEXT))
        return Leaf(text, PageSource.TEXT_LAYER, places_array(spans), boxes_array(boxes),
                    has_pictures=share >= NOTABLE_SHARE, is_scan=is_scan)  # fmt: skip


def _text_layer(page: Any) -> tuple[str, list[tuple[int, int]], list[tuple[float, float, float, float]]]:
    layer = page.get_textpage()
    try:
        text, origins = _characters(layer.raw)
        spans = [found.span() for found in _WORD.finditer(text)]
        boxes = [_box(page.raw, layer.raw, origins[start], origins[end - 1] + 1) for start, end in spans]
    finally:
        layer.close()
    return text, spans, boxes


def _characters(layer: Any) -> tuple[str, list[int]]:
    """The text, and for each character the number that the library gives it."""
    kept: list[str] = []
    origins: list[int] = []
    for number in range(raw.FPDFText_CountChars(layer)):
        if character := _character(raw.FPDFText_GetUnicode(layer, number)):
            kept.append(character)
            origins.append(number)
    return "".join(kept), origins


def _character(code: int) -> str:
    """Nothing for what stands for no character; a space for what cannot be shown."""
    if code in (0, 0x0D, 0xFEFF):
        return ""
    if code == _HYPHEN:
        return "-"
    is_printable = code in (0x09, 0x0A) or (code >= 0x20 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000)
    return chr(code) if is_printable and code < 0x110000 else " "


def _box(page: Any, layer: Any, first: int, last: int) -> tuple[float, float, float, float]:
    """Around all its parts: a word may be broken over two lines."""
    parts = [_part(page, layer, number) for number in range(raw.FPDFText_CountRects(layer, first, last - first))]
    if not parts:
        return 0.0, 0.0, 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*parts, strict=True)
    return on_the_page(min(lefts), min(tops), max(rights), max(bottoms))


def _part(page: Any, layer: Any, number: int) -> tuple[float, float, float, float]:
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetRect(layer, number, left, top, right, bottom)
    (x1, y1), (x2, y2) = _shown(page, left, top), _shown(page, right, bottom)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _shown(page: Any, x: ctypes.c_double, y: ctypes.c_double) -> tuple[float, float]:
    column, row = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, column, row)
    return column.value / GRID, row.value / GRID


def _pictures(page: Any) -> tuple[float, bool]:
    """The share of the page that its largest picture covers, and whether nothing at all is drawn on it."""
    width, height = page.get_size()
    largest, is_bare = 0.0, True
    for thing in page.get_objects(max_depth=3):
        is_bare = False
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            largest = max(largest, abs(right - left) * abs(top - bottom))
    return largest / max(width * height, 1.0), is_bare
