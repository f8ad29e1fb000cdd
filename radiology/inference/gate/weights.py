"""The gate's weights and limits, checked against the manifest that this code was released with."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from clinic.engines import manifests
from clinic.engines.unfit import Fault, Unfit
from radiology.inference.gate.net import Weights

FOLDER = Path(__file__).parents[2] / "weights" / "gate-1"
MANIFEST_SHA256 = "124574fcef7d84a70a52abe87cb3516813ef6df6bc17910cc96f58b08535ef78"
NET, LIMITS = "net.safetensors", "limits.json"


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
    manifest = manifests.read(folder)
    if manifest.digest != digest:
        raise Unfit(Fault.FILE_DIFFERS, manifests.MANIFEST)
    manifests.check_files(folder, manifest)
    stored = load_file(folder / NET)
    weights = {name: np.asarray(values, dtype=np.float32) for name, values in stored.items()}
    return Learned(weights, Limits(**json.loads((folder / LIMITS).read_text())), digest)
