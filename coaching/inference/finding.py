"""Questions that fit what somebody types: by meaning where vectors are at hand, by words otherwise.

By words needs no model and runs where pages are made. Both rank the questions that pass the filters; nothing is added
to make the number full.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coaching.inference.matching import COMMON, COMMON_IN
from coaching.inference.phrases import forms, stem
from coaching.inference.schema import Category, Question, Role

MOST = 5
_K, _B = 1.2, 0.75  # how fast a word repeated stops counting; how much long texts are held back
_FUSED = 20  # rank from which being found early stops mattering (reciprocal ranks)

# How much a word counts by where it stands.
_TITLE, _TEXT, _POINTS, _FOLLOW_UPS, _SAYS = 3, 3, 2, 1, 1

Vectors = NDArray[np.float32]

_OCCASIONS = {
    Category.CONSENT: "asking for consent",
    Category.BAD_NEWS: "breaking bad news",
    Category.HAND_OVER: "hand-over, handoff, sign-out",
    Category.COLLEAGUE: "talking with a difficult colleague",
    Category.HISTORY: "taking a history, what to ask",
    Category.RISK: "explaining risk to a patient",
    Category.BEHAVIOURAL: "job interview, example of behaviour",
    Category.TECHNICAL: "clinical knowledge, management",
    Category.MOTIVATION: "job interview, motivation",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty sets let everything pass."""

    roles: frozenset[Role] = frozenset()
    categories: frozenset[Category] = frozenset()
    difficulties: frozenset[int] = frozenset()

    def let_pass(self, question: Question) -> bool:
        return (
            (not self.roles or bool(self.roles & question.roles))
            and (not self.categories or question.category in self.categories)
            and (not self.difficulties or question.difficulty in self.difficulties)
        )


ALL = Filters()


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float


def texts_of(question: Question) -> tuple[str, str]:
    """What is embedded of a question: what is asked, and what a good answer holds. The better of the two counts."""
    title, text = _english(question.title), _english(question.text)
    points = "; ".join(_english(point.text) for point in question.points)
    return f"{_OCCASIONS[question.category]}: {title}. {text}", f"{title}. {points}"


def _english(texts: Mapping[str, str]) -> str:
    return texts.get("en") or in_english(next(iter(texts.values()), ""))


# --- by words ---


@dataclass(frozen=True)
class Words:
    """BM25 over the texts of both languages at once."""

    questions: Sequence[Question]

    @cached_property
    def _counts(self) -> dict[str, Counter[str]]:
        return {question.id: _counted(question) for question in self.questions}

    @cached_property
    def _lengths(self) -> dict[str, int]:
        return {id: sum(counts.values()) for id, counts in self._counts.items()}

    @cached_property
    def _rarity(self) -> dict[str, float]:
        """Words that few questions hold tell more."""
        holding = Counter(word for counts in self._counts.values() for word in counts)
        n = len(self.questions)
        return {word: math.log(1 + (n - many + 0.5) / (many + 0.5)) for word, many in holding.items()}

    def find(self, query: str, filters: Filters = ALL, most: int = MOST) -> tuple[Hit, ...]:
        words = set(_words(query))
        mean = sum(self._lengths.values()) / max(1, len(self._lengths))
        scored = [
            Hit(question.id, self._score(question.id, words, mean))
            for question in self.questions
            if filters.let_pass(question)
        ]
        return _best([hit for hit in scored if hit.score > 0], most)

    def _score(self, id: str, words: Collection[str], mean: float) -> float:
        counts, held_back = self._counts[id], 1 - _B + _B * self._lengths[id] / mean
        return sum(
            self._rarity[word] * counts[word] * (_K + 1) / (counts[word] + _K * held_back)
            for word in words
            if word in counts
        )


def _counted(question: Question) -> Counter[str]:
    counts: Counter[str] = Counter()
    for weight, texts in (
        (_TITLE, question.title.values()),
        (_TEXT, question.text.values()),
        (_POINTS, (text for point in question.points for text in point.text.values())),
        (_FOLLOW_UPS, (text for each in question.follow_ups for text in each.values())),
        (_SAYS, (phrase.partition(": ")[2] for point in question.points for phrase in point.says)),
    ):
        for text in texts:
            for word in _words(text):
                counts[word] += weight
    return counts


def _words(text: str) -> list[str]:
    """The words that tell something, and the groups of like meaning that they stand for."""
    found = forms(text)
    return [*(stem(form) for form in found if form not in COMMON), *(f"={name}" for name, _, _ in _groups(found))]


def as_query(query: str) -> str:
    """What is to be embedded of a search: as it is, or in English as far as that goes, where it reads like Spanish."""
    found = set(forms(query))
    spanish = len(found & (COMMON_IN["es"] - COMMON_IN["en"])) + any(
        letter in query.casefold() for letter in "áéíóúñ¿¡"
    )
    return in_english(query) if spanish > len(found & (COMMON_IN["en"] - COMMON_IN["es"])) else query


def in_english(query: str) -> str:
    """Spanish words that are known stand in English, for a model that learned English; the others stay as they are."""
    found = forms(query)
    told = {first: (name, last) for name, first, last in _groups(found)}
    words: list[str] = []
    place = 0
    while place < len(found):
        name, last = told.get(place, (found[place], place))
        words.append(name)
        place = last + 1
    return " ".join(words)


def _groups(found: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Which groups are named, from which word to which; the longest phrase that begins at a word counts."""
    stems = [stem(form) for form in found]
    for first in range(len(stems)):
        for length in range(min(_longest_phrase(), len(stems) - first), 0, -1):
            name = _vocabulary().get(tuple(stems[first : first + length]))
            if name:
                yield name, first, first + length - 1
                break


@cache
def _vocabulary() -> Mapping[tuple[str, ...], str]:
    """Each phrase as stems, and the word that stands for its group."""
    path = Path(__file__).parent / "data" / "vocabulary.toml"
    groups: list[list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["groups"]
    return {tuple(stem(form) for form in forms(phrase)): group[0] for group in reversed(groups) for phrase in group}


@cache
def _longest_phrase() -> int:
    return max(len(phrase) for phrase in _vocabulary())


# --- by meaning ---


@dataclass(frozen=True)
class Meanings:
    """Vectors of length one, a row a text; `ids` says which question a row is of."""

    ids: Sequence[str]
    vectors: Vectors

    def find(
        self, query: Vectors, questions: Mapping[str, Question], filters: Filters = ALL, most: int = MOST
    ) -> tuple[Hit, ...]:
        """The best row of a question counts."""
        best: dict[str, float] = {}
        for id, likeness in zip(self.ids, (self.vectors @ query).tolist(), strict=True):
            if id in questions and filters.let_pass(questions[id]):
                best[id] = max(best.get(id, -1.0), likeness)
        return _best([Hit(id, likeness) for id, likeness in best.items()], most)


def together(*rankings: Sequence[Hit], most: int = MOST) -> tuple[Hit, ...]:
    """Several rankings as one, by their ranks: scores of different kinds cannot be added."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking):
            scores[hit.id] = scores.get(hit.id, 0.0) + 1 / (_FUSED + rank)
    return _best([Hit(id, score) for id, score in scores.items()], most)


def _best(hits: Sequence[Hit], most: int) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[:most])
