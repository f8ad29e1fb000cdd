"""Small charts as SVG, drawn on the server: coordinates here, shapes in the template. Zero is always drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, log10

WIDTH, HEIGHT = 520, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 512, 14, 162


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    look: str  # the class that fills it


@dataclass(frozen=True)
class Word:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    sentence: str  # what it shows, for those who do not see it
    bars: list[Bar] = field(default_factory=list)
    levels: list[Word] = field(default_factory=list)
    marks: list[Word] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


def stacked(parts: Sequence[tuple[int, int]], names: Sequence[str], sentence: str) -> Chart:
    """One bar per pair: what went well below, what failed on top. `names` are written under the bars they have."""
    top = nice(max((low + high for low, high in parts), default=0))
    step = (RIGHT - LEFT) / max(len(parts), 1)
    bars = [bar for number, pair in enumerate(parts) for bar in _pair(pair, LEFT + number * step, step, top)]
    marks = [Word(round(LEFT + (n + 0.5) * step, 1), BOTTOM + 17, name) for n, name in enumerate(names) if name]
    return Chart(sentence, bars, _levels(top), marks)


def _pair(pair: tuple[int, int], x: float, step: float, top: int) -> list[Bar]:
    low, high = (value / top * (BOTTOM - TOP) for value in pair)
    width = round(step * 0.66, 1)
    left = round(x + step * 0.17, 1)
    found = [Bar(left, round(BOTTOM - low, 1), width, round(low, 1), "f1"),
             Bar(left, round(BOTTOM - low - high, 1), width, round(high, 1), "f-bad")]  # fmt: skip
    return [bar for bar in found if bar.height]


def _levels(top: int) -> list[Word]:
    return [Word(LEFT - 6, round(BOTTOM - share * (BOTTOM - TOP), 1), f"{top * share:g}") for share in (0, 0.5, 1)]


def nice(value: float) -> int:
    """The next number people count in: 4, 10, 20, 40, 100 ..."""
    if value <= 4:
        return 4
    power: int = 10 ** int(log10(value))
    return next(step * power for step in (1, 2, 4, 6, 10) if step * power >= ceil(value))
