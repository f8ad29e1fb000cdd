"""Waveform, pace and bars as SVG: coordinates here, shapes in the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coaching.inference.progress import UsualRange
from coaching.worded import clock

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 310, 30, 306, 18, 118
_LEAST_HEIGHT = 6.0  # percent: silence is a dot


@dataclass(frozen=True)
class Stroke:
    x: float
    y: float
    width: float
    height: float
    look: str
    start_s: float


@dataclass(frozen=True)
class Outline:
    strokes: tuple[Stroke, ...]
    pauses: tuple[str, ...]  # when, for those who do not see it


@dataclass(frozen=True)
class Lines:
    points: str
    band: tuple[float, float] | None  # top and height of the usual range
    levels: tuple[tuple[float, str], ...]
    marks: tuple[tuple[float, str, str], ...]  # x, words, anchor
    fastest: tuple[float, float, str] | None
    low: int
    high: int
    fastest_value: int


@dataclass(frozen=True)
class Bars:
    bars: tuple[tuple[float, float, float, float, str, str], ...]  # x, y, width, height, words, look


def outline(sounding: Mapping[str, Any], seconds: float, *, shows_pauses: bool = True) -> Outline | None:
    loud = sounding["outline"]
    if not loud:
        return None
    step, pauses = 100 / len(loud), sounding["pauses"] if shows_pauses else ()
    strokes = []
    for number, value in enumerate(loud):
        middle = (number + 0.5) * seconds / len(loud)
        is_pause = any(one["start_s"] <= middle <= one["end_s"] for one in pauses)
        height = _LEAST_HEIGHT if is_pause else max(_LEAST_HEIGHT, round(88 * value, 1))
        strokes.append(Stroke(round(number * step, 2), round((100 - height) / 2, 1), round(step * 0.6, 2), height,
                              "m" if is_pause else "", round(number * seconds / len(loud), 1)))  # fmt: skip
    return Outline(tuple(strokes), tuple(clock(one["start_s"]) for one in pauses))


def pace(points: Sequence[Sequence[float]], usual: UsualRange | None) -> Lines | None:
    if len(points) < 3:
        return None
    values = [value for _at, value in points] + ([usual.low, usual.high] if usual else [])
    low, high = int(min(values) // 50 * 50), int(-(-max(values) // 50) * 50)
    high = max(high, low + 50)
    last = points[-1][0] or 1.0

    def x(at: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * at / last, 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    at, fastest = max(points, key=lambda point: point[1])
    middle = (low + high) / 2
    return Lines(
        points=" ".join(f"{x(when)},{y(value)}" for when, value in points),
        band=(y(usual.high), round(y(usual.low) - y(usual.high), 1)) if usual else None,
        levels=tuple((y(level), f"{level:g}") for level in (low, middle, high)),
        marks=((LEFT, clock(points[0][0]), "start"), (x(last / 2), clock(last / 2), "middle"),
               (RIGHT, clock(last), "end")),
        fastest=(min(max(x(at), LEFT + 40), RIGHT - 40), max(y(fastest) - 6, 10), clock(at)),
        low=low, high=high, fastest_value=round(fastest),
    )  # fmt: skip


def bars(values: Sequence[float]) -> Bars:
    top = max([*values, 1.0])
    step = (RIGHT - 4) / max(len(values), 8)
    found = []
    for number, value in enumerate(values):
        height = max(1.0, round(62 * value / top, 1))
        look = "f1" if number == len(values) - 1 else "f0"
        found.append((round(4 + number * step + step * 0.15, 1), round(84 - height, 1), round(step * 0.7, 1), height,
                      f"{value:g}", look))  # fmt: skip
    return Bars(tuple(found))
