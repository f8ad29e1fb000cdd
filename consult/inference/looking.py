"""What can be measured of a picture by anybody: how large, sharp, bright, coloured. Runs in a bounded child."""

import io
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clinic.document_limits import MOST_PIXELS
from clinic.inference import child
from clinic.inference.picture_work import is_endless

FORMATS = ("JPEG", "PNG", "WEBP")
SIDE = 640  # the longest side that is looked at: sharpness is told at this size, whatever the camera has
_WINDOW = 9  # pixels: what is sharp loses its edges in a mean over so many, what is blurred has lost them already
_BLOCKS = 8  # along each side: one part of the picture that is sharp is enough, a wall behind it may be blurred
_FLAT = 6.0  # a block with less contrast has nothing that could be sharp

Grey = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """Brightness from 0 to 255; `blur` from 0 to 1, of the sharpest part; shares of all pixels."""

    columns: int
    rows: int
    blur: float
    darkest: float  # the 1st percentile
    middle: float
    brightest: float  # the 99th percentile
    burnt: float  # share that is as bright as can be
    paper: float  # share that is nearly as bright as the brightest
    colour: float  # mean distance of the channels


def look_in_child(payload: BinaryIO) -> dict[str, Any]:
    return asdict(look(payload.read()))


def look(data: bytes) -> Look:
    """A code where it cannot be opened; a decoder may fail in ways that nobody wrote down."""
    try:
        columns, rows, small = _opened(data)
    except child.Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise child.Refused("too_large") from None
    except Exception:
        raise child.Refused("damaged") from None
    return _measured(columns, rows, small)


def _opened(data: bytes) -> tuple[int, int, NDArray[np.uint8]]:
    if is_endless(data):
        raise child.Refused("too_large")
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        columns, rows = picture.size
        if columns * rows > MOST_PIXELS:
            raise child.Refused("too_large")
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is read at a fraction of its size
        upright = ImageOps.exif_transpose(picture)
        upright = _on_white(upright)
        upright.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
        return columns, rows, np.asarray(upright)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        grey = np.asarray(picture, np.float32)
        low, high = float(grey.min()), float(grey.max())
        return Image.fromarray(((grey - low) * (255 / max(high - low, 1.0))).astype(np.uint8)).convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper.convert("RGB")


def _measured(columns: int, rows: int, small: NDArray[np.uint8]) -> Look:
    colours = small.astype(np.float32)
    grey = colours @ np.array([0.299, 0.587, 0.114], np.float32)
    darkest, middle, brightest = (float(value) for value in np.percentile(grey, (1, 50, 99)))
    return Look(
        columns=columns,
        rows=rows,
        blur=round(_blur(grey), 4),
        darkest=darkest,
        middle=middle,
        brightest=brightest,
        burnt=float((grey >= 250).mean()),
        paper=float((grey >= 0.82 * brightest).mean()),
        colour=float((colours.max(axis=2) - colours.min(axis=2)).mean()),
    )


def _blur(grey: Grey) -> float:
    """How much of the change from pixel to pixel a mean leaves (Crete and others, 2007), where there is most to see: in
    the direction in which most is left, since a moved hand blurs along one."""
    smooth = _mean(grey, 3)  # grain is no sharpness
    left = np.maximum(_left_along(smooth, 0), _left_along(smooth, 1))
    spread = np.sqrt(np.maximum(_in_blocks(smooth * smooth) - _in_blocks(smooth) ** 2, 0))
    ratios = left[spread >= _FLAT]
    return float(np.percentile(ratios, 5)) if ratios.size else 1.0


def _left_along(smooth: Grey, axis: int) -> Grey:
    """Of each block."""
    sharp = np.abs(np.diff(smooth, axis=axis))
    kept = np.minimum(sharp, np.abs(np.diff(_mean_along(smooth, _WINDOW, axis), axis=axis)))
    return np.asarray(_in_blocks(kept) / np.maximum(_in_blocks(sharp), 1e-6), np.float32)


def _in_blocks(values: Grey) -> Grey:
    """The mean of each."""
    rows, columns = (size // _BLOCKS for size in values.shape)
    whole = values[: rows * _BLOCKS, : columns * _BLOCKS]
    return np.asarray(whole.reshape(_BLOCKS, rows, _BLOCKS, columns).mean(axis=(1, 3)), np.float32)


def _mean(grey: Grey, width: int) -> Grey:
    return _mean_along(_mean_along(grey, width, 0), width, 1)


def _mean_along(grey: Grey, width: int, axis: int) -> Grey:
    half = width // 2
    sides = [(0, 0), (0, 0)]
    sides[axis] = (half + 1, half)
    sums = np.cumsum(np.pad(grey, sides, mode="edge"), axis=axis, dtype=np.float64)
    length = grey.shape[axis]
    high = np.take(sums, np.arange(width, width + length), axis=axis)
    low = np.take(sums, np.arange(length), axis=axis)
    return ((high - low) / width).astype(np.float32)
