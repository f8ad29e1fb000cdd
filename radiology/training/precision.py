"""Which numbers a training computes with: bfloat16 where this processor is faster with it, float32 elsewhere.

Not every processor that accepts bfloat16 is quick at it, so the choice is measured, not looked up.
"""

import contextlib
import time
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from radiology.inference.arithmetic import BFLOAT16, FLOAT32

_FILMS, _SIZE, _TRIES = 8, 96, 3


def computing(precision: str, device: str = "cpu") -> AbstractContextManager[Any]:
    """Within it the nets compute with this precision; weights, loss and steps stay float32."""
    if precision == FLOAT32:
        return contextlib.nullcontext()
    narrow: AbstractContextManager[Any] = torch.autocast(device, dtype=torch.bfloat16)
    return narrow


def fastest(net: nn.Module, memory_format: Any) -> str:
    """A graphics processor that computes in bfloat16 is faster with it: there nothing needs to be measured."""
    if next(net.parameters()).device.type == "cuda":
        return BFLOAT16 if torch.cuda.is_bf16_supported(including_emulation=False) else FLOAT32
    return min((FLOAT32, BFLOAT16), key=lambda precision: _seconds_a_step(net, memory_format, precision))


def _seconds_a_step(net: nn.Module, memory_format: Any, precision: str) -> float:
    films = torch.zeros(_FILMS, 3, _SIZE, _SIZE).contiguous(memory_format=memory_format)
    labels = torch.zeros(_FILMS, dtype=torch.int64)
    net.eval()  # running means stay as they are
    seconds = []
    for _ in range(_TRIES):
        started = time.perf_counter()
        with computing(precision):
            scores = net(films)
        functional.cross_entropy(scores.float(), labels).backward()
        seconds.append(time.perf_counter() - started)
    net.zero_grad()
    return min(seconds)
