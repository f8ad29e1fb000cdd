"""Weights in a quarter of the room: one byte each, with one scale for each output channel.

Only what is stored is small. A net is computed with the floats that these bytes stand for, so every machine computes
the same thing, and what the rounding costs is measured once, when the weights are made.
"""

from collections.abc import Mapping
from typing import Any

import torch

_LARGEST = 127
_SCALE = "/scale"
_FEWEST = 4096  # smaller tensors save nothing and are kept as they are


def packed(state: Mapping[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    for name, tensor in state.items():
        stored |= _rounded(name, tensor) if _is_worth_it(tensor) else {name: tensor.contiguous()}
    return stored


def unpacked(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _meant(name, stored) for name in stored if not name.endswith(_SCALE)}


def _is_worth_it(tensor: Any) -> bool:
    return bool(tensor.is_floating_point()) and tensor.squeeze().ndim > 1 and tensor.numel() >= _FEWEST


def _rounded(name: str, tensor: Any) -> dict[str, Any]:
    channels = tensor.float().flatten(1)
    scale = (channels.abs().amax(dim=1) / _LARGEST).clamp_min(torch.finfo(torch.float32).tiny)
    whole = (channels / scale[:, None]).round().to(torch.int8)
    return {name: whole.reshape(tensor.shape).contiguous(), name + _SCALE: scale}


def _meant(name: str, stored: Mapping[str, Any]) -> Any:
    if name + _SCALE not in stored:
        return stored[name]
    whole, scale = stored[name].float(), stored[name + _SCALE]
    return whole * scale.view(-1, *[1] * (whole.ndim - 1))
