"""The small net and its training: every batch holds real films, drawn ones, screens, and what is no film."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from radiology.inference.gate import answers
from radiology.inference.gate.net import CONVOLUTIONS, HIDDEN
from radiology.training.gate.films import Squares
from radiology.training.gate.varying import Changes, changed

_REAL, _DRAWN, _LATERAL, _SCREEN, _OTHER = 44, 8, 6, 10, 32
_SET_SHARES = (0.5, 0.32, 0.18)
_FRONTAL_AT, _LATERAL_AT, _SCREENSHOT_AT, _OTHER_AT = range(len(answers.KINDS))
_PEAK_RATE, _DECAY, _AVERAGED, _DROPPED = 3e-3, 1e-3, 0.995, 0.15
_OF_A_PART = 0.3  # what a cut film counts where the question is whether it is one: of a part that is hard to say


@dataclass(frozen=True)
class Material:
    """Squares of 128 by 128."""

    real: Squares
    drawn: NDArray[np.uint8]
    laterals: NDArray[np.uint8]
    screens: NDArray[np.uint8]
    others: NDArray[np.uint8]


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for channels, width, step in CONVOLUTIONS:
            convolution = nn.Conv2d(before, channels, width, step, width // 2, bias=False)
            layers += [convolution, nn.BatchNorm2d(channels), nn.ReLU()]
            before = channels
        self.seeing = nn.Sequential(*layers)
        cells = (answers.SIDE // 2 ** len(CONVOLUTIONS)) ** 2
        self.hidden, self.drop = nn.Linear(before * cells, HIDDEN), nn.Dropout(_DROPPED)
        self.out = nn.Linear(HIDDEN, answers.OUTPUTS)

    def forward(self, squares: Any) -> Any:
        seen = self.seeing(squares - 0.5).flatten(1)
        return self.out(self.drop(functional.relu(self.hidden(self.drop(seen)))))


def train(material: Material, steps: int, seed: int, say: Callable[[str], None]) -> Net:
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    net, began = Net(), time.monotonic()
    averaged = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(_AVERAGED), use_buffers=True
    )
    optimiser = torch.optim.AdamW(net.parameters(), _PEAK_RATE, weight_decay=_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, _PEAK_RATE, total_steps=steps)
    for step in range(1, steps + 1):
        loss = _loss(net, material, dice)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
        averaged.update_parameters(net)
        if step % 200 == 0:
            say(f"step {step} of {steps}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s")
    trained: Net = averaged.module.eval()
    return trained


def folded(net: Net) -> dict[str, NDArray[np.float32]]:
    """As `radiology.inference.gate.net` reads it: batch normalisation is part of the convolutions."""
    weights: dict[str, NDArray[np.float32]] = {}
    modules = list(net.seeing)
    for number in range(len(CONVOLUTIONS)):
        convolution, norm = modules[3 * number], modules[3 * number + 1]
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weights[f"c{number}.weight"] = _array(convolution.weight * scale[:, None, None, None])
        weights[f"c{number}.bias"] = _array(norm.bias - norm.running_mean * scale)
    for name in ("hidden", "out"):
        layer = getattr(net, name)
        weights |= {f"{name}.weight": _array(layer.weight), f"{name}.bias": _array(layer.bias)}
    return weights


def _array(tensor: Any) -> NDArray[np.float32]:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype=np.float32)


def _loss(net: Net, material: Material, dice: np.random.Generator) -> Any:
    squares, kinds = _batch(material, dice)
    changes = Changes.by(dice, len(squares))
    out = net(changed(squares, changes, dice))
    frontal = torch.from_numpy(kinds == _FRONTAL_AT)
    upright = frontal & torch.from_numpy(changes.turns != answers.TILTED)
    flags = {answers.INVERTED_AT: changes.inverted, answers.CROPPED_AT: changes.cropped}
    counts = torch.from_numpy(np.where(changes.cropped & (kinds == _FRONTAL_AT), _OF_A_PART, 1.0).astype(np.float32))
    each = functional.cross_entropy(out[:, answers.KINDS_AT], torch.from_numpy(kinds), reduction="none")
    told = (each * counts).sum() / counts.sum()
    told = told + functional.cross_entropy(out[frontal, answers.TURNS_AT], torch.from_numpy(changes.turns)[frontal])
    for at, happened in flags.items():
        wanted = torch.from_numpy(happened.astype(np.float32))[upright]
        told = told + functional.binary_cross_entropy_with_logits(out[upright, at], wanted)
    return told


def _batch(material: Material, dice: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    parts = (
        (_real(material.real, dice), _FRONTAL_AT),
        (_some(material.drawn, _DRAWN, dice), _FRONTAL_AT),
        (_some(material.laterals, _LATERAL, dice), _LATERAL_AT),
        (_some(material.screens, _SCREEN, dice), _SCREENSHOT_AT),
        (_some(material.others, _OTHER, dice), _OTHER_AT),
    )
    return np.concatenate([part for part, _ in parts]), np.repeat([at for _, at in parts], [len(p) for p, _ in parts])


def _real(films: Squares, dice: np.random.Generator) -> NDArray[np.uint8]:
    """Few hospitals are many films: each counts as much as it should, not as it has."""
    counts = np.bincount(films.sets, minlength=len(_SET_SHARES))
    shares = np.divide(_SET_SHARES, counts, out=np.zeros(len(counts)), where=counts > 0)[films.sets]
    return films.squares[dice.choice(len(films.squares), _REAL, p=shares / shares.sum())]


def _some(squares: NDArray[np.uint8], count: int, dice: np.random.Generator) -> NDArray[np.uint8]:
    return squares[dice.integers(0, len(squares), count)]
