"""What a run leaves behind so that it can be replayed: seed, threads, versions, processor. No Django in here."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

_TELLING = ("numpy", "scipy", "torch", "torchvision", "scikit-learn", "onnxruntime", "pillow", "safetensors")


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _TELLING:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@lru_cache(maxsize=1)
def _processor() -> str:
    """Maker and family: within one family the same sum comes out the same to the last bit."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor()
    told = {name.strip(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    named = (told.get("vendor_id"), told.get("cpu family"), told.get("model"))
    return " ".join(filter(None, named)) or platform.processor()


def _threads() -> int | None:
    torch = sys.modules.get("torch")
    return torch.get_num_threads() if torch else int(os.environ.get("OMP_NUM_THREADS", "0")) or None


def replay_facts(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seed": params.get("seed"),
        "threads": _threads(),
        "machine": platform.machine(),
        "processor": _processor(),
        "versions": _versions(),
    }


@contextmanager
def as_recorded(recorded: Mapping[str, Any]) -> Iterator[None]:
    """The same number of threads, where a library lets itself be told; afterwards as before."""
    torch, wanted = sys.modules.get("torch"), recorded.get("threads")
    before = _threads()
    if torch and wanted:
        torch.set_num_threads(wanted)
    try:
        yield
    finally:
        if torch and wanted and before:
            torch.set_num_threads(before)


def unlike(recorded: Mapping[str, Any], *, product: str) -> tuple[tuple[str, str, str], ...]:
    """What is otherwise here than when it was recorded: name, then, now. What was not recorded tells nothing."""
    here = replay_facts({}) | {"product": product}
    plain = [(name, recorded.get(name), here[name]) for name in ("machine", "processor", "threads", "product")]
    then = recorded.get("versions") or {}
    versions = [(name, then.get(name), here["versions"].get(name)) for name in then]
    return tuple((name, str(was), str(now)) for name, was, now in [*plain, *versions] if was is not None and was != now)
