"""What one net says of many films."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from radiology.inference.films import Frame, normalised, resized, stretched

_FILMS_AT_ONCE = 64

Probabilities = NDArray[np.float64]


def probabilities(
    net: nn.Module, frames: Frame, size: int, memory_format: Any = torch.contiguous_format
) -> Probabilities:
    """One row a film, one column a finding; summed in float64, so that a row is 1 whatever the order."""
    net.eval()
    told = []
    with torch.inference_mode():
        for start in range(0, len(frames), _FILMS_AT_ONCE):
            films = normalised(resized(stretched(frames[start : start + _FILMS_AT_ONCE]), size))
            scores = net(films.contiguous(memory_format=memory_format))
            told.append(scores.double().softmax(dim=1).numpy())
    return np.concatenate(told)
