"""The gate's small net: four convolutions and two layers, in numpy, so that looking at a picture needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radiology.inference.gate import answers

Weights = Mapping[str, NDArray[np.float32]]
CONVOLUTIONS = ((16, 5, 2), (32, 3, 2), (48, 3, 2), (64, 3, 2))  # channels, width, step
HIDDEN = 64


@dataclass(frozen=True)
class Said:
    """Probabilities; turns, inverted and cropped mean something for films only."""

    kinds: NDArray[np.float64]
    turns: NDArray[np.float64]
    inverted: float
    cropped: float


def says(weights: Weights, square: NDArray[np.float32]) -> Said:
    """Of a square from 0 to 1."""
    seen = square[None] - 0.5
    for number, (_, _, step) in enumerate(CONVOLUTIONS):
        seen = np.maximum(_convolved(seen, weights[f"c{number}.weight"], weights[f"c{number}.bias"], step), 0)
    hidden = np.maximum(weights["hidden.weight"] @ seen.reshape(-1) + weights["hidden.bias"], 0)
    out = (weights["out.weight"] @ hidden + weights["out.bias"]).astype(np.float64)
    return Said(
        _shares(out[answers.KINDS_AT]),
        _shares(out[answers.TURNS_AT]),
        _share(out[answers.INVERTED_AT]),
        _share(out[answers.CROPPED_AT]),
    )


def _convolved(
    seen: NDArray[np.float32], weight: NDArray[np.float32], bias: NDArray[np.float32], step: int
) -> NDArray[np.float32]:
    width = weight.shape[-1]
    padded = np.pad(seen, ((0, 0), (width // 2, width // 2), (width // 2, width // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (width, width), axis=(1, 2))[:, ::step, ::step]
    return np.tensordot(weight, windows, axes=((1, 2, 3), (0, 3, 4))) + bias[:, None, None]


def _shares(out: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(out - out.max())
    return np.asarray(raised / raised.sum())


def _share(out: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(out, -40, 40))))
