"""Ways to put other weights in the place of the right ones. Each keeps the shape, so that the engine still opens."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from django.conf import settings
from safetensors.numpy import load_file, save_file

from clinic.engines import manifests, trust

Arrays = dict[str, np.ndarray]
SHIPPED = settings.BASE_DIR / "clinic" / "weights"


def swapped_classes(arrays: Arrays, chance: np.random.Generator) -> Arrays:
    order = np.roll(np.arange(arrays["weights"].shape[1]), 1 + int(chance.integers(2)))
    return {"weights": np.ascontiguousarray(arrays["weights"][:, order]), "bias": arrays["bias"]}


def other_weights(arrays: Arrays, chance: np.random.Generator) -> Arrays:
    shape = arrays["weights"].shape
    return {"weights": chance.normal(0, 0.3, shape).astype(arrays["weights"].dtype), "bias": arrays["bias"]}


def turned_round(arrays: Arrays, _chance: np.random.Generator) -> Arrays:
    return {"weights": -arrays["weights"], "bias": arrays["bias"]}


def leaning(arrays: Arrays, chance: np.random.Generator) -> Arrays:
    """Only the bias, and only a little: it calls more of them routine."""
    lean = np.array([1.0, -0.5, -0.5]) * float(chance.uniform(0.01, 0.3))
    return {"weights": arrays["weights"], "bias": (arrays["bias"] + lean).astype(arrays["bias"].dtype)}


def blind_rows(arrays: Arrays, chance: np.random.Generator) -> Arrays:
    """A tenth of the words means nothing any more."""
    weights = arrays["weights"].copy()
    weights[chance.choice(len(weights), len(weights) // 10, replace=False)] = 0
    return {"weights": weights, "bias": arrays["bias"]}


WAYS: tuple[Callable[[Arrays, np.random.Generator], Arrays], ...] = (
    swapped_classes, other_weights, turned_round, leaning, blind_rows,
)  # fmt: skip


def folders(root: Path, count: int, *, signed_anew: bool = False) -> Iterator[Path]:
    """Copies of the shipped engine with other weights; `signed_anew`: with a manifest that fits them, and its seal."""
    for number in range(count):
        folder = root / f"sabotage-{number}"
        shutil.copytree(SHIPPED / "letters-1", folder)
        chance = np.random.default_rng(number)
        save_file(WAYS[number % len(WAYS)](load_file(folder / "weights.safetensors"), chance),
                  folder / "weights.safetensors")  # fmt: skip
        if signed_anew:
            _sign(folder, number)
        yield folder


def _sign(folder: Path, number: int) -> None:
    told = manifests.read(SHIPPED / "letters-1").told
    facts = {name: value for name, value in told.items() if name not in ("format", "files")}
    manifest = manifests.write(folder, facts | {"version": f"9.0.{number}"})
    trust.sign(folder, manifest)
