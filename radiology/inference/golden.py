"""The sealed cases of a pair: what it says of drawn films in float32, to be said again wherever it is opened."""

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from clinic.inference.golden_gap import gap
from radiology.inference import arithmetic
from radiology.inference.engine import ChestPair
from radiology.inference.framing import Frame, frame_from_bytes, frame_of
from radiology.inference.generated import Kind, draw

# Between processors; on one of them nothing differs. What computes with fewer digits may be off by more.
TOLERANCES = {arithmetic.FLOAT32: 1e-4, arithmetic.BFLOAT16: 0.05}
_KINDS = (Kind.NORMAL, Kind.OPACITY_LEFT, Kind.OPACITY_RIGHT, Kind.PERIHILAR, Kind.EFFUSION_LEFT)
_SEEDS = (300_001, 300_002)


def golden(pair: ChestPair) -> dict[str, Any]:
    """`pair` computes in float32. The frames are stored: what draws films may change, what is asked may not."""
    frames = {f"{kind.value}-{seed}": frame_of(draw(kind, seed).film) for kind in _KINDS for seed in _SEEDS}
    return {"cases": [_case(pair, name, frame) for name, frame in frames.items()]}


def expected(pair: ChestPair, frame: Frame) -> dict[str, Any]:
    reading = pair.read([frame], with_maps=False)[0]
    return {
        "label": reading.prediction,
        "set": list(reading.prediction_set),
        "probabilities": dict(reading.probabilities),
        "members": {name: dict(told) for name, told in reading.members.items()},
    }


def differs(pair: ChestPair, case: Mapping[str, Any]) -> dict[str, Any] | None:
    """How far off, or nothing where it says again what it said when it was made."""
    wanted = case["expected"]
    found = expected(pair, frame_from_bytes(base64.b64decode(case["input"])))
    tolerance = TOLERANCES[pair.identity.precision]
    most = max(gap(wanted["probabilities"], found["probabilities"]), *_gaps(wanted["members"], found["members"]))
    if most <= tolerance and _same_answer(wanted, found, tolerance):
        return None
    return {"id": case["id"], "wanted": wanted["label"], "found": found["label"], "gap": most}


def _case(pair: ChestPair, name: str, frame: Frame) -> dict[str, Any]:
    stored = io.BytesIO()
    Image.fromarray(frame).save(stored, "PNG", optimize=True)
    return {"id": name, "input": base64.b64encode(stored.getvalue()).decode(), "expected": expected(pair, frame)}


def _same_answer(wanted: Mapping[str, Any], found: Mapping[str, Any], tolerance: float) -> bool:
    """Where two answers are nearer than the tolerance, either may come first; at the edge of a set, likewise."""
    second, first = np.sort(list(wanted["probabilities"].values()))[-2:]
    is_close_call = first - second <= 2 * tolerance
    is_exact = tolerance <= TOLERANCES[arithmetic.FLOAT32]
    return (is_close_call or wanted["label"] == found["label"]) and (not is_exact or wanted["set"] == found["set"])


def _gaps(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[float]:
    return [gap(wanted[name], found[name]) for name in wanted] if wanted.keys() == found.keys() else [float("inf")]
