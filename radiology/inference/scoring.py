"""What one net says of many films."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from radiology.inference.films import Frame, normalised, resized, stretched
from radiology.inference.views import AS_IS, VIEWS

_FILMS_AT_ONCE = 64

Probabilities = NDArray[np.float64]


def probabilities(
    net: nn.Module,
    frames: Frame,
    size: int,
    memory_format: Any = torch.contiguous_format,
    views: Sequence[str] = (AS_IS,),
) -> Probabilities:
    """One row a film, one column a finding; summed in float64, so that a row is 1 whatever the order."""
    net.eval()
    told = []
    with torch.inference_mode():
        for start in range(0, len(frames), _FILMS_AT_ONCE):
            squares = stretched(frames[start : start + _FILMS_AT_ONCE])
            seen = [_seen(net, resized(VIEWS[view](squares), size), memory_format) for view in views]
            told.append(torch.stack(seen).mean(dim=0).numpy())
    return np.concatenate(told)


def _seen(net: nn.Module, squares: Any, memory_format: Any) -> Any:
    device = next(net.parameters()).device
    films = normalised(squares).contiguous(memory_format=memory_format).to(device)
    return net(films).double().softmax(dim=1).cpu()
