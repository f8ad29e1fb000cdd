"""The gate's weights and limits, checked against the manifest that this code was released with."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from radiology.inference.gate.net import Weights

FOLDER = Path(__file__).parents[2] / "weights" / "gate-1"
MANIFEST_SHA256 = "124574fcef7d84a70a52abe87cb3516813ef6df6bc17910cc96f58b08535ef78"
MANIFEST, NET, LIMITS = "manifest.json", "net.safetensors", "limits.json"


class Differs(Exception):
    """A file is missing, or is not the one that was released with this code."""


@dataclass(frozen=True)
class Limits:
    """A film is refused where the net's probability of the fault is above, of a film below."""

    frontal: float
    turned: float
    inverted: float
    cropped: float


@dataclass(frozen=True)
class Learned:
    weights: Weights
    limits: Limits
    digest: str


@lru_cache(maxsize=1)
def learned() -> Learned:
    """Once for a process."""
    return opened(FOLDER, MANIFEST_SHA256)


def opened(folder: Path, digest: str) -> Learned:
    told = json.loads(_demand_same(folder / MANIFEST, digest))
    for name in (NET, LIMITS):
        _demand_same(folder / name, told["files"][name]["sha256"])
    stored = load_file(folder / NET)
    weights = {name: np.asarray(values, dtype=np.float32) for name, values in stored.items()}
    return Learned(weights, Limits(**json.loads((folder / LIMITS).read_text())), digest)


def _demand_same(path: Path, digest: str) -> bytes:
    """The installed engines' checks are not asked: they belong to the house, and this room knows no house."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise Differs(path.name) from fault
    if hashlib.sha256(content).hexdigest() != digest:
        raise Differs(path.name)
    return content
