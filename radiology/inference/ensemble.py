"""Opens the two members and answers with their weighted mean, calibrated. For workers, on files that were checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn

from clinic.doubt.calibration import Calibrator, logits_of
from clinic.doubt.conformal import PredictionSets
from radiology.inference import nets
from radiology.inference.films import Frame
from radiology.inference.findings import FINDINGS
from radiology.inference.quantising import unpacked
from radiology.inference.scoring import Probabilities, probabilities


@dataclass(frozen=True)
class Member:
    name: str
    net: nn.Module
    size: int
    share: float

    def says(self, frames: Frame) -> Probabilities:
        return probabilities(self.net, frames, self.size, nets.memory_format(self.name))


@dataclass(frozen=True)
class Reading:
    """What the ensemble says of one film; `members` is what each net said before mean and calibration."""

    probabilities: tuple[float, ...]
    members: Mapping[str, tuple[float, ...]]
    prediction: str
    prediction_set: tuple[str, ...]


@dataclass(frozen=True)
class Ensemble:
    members: tuple[Member, ...]
    calibrator: Calibrator
    sets: PredictionSets

    def read(self, frames: Frame) -> list[Reading]:
        told = {member.name: member.says(frames) for member in self.members}
        sure = self.sure(told)
        inside = self.sets.sets(sure)
        return [_reading(at, told, sure, inside) for at in range(len(frames))]

    def sure(self, told: Mapping[str, Probabilities]) -> Probabilities:
        """The calibrated mean of what the members said."""
        return self.calibrator.apply(logits_of(mean(told, self.shares)))

    @property
    def shares(self) -> dict[str, float]:
        return {member.name: member.share for member in self.members}


def load(folder: Path, manifest: Mapping[str, Any]) -> Ensemble:
    stored = json.loads((folder / "calibration.json").read_text())
    members = tuple(member(folder, name, facts) for name, facts in manifest["members"].items())
    return Ensemble(members, Calibrator.from_json(stored["calibrator"]), PredictionSets.from_json(stored["sets"]))


def mean(told: Mapping[str, Probabilities], shares: Mapping[str, float]) -> Probabilities:
    """Shares that sum to 1."""
    return np.asarray(sum(shares[name] * says for name, says in told.items()))


def member(folder: Path, name: str, facts: Mapping[str, Any]) -> Member:
    net = nets.build(name)
    net.load_state_dict(unpacked(load_file(folder / facts["file"])))
    net = net.eval().requires_grad_(False).to(memory_format=nets.memory_format(name))
    return Member(name, net, int(facts["size"]), float(facts["share"]))


def _reading(
    at: int, told: Mapping[str, Probabilities], sure: NDArray[np.float64], inside: NDArray[np.bool_]
) -> Reading:
    return Reading(
        probabilities=tuple(sure[at].tolist()),
        members={name: tuple(says[at].tolist()) for name, says in told.items()},
        prediction=FINDINGS[int(sure[at].argmax())],
        prediction_set=tuple(name for name, is_in in zip(FINDINGS, inside[at], strict=True) if is_in),
    )
