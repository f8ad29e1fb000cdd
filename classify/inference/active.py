"""Which documents teach an engine most if a person labels them. At least a tenth is drawn by chance, whatever the rest
is chosen by, so that figures can be measured on labels that nobody chose.

The engine's doubt is asked in three ways, taken in turns: how evenly its probabilities are spread (entropy), how close
the second answer comes (margin), how new the document is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random

import numpy as np
import numpy.typing as npt

LEAST_BY_CHANCE = 0.1
ENTROPY, MARGIN, NOVELTY, CHANCE = "entropy", "margin", "novelty", "chance"

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pick:
    """`row` is the document's place among those that were offered."""

    row: int
    why: str


def entropy(probabilities: Array) -> Array:
    return np.asarray(-(probabilities * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1))


def margin(probabilities: Array) -> Array:
    """Small where two answers compete."""
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def choose(
    probabilities: Array, novelty: Array, count: int, *, seed: int, by_chance: float = LEAST_BY_CHANCE
) -> list[Pick]:
    return choose_by(entropy(probabilities), margin(probabilities), novelty, count, seed=seed, by_chance=by_chance)


def choose_by(
    entropies: Array, margins: Array, novelty: Array, count: int, *, seed: int, by_chance: float = LEAST_BY_CHANCE
) -> list[Pick]:
    """At most `count`, none twice; the share by chance is rounded up and never below a tenth."""
    rows = len(novelty)
    count = min(count, rows)
    drawn = _drawn(rows, int(np.ceil(count * max(by_chance, LEAST_BY_CHANCE) - 1e-9)), seed)
    taken = {pick.row for pick in drawn}
    picks = list(drawn)
    for pick in _in_turns(entropies, margins, novelty):
        if len(picks) >= count:
            break
        if pick.row not in taken:
            taken.add(pick.row)
            picks.append(pick)
    return picks


def _drawn(rows: int, count: int, seed: int) -> list[Pick]:
    return [Pick(row, CHANCE) for row in Random(seed).sample(range(rows), count)]  # noqa: S311  (no secret)


def _in_turns(entropies: Array, margins: Array, novelty: Array) -> Iterator[Pick]:
    orders: Sequence[Sequence[Pick]] = (
        _ordered(-entropies, ENTROPY),
        _ordered(margins, MARGIN),
        _ordered(-novelty, NOVELTY),
    )
    for turn in zip_longest(*orders):
        yield from (pick for pick in turn if pick is not None)


def _ordered(values: Array, why: str) -> list[Pick]:
    return [Pick(int(row), why) for row in np.argsort(values, kind="stable")]
