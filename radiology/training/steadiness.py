"""Does the engine say the same of a film that differs by nothing a person would mind?

Not whether it is right: whether its answer hangs on the exposure, the framing or the compression.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clinic.doubt.intervals import Figure, bootstrap
from radiology.inference.findings import NORMAL_AT
from radiology.inference.framing import Frame
from radiology.inference.scoring import Probabilities

_BRIGHTER, _FLATTER, _TURN_DEGREES, _CROP, _QUALITY = 25, 0.85, 2, 0.03, 60
Sure = Callable[[Frame], Probabilities]  # films to calibrated probabilities


def _brighter(film: Image.Image) -> Image.Image:
    return film.point([min(255, shade + _BRIGHTER) for shade in range(256)])


def _flatter(film: Image.Image) -> Image.Image:
    return film.point([round(128 + _FLATTER * (shade - 128)) for shade in range(256)])


def _turned(film: Image.Image) -> Image.Image:
    return film.rotate(_TURN_DEGREES, Image.Resampling.BILINEAR)


def _cropped(film: Image.Image) -> Image.Image:
    """So much of each side."""
    across, down = (round(side * _CROP) for side in film.size)
    inside = film.crop((across, down, film.width - across, film.height - down))
    return inside.resize(film.size, Image.Resampling.BICUBIC)


def _compressed(film: Image.Image) -> Image.Image:
    stored = io.BytesIO()
    film.save(stored, "JPEG", quality=_QUALITY)
    return Image.open(stored, formats=("JPEG",))


CHANGES: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "10 % brighter": _brighter, "15 % less contrast": _flatter, "turned by 2 degrees": _turned,
    "3 % cropped": _cropped, "JPEG quality 60": _compressed,
}  # fmt: skip


def changed(frames: Frame, name: str) -> Frame:
    change = CHANGES[name]
    return np.stack([np.asarray(change(Image.fromarray(frame)), dtype=np.uint8) for frame in frames])


def figures(sure: Sure, frames: Frame, patients: NDArray[Any]) -> dict[str, Figure]:
    """Per change: how often the answer stays, and how far the chance of pneumonia moves. Whole patients are drawn."""
    before = sure(frames)
    found: dict[str, Figure] = {}
    for name in CHANGES:
        found |= _compared(name, before, sure(changed(frames, name)), patients)
    return found


def _compared(name: str, before: Probabilities, after: Probabilities, patients: NDArray[Any]) -> dict[str, Figure]:
    stays = before.argmax(axis=1) == after.argmax(axis=1)
    agrees = (before.argmax(axis=1) == NORMAL_AT) == (after.argmax(axis=1) == NORMAL_AT)
    moves = abs(before[:, NORMAL_AT] - after[:, NORMAL_AT])
    return {
        f"{name}: same answer": bootstrap(_mean, stays, groups=patients),
        f"{name}: same on pneumonia or not": bootstrap(_mean, agrees, groups=patients),
        f"{name}: change of its chance": bootstrap(_mean, moves, groups=patients),
    }


def _mean(values: NDArray[Any]) -> float:
    return float(np.mean(values))
