"""The two members as training measures them: many films at once, in float32. Workers ask `engine.ChestPair`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import load_file
from torch import nn

from clinic.doubt.calibration import Calibrator, logits_of
from clinic.doubt.conformal import PredictionSets
from radiology.inference import nets
from radiology.inference.films import Frame
from radiology.inference.quantising import unpacked
from radiology.inference.scoring import Probabilities, probabilities
from radiology.inference.views import AS_IS


@dataclass(frozen=True)
class Member:
    name: str
    net: nn.Module
    size: int
    share: float
    views: tuple[str, ...] = (AS_IS,)

    def says(self, frames: Frame) -> Probabilities:
        return probabilities(self.net, frames, self.size, nets.memory_format(self.name), self.views)

    def looking(self, views: Sequence[str]) -> "Member":
        return replace(self, views=tuple(views))


@dataclass(frozen=True)
class Ensemble:
    members: tuple[Member, ...]
    calibrator: Calibrator
    sets: PredictionSets

    def told(self, frames: Frame) -> dict[str, Probabilities]:
        return {member.name: member.says(frames) for member in self.members}

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
    return Member(name, net, int(facts["size"]), float(facts["share"]), tuple(facts.get("views", (AS_IS,))))
