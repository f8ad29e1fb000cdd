"""Everything the gate learns from, as squares: read once, drawn once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from radiology.inference.generated import Kind, draw
from radiology.inference.shrinking import shrunk
from radiology.training.gate import films, pictures
from radiology.training.gate.films import Part, Squares
from radiology.training.gate.learning import Material

_SIZE = (200, 184)
_FRONTAL = (Kind.NORMAL, Kind.OPACITY_LEFT, Kind.OPACITY_RIGHT, Kind.PERIHILAR, Kind.EFFUSION_LEFT, Kind.EFFUSION_RIGHT)
_SPOILED = 0.35


def gather(real: Squares, drawn: int, others: int, seed: int, say: Callable[[str], None]) -> Material:
    dice = np.random.default_rng(seed)
    learned = real.of(Part.LEARNED)
    say(f"{len(learned.squares)} real films to learn from; drawing {drawn} films and {others} other pictures")
    frontal = np.stack([_drawn(_FRONTAL[number % len(_FRONTAL)], seed + number) for number in range(drawn)])
    laterals = np.stack([_drawn(Kind.LATERAL, seed + number) for number in range(drawn // 2)])
    screens = [
        pictures.screenshot(_any(learned, dice) if dice.random() < 0.5 else None, dice) for _ in range(others // 3)
    ]
    films_seen = Squares(softened(learned.squares), learned.sets, learned.parts)
    drawn_seen = (softened(frontal), softened(laterals), softened(np.stack(screens)))
    return Material(films_seen, *drawn_seen, softened(_others(learned, others, dice)))


def softened(squares: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """So that half as many pixels can be picked from it without jagged edges."""
    wide = np.pad(squares.astype(np.uint16), ((0, 0), (0, 1), (0, 1)), mode="edge")
    total = wide[:, :-1, :-1] + wide[:, 1:, :-1] + wide[:, :-1, 1:] + wide[:, 1:, 1:]
    return np.asarray(total // 4, dtype=np.uint8)


def _others(learned: Squares, count: int, dice: np.random.Generator) -> NDArray[np.uint8]:
    return np.stack(
        [
            pictures.spoiled(_any(learned, dice), dice) if dice.random() < _SPOILED else pictures.other(dice)
            for _ in range(count)
        ]
    )


def _any(learned: Squares, dice: np.random.Generator) -> NDArray[np.uint8]:
    square: NDArray[np.uint8] = learned.squares[int(dice.integers(len(learned.squares)))]
    return square


def _drawn(kind: Kind, seed: int) -> NDArray[np.uint8]:
    return shrunk(draw(kind, seed, _SIZE).film.grey, films.SIDE, films.SIDE).astype(np.uint8)
