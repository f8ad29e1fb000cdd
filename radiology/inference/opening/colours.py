"""Colour pictures turned grey, and how colourful they were: a film is hardly ever."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_LOOKED_AT = 256  # pixels a side are enough to see colour


def colourfulness(picture: Image.Image) -> float:
    """Mean distance of a pixel's brightest channel from its darkest: 0 is grey, 255 pure colour."""
    if picture.mode in ("1", "L", "LA", "I", "F") or picture.mode.startswith("I;"):
        return 0.0
    small = picture.convert("RGB")
    small.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.NEAREST)
    channels = np.asarray(small, dtype=np.int16)
    return round(float((channels.max(axis=2) - channels.min(axis=2)).mean()), 2)


def grey_of_colours(colours: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    picture = Image.fromarray(np.ascontiguousarray(colours))
    return np.asarray(picture.convert("L")), colourfulness(picture)
