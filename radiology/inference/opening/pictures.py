"""JPEG and PNG."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps

from clinic.inference.picture_work import is_endless
from radiology.inference.film import GENERATED_BY, Film, Header, Unreadable
from radiology.inference.opening.colours import colourfulness
from radiology.inference.opening.limits import demand_size


def jpeg(data: bytes) -> Film:
    return _film(data, "JPEG")


def png(data: bytes) -> Film:
    return _film(data, "PNG")


def _film(data: bytes, format: str) -> Film:
    if is_endless(data):
        raise Unreadable("too_large", "scans")
    with _opened(data, format) as picture:
        columns, rows = picture.size
        demand_size(rows, columns)
        header = Header(source=format.lower(), is_generated=_is_generated(picture))
        upright = ImageOps.exif_transpose(picture)
        grey, bits = _grey(upright)
        facts = {"syntax": format, "rows": grey.shape[0], "columns": grey.shape[1], "frames": 1}
        return Film(grey, bits, header, facts={**facts, "colourfulness": colourfulness(upright)})


@contextmanager
def _opened(data: bytes, format: str) -> Iterator[Image.Image]:
    try:
        with Image.open(io.BytesIO(data), formats=[format]) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise Unreadable("too_large") from fault


def _grey(picture: Image.Image) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.uint16]], int]:
    if picture.mode == "I" or picture.mode.startswith("I;16"):
        return np.asarray(picture).clip(0, 65535).astype(np.uint16), 16
    return np.asarray(picture.convert("L")).astype(np.uint16), 8


def _is_generated(picture: Image.Image) -> bool:
    """A PNG says it in a text, a JPEG in its comment."""
    said = picture.info.get("Software") or picture.info.get("comment") or ""
    return GENERATED_BY in (said.decode("latin-1") if isinstance(said, bytes) else str(said))
