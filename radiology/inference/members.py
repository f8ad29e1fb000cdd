"""One net of the pair as workers run it: cut before its global pooling, and made fast.

Both nets end in a global pooling. What the head makes of the pooled vector is all that a Grad-CAM needs, so an answer
and its map cost one pass through the net: nothing is computed backwards through it.

A film always goes through alone. On a processor several at once are hardly faster, and the last bits of an answer would
depend on what else waited: a stored answer could not be replayed.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from radiology.inference import arithmetic, nets
from radiology.inference.films import FRAME, normalised, resized
from radiology.inference.maps import Grid
from radiology.inference.quantising import unpacked
from radiology.inference.views import AS_IS, VIEWS

_WARM_UPS = 3  # the first passes measure and compile


@dataclass(frozen=True)
class Seen:
    """What a member made of one film: its probabilities, and the cells it pooled."""

    probabilities: NDArray[np.float64]
    cells: Any


@dataclass(frozen=True)
class Runner:
    name: str
    size: int
    share: float
    views: tuple[str, ...]
    precision: str
    trunk: Callable[[Any], Any]
    head: Callable[[Any], Any]

    def see(self, square: Any) -> Seen:
        """`square` is one film, (1, 1, side, side), from 0 to 1."""
        with torch.inference_mode():
            cells = [self._cells(VIEWS[view](square)) for view in self.views]
            scores = torch.cat([self.head(each.mean(dim=(2, 3), keepdim=True)) for each in cells])
            told = scores.double().softmax(dim=1).mean(dim=0).numpy()
        return Seen(told, cells[0][0])

    def map_of(self, seen: Seen, finding_at: int) -> Grid:
        return grad_cam(self.head, seen.cells, finding_at)

    def _cells(self, square: Any) -> Any:
        films = normalised(resized(square, self.size)).to(arithmetic.number_type(self.precision))
        return self.trunk(films.contiguous(memory_format=torch.channels_last)).float()


def grad_cam(head: Callable[[Any], Any], cells: Any, finding_at: int) -> Grid:
    """Cells (channels, rows, columns), weighted by how the finding's score moves with each channel's mean."""
    cells = cells.clone()  # what inference mode made knows no gradient
    pooled = cells.mean(dim=(1, 2)).requires_grad_()
    score = head(pooled.view(1, -1, 1, 1))[0, finding_at]
    slope = torch.autograd.grad(score, pooled)[0] / cells[0].numel()
    return np.asarray(torch.einsum("c,chw->hw", slope, cells).relu().numpy(), dtype=np.float32)


def runner(name: str, facts: Mapping[str, Any], weights: Mapping[str, Any], precision: str) -> Runner:
    """From weights as they are stored, ready to answer."""
    net = filled(name, weights)
    made = Runner(
        name,
        int(facts["size"]),
        float(facts["share"]),
        tuple(facts.get("views", (AS_IS,))),
        precision,
        _fast(net.features, int(facts["size"]), precision),
        nets.head_of(net),
    )
    for _ in range(_WARM_UPS):
        made.see(torch.zeros(1, 1, FRAME, FRAME))
    return made


def chance_runner(like: Runner, seed: int) -> Runner:
    """The same net with weights that learned nothing. Asked once a film, so it is not made fast."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = nets.build(like.name).eval().requires_grad_(False)
    return Runner(like.name, like.size, like.share, (AS_IS,), arithmetic.FLOAT32, net.features, nets.head_of(net))


def filled(name: str, weights: Mapping[str, Any]) -> nn.Module:
    with torch.device("meta"):  # no dice are thrown for weights that are replaced at once
        net = nets.build(name)
    net.load_state_dict(unpacked(weights), assign=True)
    return net.eval().requires_grad_(False)


def _fast(features: Any, size: int, precision: str) -> Callable[[Any], Any]:
    kind = arithmetic.number_type(precision)
    ready: Callable[[Any], Any] = _joined(features).to(dtype=kind, memory_format=torch.channels_last)
    if arithmetic.backend() != arithmetic.ONEDNN_GRAPH:
        return ready
    film = torch.zeros(1, 3, size, size, dtype=kind).contiguous(memory_format=torch.channels_last)
    torch.jit.enable_onednn_fusion(True)
    with warnings.catch_warnings(), torch.no_grad():
        # PyTorch would rather have torch.compile, which needs a C++ compiler where it runs.
        warnings.simplefilter("ignore", DeprecationWarning)
        traced: Callable[[Any], Any] = torch.jit.freeze(torch.jit.trace(ready, film, check_trace=False))
    return traced


def _joined(net: nn.Module) -> nn.Module:
    """Each normalisation is folded into the convolution before it, while the weights still are float32."""
    before: tuple[str, nn.Module] | None = None
    for name, part in list(net.named_children()):
        if isinstance(part, nn.BatchNorm2d) and before and isinstance(before[1], nn.Conv2d):
            setattr(net, before[0], fuse_conv_bn_eval(before[1], part))
            setattr(net, name, nn.Identity())
        else:
            _joined(part)
        before = (name, part)
    return net
