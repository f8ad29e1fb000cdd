"""What a run leaves behind so that it can be replayed: seed, threads, versions. No Django in here."""

import os
import platform
import sys
from functools import lru_cache
from importlib import metadata
from typing import Any

_TELLING = ("numpy", "torch", "torchvision", "scikit-learn", "onnxruntime", "pillow")


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _TELLING:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def replay_facts(params: dict[str, Any]) -> dict[str, Any]:
    torch = sys.modules.get("torch")
    return {
        "seed": params.get("seed"),
        "threads": torch.get_num_threads() if torch else int(os.environ.get("OMP_NUM_THREADS", "0")) or None,
        "machine": platform.machine(),
        "versions": _versions(),
    }
