"""What other hospitals do to a film: other exposure, sharpness, framing, noise and compression.

The classes of the training films differ in how the pictures were made. Each difference that is varied here is one a net
cannot use as a short cut.
"""

import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from radiology.inference.films import resized

_MARGIN = (
    1.25  # films are shrunk to a little more than the wanted size before they are turned, so that turning blurs little
)
_TURN_DEGREES = 12.0
_SHIFT = 0.08
_ZOOM = 0.18
_STRETCH = 0.14  # width against height: squashing to a square hid the true shape, and its shape tells the class
_GAMMA = 0.45
_CONTRAST = 0.35
_BRIGHTNESS = 0.15
_NOISE = 0.05
_BLUR_SIGMAS = (0.4, 1.8)
_JPEG_QUALITIES = (15, 60)
_BLURRED, _COARSENED, _COMPRESSED, _NOISY, _ERASED = 0.3, 0.2, 0.15, 0.4, 0.25


def augmented(films: Any, size: int, chance: Any) -> Any:
    """Films (n, 1, h, w) in [0, 1] as a batch of (n, 1, size, size), where the films lie.

    `chance` is the generator all dice come from; it is one of the CPU, so that a seed throws the same everywhere.
    """
    films = _some(films, _COMPRESSED, chance, _compressed)
    films = resized(films, round(size * _MARGIN))
    films = _some(films, _BLURRED, chance, _blurred)
    films = _some(films, _COARSENED, chance, _coarsened)
    films = _moved(films, size, chance)
    films = _lit(films, chance)
    films = _some(films, _NOISY, chance, _noisy)
    films = _some(films, _ERASED, chance, _erased)
    return films.clamp(0.0, 1.0)


def _some(films: Any, share: float, chance: Any, change: Callable[[Any, Any], Any]) -> Any:
    chosen = torch.rand(len(films), generator=chance) < share
    if not bool(chosen.any()):
        return films
    changed = films.clone()
    changed[chosen] = change(films[chosen], chance)
    return changed


def _between(low: float, high: float, count: int, chance: Any) -> Any:
    return low + (high - low) * torch.rand(count, generator=chance)


def _per_film(values: Any, films: Any) -> Any:
    return values.view(-1, 1, 1, 1).to(films.device)


def _compressed(films: Any, chance: Any) -> Any:
    qualities = torch.randint(*_JPEG_QUALITIES, (len(films),), generator=chance).tolist()
    stored = [_through_jpeg(film, quality) for film, quality in zip(films.cpu(), qualities, strict=True)]
    return torch.stack(stored).to(films.device)


def _through_jpeg(film: Any, quality: int) -> Any:
    stored = io.BytesIO()
    grey = (film[0] * 255).round().to(torch.uint8).numpy()
    Image.fromarray(grey).save(stored, "JPEG", quality=quality)
    with Image.open(stored, formats=("JPEG",)) as read:
        return torch.from_numpy(np.asarray(read, dtype=np.float32) / 255)[None]


def _blurred(films: Any, chance: Any) -> Any:
    sigma = float(_between(*_BLUR_SIGMAS, 1, chance))
    reach = math.ceil(2 * sigma)
    offsets = torch.arange(-reach, reach + 1, dtype=torch.float32, device=films.device)
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(films, (reach, reach, reach, reach), mode="replicate")
    rows = functional.conv2d(padded, kernel.view(1, 1, 1, -1))
    return functional.conv2d(rows, kernel.view(1, 1, -1, 1))


def _coarsened(films: Any, chance: Any) -> Any:
    size = films.shape[-1]
    return resized(resized(films, round(size * float(_between(0.4, 0.8, 1, chance)))), size)


def _moved(films: Any, size: int, chance: Any) -> Any:
    count = len(films)
    angle = torch.deg2rad(_between(-_TURN_DEGREES, _TURN_DEGREES, count, chance))
    zoom = torch.exp(_between(-_ZOOM, _ZOOM, count, chance))
    stretch = torch.exp(_between(-_STRETCH, _STRETCH, count, chance))
    mirrored = torch.where(torch.rand(count, generator=chance) < 0.5, -1.0, 1.0)
    across, down = zoom * stretch * mirrored, zoom / stretch
    to_source = torch.zeros(count, 2, 3)
    to_source[:, 0, 0] = across * torch.cos(angle)
    to_source[:, 0, 1] = -down * torch.sin(angle)
    to_source[:, 1, 0] = across * torch.sin(angle)
    to_source[:, 1, 1] = down * torch.cos(angle)
    to_source[:, :, 2] = (2 * torch.rand(count, 2, generator=chance) - 1) * _SHIFT
    grid = functional.affine_grid(to_source.to(films.device), [count, 1, size, size], align_corners=False)
    return functional.grid_sample(films, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _lit(films: Any, chance: Any) -> Any:
    count = len(films)
    gamma = torch.exp(_between(-_GAMMA, _GAMMA, count, chance))
    contrast = torch.exp(_between(-_CONTRAST, _CONTRAST, count, chance))
    brightness = _between(-_BRIGHTNESS, _BRIGHTNESS, count, chance)
    lit = films.clamp(0.0, 1.0) ** _per_film(gamma, films)
    middle = lit.mean(dim=(1, 2, 3), keepdim=True)
    return (lit - middle) * _per_film(contrast, films) + middle + _per_film(brightness, films)


def _noisy(films: Any, chance: Any) -> Any:
    strength = _per_film(_between(0.0, _NOISE, len(films), chance), films)
    return films + strength * torch.randn(films.shape, generator=chance).to(films.device)


def _erased(films: Any, chance: Any) -> Any:
    """A grey rectangle, another for each film: no single place may carry the answer."""
    size = films.shape[-1]
    erased = films.clone()
    for film in erased:
        height, width = (int(side) for side in _between(0.1 * size, 0.35 * size, 2, chance))
        top, left = (int(torch.randint(0, size - side, (1,), generator=chance)) for side in (height, width))
        film[:, top : top + height, left : left + width] = float(torch.rand(1, generator=chance))
    return erased
