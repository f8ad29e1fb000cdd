"""A drawn film says so three times: in a word to read, in its file, and in its pixels.

The pixels carry a faint pattern that only this product draws. It outlives PNG, JPEG, other sizes, inversion and quarter
turns, so a drawn film that lost its file's words is still called generated. Whoever cuts it to pieces can lose it: it
is a label, not a lock.
"""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from radiology.inference.film import Film
from radiology.inference.generated.canvas import Picture
from radiology.inference.shrinking import shrunk

WORD = "GENERATED"
_KEY = b"rounds: drawn, of no person, 1"
_CELLS = 128
_STRENGTH = 1.6 / 255
_SURE = 8.0  # deviations; a film that was not drawn here gives about 1, whatever it shows
_LETTERS = {  # rows of five dots, as numbers of five bits
    "A": (14, 17, 17, 31, 17, 17, 17),
    "D": (30, 17, 17, 17, 17, 17, 30),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "G": (14, 17, 16, 23, 17, 17, 14),
    "N": (17, 25, 21, 21, 19, 17, 17),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "T": (31, 4, 4, 4, 4, 4, 4),
}


def marked(density: Picture) -> Picture:
    """With the pattern and the word; after everything else, so that nothing covers them."""
    rows, columns = density.shape
    cells = _pattern()[np.ix_(np.arange(rows) * _CELLS // rows, np.arange(columns) * _CELLS // columns)]
    signed = np.clip(density, _STRENGTH, 1 - _STRENGTH) + _STRENGTH * cells
    return _with_word(signed.astype(np.float32))


def is_generated(film: Film) -> bool:
    return film.header.is_generated or carries_pattern(film.grey)


def carries_pattern(grey: NDArray) -> bool:
    if min(grey.shape) < _CELLS:
        return False
    if min(grey.shape) < 2 * _CELLS:
        grey = np.kron(grey, np.ones((2, 2), dtype=grey.dtype))
    seen = _whitened(shrunk(grey, 2 * _CELLS, 2 * _CELLS))
    pattern = np.kron(_pattern(), np.ones((2, 2), dtype=np.float32))
    looks = (seen * np.rot90(pattern, turns) for turns in range(4))
    return any(abs(float(look.sum())) / _spread(seen) > _SURE for look in looks)


def _whitened(picture: Picture) -> Picture:
    """Only the grain, equally strong everywhere: edges of bones would drown the pattern."""
    fine = picture - gaussian_filter(picture, 1.5)
    return np.asarray(fine / (np.sqrt(gaussian_filter(fine**2, 4.0)) + 1e-6 + 0.02 * fine.std()), dtype=np.float32)


def _spread(seen: Picture) -> float:
    """What the sum over cells of a film without the pattern deviates by."""
    cells = seen.reshape(_CELLS, 2, _CELLS, 2).sum(axis=(1, 3))
    return float(np.sqrt((cells**2).sum())) + 1e-9


@lru_cache(maxsize=1)
def _pattern() -> Picture:
    seed = int.from_bytes(hashlib.sha256(_KEY).digest()[:8], "big")
    signs = np.random.default_rng(seed).integers(0, 2, (_CELLS, _CELLS))
    return np.asarray(2 * signs - 1, dtype=np.float32)


def _with_word(density: Picture) -> Picture:
    dots = _dots(WORD)
    scale = max(1, min(density.shape) // 280)
    letters = np.kron(dots, np.ones((scale, scale), dtype=np.float32))
    rows, columns = letters.shape
    if rows > density.shape[0] or columns > density.shape[1]:
        return density
    drawn = density.copy()
    corner = drawn[-rows:, :columns]
    corner[...] = np.maximum(0.35 * corner, 0.92 * letters)
    return drawn


@lru_cache(maxsize=1)
def _dots(word: str) -> Picture:
    letters = [np.array([[row >> bit & 1 for bit in range(4, -1, -1)] for row in _LETTERS[one]]) for one in word]
    spaced = [np.pad(letter, ((2, 2), (1, 0))) for letter in letters]
    return np.pad(np.concatenate(spaced, axis=1), ((0, 0), (1, 2))).astype(np.float32)
