"""The square that the nets see, made of a picture. No torch here: children and commands that only look use it too."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from radiology.inference.film import Film, Pixels

FRAME = 224  # every film is squashed to this square first, as the training films were
FORMATS = ("JPEG", "PNG")
_DARKEST_PERCENT, _BRIGHTEST_PERCENT = 0.5, 99.5

Frame = NDArray[np.uint8]


def frame_from_bytes(data: bytes) -> Frame:
    """The whole film as a grey square. Only for trusted bytes: uploads are decoded in a bounded child."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        return squashed(picture.convert("L"))


def frame_of(film: Film) -> Frame:
    return squashed(Image.fromarray(eight_bits(film)))


def squashed(grey: Image.Image) -> Frame:
    if grey.size != (FRAME, FRAME):
        grey = grey.resize((FRAME, FRAME), Image.Resampling.BILINEAR)
    return np.asarray(grey, dtype=np.uint8)


def eight_bits(film: Film) -> Frame:
    """As its file wants it seen: through its window, or from its own dark to its own bright where it names none."""
    if film.window is None and film.bits <= 8:
        return film.grey.astype(np.uint8)
    low, high = _seen_range(film.grey, film.window)
    levels = np.arange(int(film.grey.max(initial=0)) + 1, dtype=np.float64)
    shown = ((levels - low) / max(high - low, 1.0) * 255).clip(0, 255).round().astype(np.uint8)
    return shown[film.grey]


def _seen_range(grey: Pixels, window: tuple[float, float] | None) -> tuple[float, float]:
    if window is not None:
        centre, width = window
        return centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2  # as DICOM counts: 128, 256 is 0 to 255
    low, high = np.percentile(grey, (_DARKEST_PERCENT, _BRIGHTEST_PERCENT))
    return float(low), float(high)
