"""A running mean of the weights: steadier than the last step, and what is measured and shipped."""

import copy

import torch
from torch import nn

_LONGEST_MEMORY = 0.998


class Averaged:
    def __init__(self, net: nn.Module) -> None:
        self.net = copy.deepcopy(net).eval().requires_grad_(False)

    @torch.no_grad()
    def follow(self, net: nn.Module, steps_done: int) -> None:
        memory = min(_LONGEST_MEMORY, (1 + steps_done) / (10 + steps_done))
        theirs = net.state_dict()
        for name, mine in self.net.state_dict().items():
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs[name], 1 - memory)
            else:
                mine.copy_(theirs[name])
