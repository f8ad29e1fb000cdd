"""What the nets compute with: part of who answered, since another choice gives slightly other numbers."""

import platform
from functools import lru_cache
from pathlib import Path

import torch

FLOAT32, BFLOAT16 = "float32", "bfloat16"
PRECISIONS = (BFLOAT16, FLOAT32)  # in the order of speed where a processor has them
TORCH, ONEDNN_GRAPH = "torch", "torch, oneDNN graph"

# By name of the processor's flag, not by a measurement: a busy machine must not choose otherwise than an idle one.
_COMPUTES_BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
_FLAG_LINES = ("flags", "Features")  # x86-64, arm64


@lru_cache(maxsize=1)
def native() -> tuple[str, ...]:
    """The precisions that this processor computes with at full speed, the fastest first."""
    return PRECISIONS if _flags() & _COMPUTES_BFLOAT16 else (FLOAT32,)


def backend() -> str:
    has_graph = platform.machine() in ("x86_64", "AMD64") and torch.backends.mkldnn.is_available()
    return ONEDNN_GRAPH if has_graph else TORCH


def number_type(precision: str) -> torch.dtype:
    return torch.bfloat16 if precision == BFLOAT16 else torch.float32


def _flags() -> frozenset[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    told = [line.partition(":") for line in lines if line.startswith(_FLAG_LINES)]
    return frozenset(told[0][2].split()) if told else frozenset()
