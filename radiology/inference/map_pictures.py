"""A map as a picture to lay over its film: the stronger, the warmer and the less transparent."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from radiology.inference.framing import FRAME
from radiology.inference.maps import Grid, spread

# Steps of equal lightness (after matplotlib's inferno, CC0): the order can be read in grey and with any colour vision.
_COLOURS = np.array(
    [(0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85), (227, 89, 51), (249, 140, 10),
     (249, 201, 50), (252, 255, 164)], dtype=np.float64,
)  # fmt: skip
_MOST_OPAQUE = 0.8


def overlay_png(values: Grid, rows: int = FRAME, columns: int = FRAME) -> bytes:
    """Values from 0 to 1; a picture of the film's size, or any of its shape."""
    stored = io.BytesIO()
    Image.fromarray(_coloured(spread(values, rows, columns))).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def over_film(grey: NDArray[np.uint8], values: Grid) -> bytes:
    """The film with its map on it, as one opaque picture."""
    stored = io.BytesIO()
    _laid_over(grey, values).save(stored, "PNG")
    return stored.getvalue()


def over_film_pixels(grey: NDArray[np.uint8], values: Grid) -> NDArray[np.uint8]:
    """The same as rows of red, green and blue."""
    return np.asarray(_laid_over(grey, values))


def _laid_over(grey: NDArray[np.uint8], values: Grid) -> Image.Image:
    film = Image.fromarray(grey).convert("RGBA")
    film.alpha_composite(Image.fromarray(_coloured(spread(values, *grey.shape))))
    return film.convert("RGB")


def _coloured(values: Grid) -> NDArray[np.uint8]:
    strength = values.clip(0.0, 1.0).astype(np.float64)
    steps = np.arange(len(_COLOURS)) / (len(_COLOURS) - 1)
    channels = [np.interp(strength, steps, _COLOURS[:, at]) for at in range(3)]
    opacity = 255 * _MOST_OPAQUE * strength
    return np.stack([*channels, opacity], axis=-1).round().astype(np.uint8)
