"""How little a document is like those the engine learned from: a chance from 0 to 1, and outright refusals."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classify.inference.linear import Array, Heads
from classify.inference.pieces import SHORTEST
from classify.inference.specialties import OTHER
from classify.inference.stop_words import LANGUAGE
from classify.inference.terms import Worded

TOO_SHORT, NOT_ENGLISH, UNFAMILIAR = "too_short", "not_english", "unfamiliar"
LEAST_KNOWN, LEAST_ENGLISH, FEW_WORDS = 0.35, 0.1, 8
SEEN = ("other", "first", "lead", "known", "english", "letters", "length", "foreign", "strange")


@dataclass(frozen=True)
class Look:
    """What can be said of a text without knowing what it is about."""

    words: int
    known: float  # of the words that count, this share is in the vocabulary
    english: float  # of all words, this share are the small words of English
    letters: float  # of all characters but spaces

    def as_features(self) -> dict[str, float]:
        return {
            "words": self.words,
            "known_share": round(self.known, 4),
            "english_share": round(self.english, 4),
            "letter_share": round(self.letters, 4),
        }


def look_at(heads: Heads, text: str, worded: Worded) -> Look:
    marks = len("".join(text.split()))
    return Look(
        words=len(worded.all),
        known=_share(heads.vocabulary.words, worded.kept),
        english=_share(LANGUAGE, worded.all),
        letters=sum(map(len, worded.all)) / marks if marks else 0.0,
    )


def _share(known: Container[str], words: Sequence[str]) -> float:
    return sum(map(known.__contains__, words)) / len(words) if words else 0.0


def refusal_of(text: str, look: Look) -> str:
    if len(text.strip()) < SHORTEST:
        return TOO_SHORT
    if look.known >= LEAST_KNOWN:
        return ""
    return NOT_ENGLISH if look.words >= FEW_WORDS and look.english < LEAST_ENGLISH else UNFAMILIAR


def seen(heads: Heads, scores: Array, looks: Sequence[Look]) -> Array:
    """The numbers the reject is learned from, one row a document."""
    of_five = np.sort(scores[:, heads.five], axis=1)
    known, english = np.array([look.known for look in looks]), np.array([look.english for look in looks])
    return np.column_stack([
        scores[:, heads.place(OTHER)],
        of_five[:, -1],
        of_five[:, -1] - of_five[:, -2],
        known,
        english,
        [look.letters for look in looks],
        np.log1p([look.words for look in looks]),
        np.maximum(0.2 - english, 0),
        np.maximum(0.6 - known, 0),
    ])  # fmt: skip


@dataclass(frozen=True)
class Reject:
    """A learned weighted sum of what was seen."""

    weights: tuple[float, ...]
    bias: float

    def chances(self, seen_of_each: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(-(seen_of_each @ np.array(self.weights) + self.bias))))

    def as_json(self) -> dict[str, Any]:
        return {"weights": dict(zip(SEEN, self.weights, strict=True)), "bias": self.bias}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Reject":
        return cls(tuple(float(told["weights"][name]) for name in SEEN), float(told["bias"]))
