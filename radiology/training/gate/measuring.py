"""What the gate says of real films of patients it has not learned from, as they are and after each fault was made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clinic.doubt.intervals import Figure, wilson
from radiology.inference.film import Film, Header
from radiology.inference.gate import Code, Verdict, judge
from radiology.inference.gate.weights import Learned
from radiology.training.gate import films
from radiology.training.gate.films import Part

NOT_A_FILM = frozenset({Code.NOT_CHEST_FILM, Code.SCREENSHOT, Code.LATERAL, Code.BLANK, Code.TOO_FEW_GREY_LEVELS})
_FRAMING = (Code.INVERTED, Code.ROTATED, Code.CROPPED)

Grey = NDArray[np.uint8]
Judge = Callable[[Film], Verdict]


@dataclass(frozen=True)
class Counted:
    """Of how many films it happened; `wanted` is a share not to be missed or not to be passed."""

    what: str
    happened: int
    of: int
    wanted: float | None = None
    at_least: bool = False

    @property
    def figure(self) -> Figure:
        return wilson(self.happened, self.of)

    @property
    def is_met(self) -> bool:
        if self.wanted is None:
            return True
        return self.figure.value >= self.wanted if self.at_least else self.figure.value <= self.wanted


def film_of(grey: Grey) -> Film:
    return Film(grey.astype(np.uint16), 8, Header("jpeg"))


def real_figures(folder: Path, most: int, learned: Learned | None = None) -> Iterator[Counted]:
    """`most` films of each set. The adults are few, and counted together."""
    asked = partial(judge, learned=learned)
    for group, sets in {"children": (films.CHILDREN,), "adults": films.ADULTS}.items():
        pictures = [np.asarray(picture) for name in sets for _, picture in _some(folder, name, most)]
        yield from _figures_of(group, pictures, asked)


def inverted(grey: Grey, dice: np.random.Generator) -> Grey:
    return 255 - grey


def rotated(grey: Grey, dice: np.random.Generator) -> Grey:
    return np.ascontiguousarray(np.rot90(grey, int(dice.integers(1, 4))))


def cropped(grey: Grey, dice: np.random.Generator) -> Grey:
    """A third to two thirds of each side are left, anywhere; or one side has lost 35 % to 60 %."""
    rows, columns = grey.shape
    if dice.random() < 0.5:
        kept = [round(side * float(dice.uniform(0.33, 0.62))) for side in (rows, columns)]
        top, left = (int(dice.integers(0, side - keep + 1)) for side, keep in zip((rows, columns), kept, strict=True))
        return _at_least_judged(grey[top : top + kept[0], left : left + kept[1]])
    lost = float(dice.uniform(0.35, 0.6))
    turned = np.rot90(grey, side := int(dice.integers(4)))
    return _at_least_judged(np.rot90(turned[round(lost * len(turned)) :], -side))


def _at_least_judged(grey: Grey) -> Grey:
    """The small films of the sets become too small when they are cut: a film of a usual size would not."""
    times = -(-200 // min(grey.shape))
    return np.ascontiguousarray(np.kron(grey, np.ones((times, times), dtype=np.uint8)))


def _some(folder: Path, name: str, most: int) -> list[tuple[films.Listed, Image.Image]]:
    return [pair for _, pair in zip(range(most), films.pictures(folder, name, Part.MEASURED), strict=False)]


def _figures_of(name: str, pictures: list[Grey], asked: Judge) -> Iterator[Counted]:
    said = [asked(film_of(grey)) for grey in pictures]
    refused = sum(any(reason.code in NOT_A_FILM for reason in verdict.reasons) for verdict in said)
    yield Counted(f"{name}: refused as no frontal chest film", refused, len(said), 0.02)
    for code in _FRAMING:
        wrongly = sum(code in verdict.codes for verdict in said)
        yield Counted(f"{name}: called {code} and is not", wrongly, len(said), 0.02)
    text = sum(Code.BURNED_IN_TEXT in verdict.codes for verdict in said)
    yield Counted(f"{name}: stopped for lines of text", text, len(said), 0.02)
    dice = np.random.default_rng(7)
    for code, spoil in zip(_FRAMING, (inverted, rotated, cropped), strict=True):
        spoiled = [asked(film_of(spoil(grey, dice))) for grey in pictures]
        caught = sum(not verdict.accepted for verdict in spoiled)
        named = sum(code in verdict.codes for verdict in spoiled)
        yield Counted(f"{name}: {code} and refused", caught, len(spoiled), 0.95, at_least=True)
        yield Counted(f"{name}: {code} and called so", named, len(spoiled))
