"""What a net is asked to say, and how much each film counts."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from radiology.inference.findings import FINDINGS
from radiology.inference.scoring import Probabilities

_SMALLEST = 1e-7

Labels = NDArray[np.int64]


def targets(labels: Labels, *, smoothing: float, teacher: Probabilities | None, teacher_share: float) -> Any:
    """The label, a little for the other findings, and what the teacher said of the film where there is a teacher."""
    wanted = np.full((len(labels), len(FINDINGS)), smoothing / len(FINDINGS))
    wanted[np.arange(len(labels)), labels] += 1 - smoothing
    if teacher is not None:
        wanted = (1 - teacher_share) * wanted + teacher_share * teacher
    return torch.from_numpy(wanted.astype(np.float32))


def emphasis(labels: Labels) -> Any:
    """Half way (by ratio) to equal classes: elsewhere more of the children are healthy than in these films."""
    counts = np.bincount(labels, minlength=len(FINDINGS)).clip(1)
    return torch.from_numpy((counts.mean() / counts[labels]) ** 0.5).float()


def decaying_apart(net: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Biases, normalisation and branch scales (one-dimensional in effect) are not pulled to zero."""
    matrices = [parameter for parameter in net.parameters() if parameter.squeeze().ndim > 1]
    rest = [parameter for parameter in net.parameters() if parameter.squeeze().ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]


def log_loss(told: Probabilities, labels: Labels) -> float:
    return float(-np.log(told[np.arange(len(told)), labels].clip(_SMALLEST)).mean())


def accuracy(told: Probabilities, labels: Labels) -> float:
    return float((told.argmax(axis=1) == labels).mean())
