"""torchvision beside a torch without CUDA.

torchvision's wheel is linked against CUDA. Beside a CPU-only torch its compiled operators do not load, and its import
then ends at the first Python function registered for one of them. The nets need none of these operators: declaring
their schemas lets the Python parts load. Where the compiled operators load, nothing is declared.
"""

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_declared: list[Any] = []  # a library's declarations live as long as the library object


@lru_cache(maxsize=1)
def models() -> Any:
    """torchvision's models."""
    if not _compiled_operators_load():
        _declare_operators()
    from torchvision import models as found

    return found


def _compiled_operators_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    try:
        torch.ops.load_library(Path(spec.origin).with_name("_C.so"))
    except OSError:
        return False
    return True


def _declare_operators() -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in _SCHEMAS:
        library.define(schema)
    _declared.append(library)
