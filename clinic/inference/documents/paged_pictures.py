"""Pictures of pages: photographs and scans, a TIFF with several of them. Runs in a bounded child."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clinic.document_limits import MOST_SCANS
from clinic.inference.documents import limits
from clinic.inference.documents.document import PageSource, Unreadable
from clinic.inference.documents.leaves import Leaf
from clinic.inference.picture_work import is_endless

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")


def leaves(data: bytes) -> list[Leaf]:
    """One for each page, all of them to be read."""
    with _opened(data) as picture:
        return [_leaf(picture) for _ in _pages(picture)]


def _pages(picture: Image.Image) -> Iterator[int]:
    """One after the other: to ask for their number walks through all there are, and a file may claim very many."""
    number = 0
    while _is_there(picture, number):
        if number == MOST_SCANS:
            raise Unreadable("too_many_scans")
        yield number
        number += 1


def _is_there(picture: Image.Image, number: int) -> bool:
    try:
        picture.seek(number)
    except EOFError:
        return False
    return True


def _leaf(picture: Image.Image) -> Leaf:
    limits.demand_pixels(*picture.size)
    picture.load()
    return Leaf("", PageSource.OCR, is_scan=True)


def picture(data: bytes, number: int) -> NDArray[np.uint8]:
    with _opened(data) as opened:
        opened.seek(number)
        limits.demand_pixels(*opened.size)
        return _grey(ImageOps.exif_transpose(opened))


def _grey(upright: Image.Image) -> NDArray[np.uint8]:
    """What is transparent lies on white paper."""
    if upright.mode.startswith("I") or upright.mode == "F":
        return _eight_bits(np.asarray(upright, np.float32))
    if upright.has_transparency_data:
        paper = Image.new("RGBA", upright.size, "white")
        paper.alpha_composite(upright.convert("RGBA"))
        upright = paper
    return np.array(upright.convert("L"))


def _eight_bits(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, high = float(grey.min()), float(grey.max())
    return ((grey - low) * (255 / max(high - low, 1.0))).astype(np.uint8)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    if is_endless(data):
        raise Unreadable("too_large")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise Unreadable("too_large") from fault
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:
        raise Unreadable("damaged", type(fault).__name__) from fault
