"""From a document to what is counted in it: words, pairs of words, parts of words, and parts of words of its opening.

Parts of words are the runs of three to five letters within one word, its ends marked: they know a word that was never
seen by what it is made of. The opening is counted once more for itself, because that is where a document says what it
is about. What a word stands for is remembered, so that a document costs one look-up a word.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classify.inference.abbreviations import SHORT_FORMS
from classify.inference.stop_words import STOP_WORDS
from classify.inference.words import words_of

SHORTEST_PART, LONGEST_PART = 3, 5
MOST_REMEMBERED = 50_000  # words: beyond it all is forgotten once, so that memory stays bounded
OPENING_SHORTEST, OPENING_LONGEST = 30, 150
FIRST_PAUSE = re.compile(r"[.?!]\s|\n")
LAST_GAP = re.compile(r"\s(?=\S*$)")
BLOCKS = ("words", "pairs", "parts", "openings")

Ids = npt.NDArray[np.integer]
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Worded:
    """The words of a document: all of them, those that say something, and those of its opening."""

    all: list[str]
    kept: list[str]
    opening: list[str]

    @classmethod
    def of(cls, text: str) -> "Worded":
        words = words_of(text)
        return cls(words, kept(words), kept(words_of(text[: opening_end(text)])))


def kept(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in STOP_WORDS]


def said_by(word: str) -> tuple[str, ...]:
    """The word, and in full what it is short for."""
    return (word, *SHORT_FORMS.get(word, ()))


def pairs_of(words: Sequence[str]) -> Iterator[str]:
    return map(" ".join, pairwise(words))


def parts_of(word: str) -> Iterator[str]:
    marked = f"<{word}>"
    for length in range(SHORTEST_PART, LONGEST_PART + 1):
        for start in range(len(marked) - length + 1):
            yield marked[start : start + length]


def opening_end(text: str) -> int:
    """Where the first sentence or line ends, but for very short and very long ones. Never within a word."""
    found = FIRST_PAUSE.search(text, OPENING_SHORTEST, OPENING_LONGEST)
    if found:
        return found.start() + 1
    if len(text) <= OPENING_LONGEST:
        return len(text)
    last_gap = LAST_GAP.search(text[:OPENING_LONGEST])
    return last_gap.start() if last_gap else 0


@dataclass(frozen=True)
class Vocabulary:
    """Each term's column; the blocks stand one after the other. No pair has column 0: words come first."""

    words: Mapping[str, int]
    pairs: Mapping[str, int]
    parts: Mapping[str, int]
    openings: Mapping[str, int]

    @classmethod
    def of(cls, terms: Mapping[str, Iterable[str]]) -> "Vocabulary":
        columns, first = {}, 0
        for block in BLOCKS:
            columns[block] = {term: first + place for place, term in enumerate(terms[block])}
            first += len(columns[block])
        return cls(**columns)

    def __len__(self) -> int:
        return sum(self.sizes)

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        return len(self.words), len(self.pairs), len(self.parts), len(self.openings)

    @property
    def block_starts(self) -> tuple[int, int]:
        """Where parts begin, and where openings do: each of the three stretches is brought to length 1 for itself."""
        words, pairs, parts, _ = self.sizes
        return words + pairs, words + pairs + parts

    @cached_property
    def of_word(self) -> "Memory":
        """Anywhere in a document, without pairs: those belong to two words."""
        return Memory(self._looked_up)

    @cached_property
    def of_opening(self) -> "Memory":
        return Memory(self._looked_up_in_opening)

    def counted(self, worded: Worded) -> tuple[Ids, Counts]:
        """The columns that occur in a document and how often; a column may come several times."""
        times, opening = Counter(worded.kept), Counter(worded.opening)
        found = [*map(self.of_word.__getitem__, times), *map(self.of_opening.__getitem__, opening)]
        lengths = [*map(len, found)]
        counts = np.repeat(np.array([*times.values(), *opening.values()], dtype=np.float64), lengths)
        pairs = self.of_pairs(worded.kept)
        return np.concatenate([*found, pairs]), np.concatenate([counts, np.ones(len(pairs))])

    def of_pairs(self, words: Sequence[str]) -> Ids:
        return np.array([*filter(None, map(self.pairs.get, pairs_of(words)))], dtype=np.int32)

    def _looked_up(self, word: str) -> Ids:
        said = [self.words[each] for each in said_by(word) if each in self.words]
        return np.array(said + [self.parts[part] for part in parts_of(word) if part in self.parts], dtype=np.int32)

    def _looked_up_in_opening(self, word: str) -> Ids:
        return np.array([self.openings[part] for part in parts_of(word) if part in self.openings], dtype=np.int32)


class Memory(dict[str, Ids]):
    """What a word stands for, looked up once."""

    def __init__(self, look_up: Callable[[str], Ids]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> Ids:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = self[word] = self._look_up(word)
        return found
