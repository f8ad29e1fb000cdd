"""Where a training stands, on disk: tensors as safetensors, the rest as JSON in the file's header. No pickle.

A checkpoint is written beside the old one and then takes its name, so a kill leaves the old or the new, never half.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

_HEADER = "training"


@dataclass
class Standing:
    steps_done: int = 0
    minutes_spent: float = 0.0
    best_loss: float | None = None
    precision: str = ""  # what it began to compute with; another would end elsewhere
    watches_without_gain: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


def save(path: Path, standing: Standing, net: nn.Module, averaged: nn.Module, optimiser: Any) -> None:
    tensors = {f"net/{name}": tensor for name, tensor in net.state_dict().items()}
    tensors |= {f"averaged/{name}": tensor for name, tensor in averaged.state_dict().items()}
    for index, moments in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser/{index}/{name}": tensor for name, tensor in moments.items()}
    beside = path.with_suffix(".new")
    save_file(contiguous(tensors), beside, metadata={_HEADER: json.dumps(asdict(standing))})
    beside.replace(path)


def contiguous(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """As safetensors wants them: a tensor with channels last is laid out anew."""
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


def restore(path: Path, net: nn.Module, averaged: nn.Module, optimiser: Any) -> Standing:
    parts: dict[str, dict[str, Any]] = {"net": {}, "averaged": {}, "optimiser": {}}
    with safe_open(path, framework="pt") as stored:
        standing = Standing(**json.loads(stored.metadata()[_HEADER]))
        for key in stored.keys():  # noqa: SIM118 - not a dict
            part, name = key.split("/", 1)
            parts[part][name] = stored.get_tensor(key)
    net.load_state_dict(parts["net"])
    averaged.load_state_dict(parts["averaged"])
    _restore_moments(optimiser, parts["optimiser"])
    return standing


def _restore_moments(optimiser: Any, stored: dict[str, Any]) -> None:
    state = optimiser.state_dict()
    for key, tensor in stored.items():
        index, name = key.split("/")
        state["state"].setdefault(int(index), {})[name] = tensor
    optimiser.load_state_dict(state)
