"""From a kind and a seed to a film, its file, and the truth about what was drawn where."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from scipy.ndimage import affine_transform, gaussian_filter, zoom

from radiology.inference.film import GENERATED_BY, LATERAL, POSTERO_ANTERIOR, Film, Header
from radiology.inference.generated import findings, marking
from radiology.inference.generated.canvas import Canvas, Picture
from radiology.inference.generated.chest import SIDES, frontal
from radiology.inference.generated.child import Child, Exposure
from radiology.inference.generated.findings import Draw
from radiology.inference.generated.side_view import lateral

USUAL_SIZE = (960, 880)  # rows, columns
_FINEST = 560  # anatomy has no finer detail than this; larger films are enlarged, and get their own grain
_BITS = 8
Mask = NDArray[np.bool_]


class Kind(StrEnum):
    NORMAL = "normal"
    OPACITY_LEFT = "opacity_left"
    OPACITY_RIGHT = "opacity_right"
    PERIHILAR = "perihilar"
    EFFUSION_LEFT = "effusion_left"
    EFFUSION_RIGHT = "effusion_right"
    INVERTED = "inverted"
    ROTATED_90 = "rotated_90"  # counter-clockwise, as numpy turns
    ROTATED_180 = "rotated_180"
    ROTATED_270 = "rotated_270"
    CROPPED = "cropped"
    LATERAL = "lateral"


_RIGHT, _LEFT = SIDES
_FINDINGS: dict[Kind, Draw] = {
    Kind.OPACITY_LEFT: findings.consolidation(_LEFT),
    Kind.OPACITY_RIGHT: findings.consolidation(_RIGHT),
    Kind.PERIHILAR: findings.perihilar,
    Kind.EFFUSION_LEFT: findings.effusion(_LEFT),
    Kind.EFFUSION_RIGHT: findings.effusion(_RIGHT),
}
_QUARTER_TURNS = {Kind.ROTATED_90: 1, Kind.ROTATED_180: 2, Kind.ROTATED_270: 3}


@dataclass(frozen=True)
class Region:
    """Where something was drawn: the patient's side is not the picture's."""

    name: str
    inside: Mask


@dataclass(frozen=True)
class Drawn:
    kind: Kind
    seed: int
    film: Film
    png: bytes
    density: Picture  # 0 to 1, finer than the film's levels
    lungs: Mask
    regions: tuple[Region, ...]


@dataclass(frozen=True)
class _Layers:
    """Everything that is moved together: the picture and the masks of what is in it."""

    density: Picture
    masks: tuple[Picture, ...]

    def each(self, change: Callable[[Picture], Picture]) -> "_Layers":
        return _Layers(change(self.density), tuple(change(mask) for mask in self.masks))


def draw(kind: Kind | str, seed: int, size: tuple[int, int] = USUAL_SIZE) -> Drawn:
    """`size` is of the upright film: quarter turns swap it, and a cropped film has less of it."""
    kind = Kind(kind)
    dice = np.random.default_rng(seed)
    child, exposure = Child.by(dice), Exposure.by(dice)
    names, layers = _anatomy(kind, child, exposure, _drawn_size(size), dice)
    layers = _placed(layers, exposure).each(lambda layer: _enlarged(layer, size))
    layers = _Layers(_exposed(layers.density, exposure, dice), layers.masks)
    layers = _framed(kind, layers, dice)
    density = marking.marked(layers.density)
    lungs, *regions = (mask > 0.5 for mask in layers.masks)
    return Drawn(
        kind=kind,
        seed=seed,
        film=_film(kind, density, child),
        png=_png(density),
        density=density,
        lungs=lungs,
        regions=tuple(Region(name, inside) for name, inside in zip(names, regions, strict=True)),
    )


def levels(density: Picture, bits: int) -> NDArray[np.uint16]:
    return np.asarray(np.rint(np.clip(density, 0, 1) * (2**bits - 1)), dtype=np.uint16)


def _drawn_size(size: tuple[int, int]) -> tuple[int, int]:
    shrink = min(1.0, _FINEST / max(size))
    return round(size[0] * shrink), round(size[1] * shrink)


def _anatomy(
    kind: Kind, child: Child, exposure: Exposure, size: tuple[int, int], dice: np.random.Generator
) -> tuple[list[str], _Layers]:
    canvas = Canvas.of(*size)
    if kind is Kind.LATERAL:
        held, lung = lateral(canvas, child, dice)
        return [], _Layers(_developed(canvas.blurred(held, exposure.blur)), (lung,))
    chest = frontal(canvas, child, dice)
    found = _FINDINGS.get(kind, findings.nothing)(canvas, child, chest, dice)
    held = sum((finding.added for finding in found), start=chest.attenuation)
    masks = (chest.lung, *(finding.inside.astype(np.float32) for finding in found))
    return [finding.name for finding in found], _Layers(_developed(canvas.blurred(held, exposure.blur)), masks)


def _developed(held: Picture) -> Picture:
    """Dense is bright, and what is already bright gains little from more."""
    bright = 1 - np.exp(-0.80 * np.clip(held, 0, None))
    return np.asarray(np.clip(bright / np.percentile(bright, 99.8), 0, 1), dtype=np.float32)


def _placed(layers: _Layers, exposure: Exposure) -> _Layers:
    """A patient never stands quite straight in the middle."""
    cosine, sine = np.cos(exposure.tilt), np.sin(exposure.tilt)
    turn = np.array([[cosine, -sine], [sine, cosine]]) / exposure.zoom
    middle = (np.array(layers.density.shape) - 1) / 2
    offset = middle - turn @ (middle + np.array(exposure.shift) * middle)
    return layers.each(lambda layer: affine_transform(layer, turn, offset, order=1, mode="nearest"))


def _enlarged(layer: Picture, size: tuple[int, int]) -> Picture:
    if layer.shape == size:
        return layer
    factors = (size[0] / layer.shape[0], size[1] / layer.shape[1])
    return np.asarray(zoom(layer, factors, order=1, grid_mode=True, mode="nearest"), dtype=np.float32)


def _exposed(density: Picture, exposure: Exposure, dice: np.random.Generator) -> Picture:
    grain = gaussian_filter(dice.standard_normal(density.shape, dtype=np.float32), 0.7)
    lit = np.clip(density, 0, 1) ** exposure.gamma
    lit = lit + exposure.noise * grain / grain.std() * (1.15 - 0.6 * lit)
    if exposure.collimated:
        lit = lit * _collimator(density.shape, dice)
    return np.asarray(np.clip(0.02 + 0.95 * lit, 0, 1), dtype=np.float32)


def _collimator(size: tuple[int, int], dice: np.random.Generator) -> Picture:
    """The beam ends before the plate does: dark edges of different widths."""
    window = np.full(size, 0.04, dtype=np.float32)
    (top, bottom), (left, right) = ([int(dice.uniform(0, 0.05) * side) for _ in range(2)] for side in size)
    window[top : size[0] - bottom, left : size[1] - right] = 1
    return np.asarray(gaussian_filter(window, 1.2), dtype=np.float32)


def _framed(kind: Kind, layers: _Layers, dice: np.random.Generator) -> _Layers:
    if kind is Kind.INVERTED:
        return _Layers(1 - layers.density, layers.masks)
    if kind in _QUARTER_TURNS:
        return layers.each(lambda layer: np.ascontiguousarray(np.rot90(layer, _QUARTER_TURNS[kind])))
    if kind is Kind.CROPPED:
        window = _part(layers.density.shape, dice)
        return layers.each(lambda layer: np.ascontiguousarray(layer[window]))
    return layers


def _part(size: tuple[int, ...], dice: np.random.Generator) -> tuple[slice, ...]:
    kept = [round(side * float(dice.uniform(0.42, 0.58))) for side in size]
    starts = [int(dice.integers(0, side - keep + 1)) for side, keep in zip(size, kept, strict=True)]
    return tuple(slice(start, start + keep) for start, keep in zip(starts, kept, strict=True))


def _film(kind: Kind, density: Picture, child: Child) -> Film:
    view = LATERAL if kind is Kind.LATERAL else POSTERO_ANTERIOR
    header = Header("png", view=view, age_years=child.age_years, is_generated=True)
    return Film(levels(density, _BITS), _BITS, header)


def _png(density: Picture) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Software", GENERATED_BY)
    stored = io.BytesIO()
    Image.fromarray(levels(density, _BITS).astype(np.uint8)).save(stored, "PNG", pnginfo=words)
    return stored.getvalue()
