"""Two answers, leaf by leaf. Pure. Words of the source are compared but never kept: they stay sealed where they are."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WITHIN = 1e-4  # on another processor with the same backend and precision


@dataclass(frozen=True)
class Number:
    """One number of the answer, as it was and as it is now; None where one of the two has none there."""

    name: str
    was: float | None
    now: float | None

    @property
    def gap(self) -> float:
        if self.was is None or self.now is None:
            return float("inf")
        return abs(self.was - self.now)


@dataclass(frozen=True)
class Comparison:
    is_identical: bool  # bit for bit, as the digests say
    label_was: str
    label_now: str
    numbers: tuple[Number, ...]
    others: tuple[str, ...]  # where something that is no number differs

    @property
    def largest_gap(self) -> float:
        return max((number.gap for number in self.numbers), default=0.0)

    @property
    def same_label(self) -> bool:
        return self.label_was == self.label_now

    @property
    def is_close(self) -> bool:
        """As near as another processor may come: the same words, and no number further off than it may be."""
        return self.same_label and not self.others and self.largest_gap <= WITHIN


def compare(was: Mapping[str, Any], now: Mapping[str, Any], *, is_identical: bool) -> Comparison:
    old, new = dict(_leaves(was)), dict(_leaves(now))
    names = [*old, *(name for name in new if name not in old)]
    numbers = [name for name in names if _is_number(old.get(name)) or _is_number(new.get(name))]
    others = [name for name in names if name not in numbers and old.get(name) != new.get(name)]
    return Comparison(
        is_identical, str(was.get("label") or ""), str(now.get("label") or ""),
        tuple(Number(name, _number(old.get(name)), _number(new.get(name))) for name in numbers), tuple(others),
    )  # fmt: skip


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        yield f"{name}.length", len(value)
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{name}.{place}")
    else:
        yield name, value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float | None:
    return float(value) if _is_number(value) else None


def as_stored(canonical: bytes) -> dict[str, Any]:
    """An answer as its row holds it: what JSON makes of it."""
    told: dict[str, Any] = json.loads(canonical)
    return told
