"""Which question comes next: by lot, none twice before all had their turn."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """`begins_cycle`: all were done, so what was done counts from here on anew."""

    id: str
    begins_cycle: bool = False


def next_question(candidates: Collection[str], done_in_cycle: Sequence[str], seed: int | str) -> Drawn | None:
    """The same for the same arguments. `done_in_cycle` in the order of doing; None where there are no candidates.

    A new cycle does not begin with what was done last. Give each cycle a seed of its own: the order follows from it.
    """
    if not candidates:
        return None
    left = set(candidates) - set(done_in_cycle)
    if left:
        return Drawn(min(left, key=lambda id: _lot(seed, id)))
    others = [id for id in candidates if id != done_in_cycle[-1]] or list(candidates)
    return Drawn(min(others, key=lambda id: _lot(seed, id)), begins_cycle=True)


def _lot(seed: int | str, id: str) -> bytes:
    return hashlib.sha256(f"{seed}\x00{id}".encode()).digest()
