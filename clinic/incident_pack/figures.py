"""Counts and rates of an incident pack. Pure: rows of plain values in, plain values out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinic.doubt.intervals import FEW, too_few, wilson

ENOUGH = FEW  # under this a share says too little to be printed
BINS = 10


@dataclass(frozen=True)
class Share:
    """Hits of n with their 95 % interval (Wilson); of too few there is no share, only the count."""

    hits: int
    n: int

    @property
    def is_enough(self) -> bool:
        return not too_few(self.n)

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.is_enough:
            return None
        found = wilson(self.hits, self.n)
        return found.low, found.high


@dataclass(frozen=True)
class ClassRates:
    name: str
    answers: int
    precision: Share  # of what the engine called so, how much people called so too
    recall: Share  # of what people called so, how much the engine had called so


@dataclass(frozen=True)
class Decided:
    """What the engine said and what people decided in the end."""

    said: str
    label: str


def rates(names: Sequence[str], said: Iterable[str], decided: Sequence[Decided]) -> list[ClassRates]:
    counts = Counter(said)
    return [_rates_of(name, counts[name], decided) for name in names]


def _rates_of(name: str, answers: int, decided: Sequence[Decided]) -> ClassRates:
    called = [one for one in decided if one.said == name]
    meant = [one for one in decided if one.label == name]
    hits = sum(one.label == name for one in called)
    return ClassRates(name, answers, Share(hits, len(called)), Share(hits, len(meant)))


def histogram(confidences: Iterable[float]) -> list[int]:
    """How many fell into each tenth; 1.0 belongs to the last."""
    bins = [0] * BINS
    for each in confidences:
        bins[min(BINS - 1, int(each * BINS))] += 1
    return bins


@dataclass(frozen=True)
class Day:
    day: date
    answers: int
    marked: int


def days(first: date, last: date, answered: Iterable[date], marked: Iterable[date]) -> list[Day]:
    """Every day, those without an answer too."""
    answers, marks = Counter(answered), Counter(marked)
    span = (last - first).days + 1
    each = (first + timedelta(days=number) for number in range(span))
    return [Day(day, answers[day], marks[day]) for day in each]
