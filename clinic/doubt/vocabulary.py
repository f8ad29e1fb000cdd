"""Which words a place uses, and which have come or gone.

Words of fewer than five documents are held as digests only, so that no list of words names a patient.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Self

import numpy as np

from clinic.doubt.checked import Bools, Json

NAMED_FROM = 5  # documents
LARGEST = 4000  # known words
MISSED_FROM = 0.02  # share of documents
PARTS = 16  # known words fall into this many parts by digest: a shift of topic moves some of them
NEW_SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
BLOCK = 200
CROWDED, CROWDED_NOW = 20_000, 1500  # digests held while learning and of now: beyond, words of one document are let go


@dataclass(frozen=True)
class TermMoved:
    """A word whose share of documents changed; `score` in standard errors, above 0 when it became more frequent.

    Of a word that is not known, `before` is the most it can have been without becoming known.
    """

    term: str
    before: float
    now: float
    score: float


def digest(term: str) -> str:
    return blake2b(term.encode(), digest_size=4).hexdigest()


def part(key: str) -> int:
    return int(key[:2], 16) % PARTS


@dataclass
class Counts:
    """In how many documents each word was; its name from the fifth document on."""

    documents: int = 0
    by_digest: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, keys: dict[str, str]) -> None:
        self.documents += 1
        for key, term in keys.items():
            self.by_digest[key] += 1
            if self.by_digest[key] == NAMED_FROM:
                self.names[key] = term

    def thin(self, crowded: int, kept: Collection[str] = ()) -> None:
        """Beyond so many words those of a single document are let go, but for the kept ones."""
        if len(self.by_digest) > crowded:
            counted = self.by_digest.items()
            self.by_digest = Counter({key: count for key, count in counted if count > 1 or key in kept})

    def often(self, most: int) -> Self:
        """Only the most frequent words that have a name."""
        named = {key: self.by_digest[key] for key in self.names}
        chosen = sorted(named, key=lambda key: (-named[key], key))[:most]
        return type(self)(
            self.documents, Counter({key: named[key] for key in chosen}), {key: self.names[key] for key in chosen}
        )

    def as_json(self) -> Json:
        named = {name: self.by_digest[key] for key, name in self.names.items()}
        unnamed = {key: count for key, count in self.by_digest.items() if key not in self.names}
        return {"documents": self.documents, "named": named, "unnamed": unnamed}

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        names = {digest(name): name for name in stored["named"]}
        counts = {key: stored["named"][name] for key, name in names.items()}
        return cls(stored["documents"], Counter(counts | stored["unnamed"]), names)


@dataclass
class Vocabulary:
    """The words of the reference, frozen after learning, and those of the last one to two blocks of documents."""

    known: Counts = field(default_factory=Counts)
    part_shares: list[float] = field(default_factory=lambda: [0.0] * PARTS)
    recent: list[Counts] = field(default_factory=lambda: [Counts()])

    def learn(self, terms: Iterable[str]) -> None:
        keys = _keys(terms)
        self.known.add(keys)
        self.known.thin(CROWDED)
        shares = _shares_of_parts(keys)
        self.part_shares = [
            old + (new - old) / self.known.documents for old, new in zip(self.part_shares, shares, strict=True)
        ]

    def freeze(self) -> None:
        self.known = self.known.often(LARGEST)

    def observe(self, terms: Iterable[str]) -> Bools:
        """The yes-no features of one document: how much of it is new, which parts weigh more than usual."""
        keys = _keys(terms)
        if self.recent[-1].documents == BLOCK:
            self.recent = [self.recent[-1], Counts()]
        self.recent[-1].add(keys)
        self.recent[-1].thin(CROWDED_NOW, self._missed)
        new = sum(key not in self.known.by_digest for key in keys) / len(keys) if keys else 0.0
        return features(np.array(new), np.array(_shares_of_parts(keys)), np.array(self.part_shares))

    @cached_property
    def _missed(self) -> frozenset[str]:
        """Words frequent enough that their staying away would be told: their counts must be exact."""
        enough = MISSED_FROM * self.known.documents
        return frozenset(key for key, count in self.known.by_digest.items() if count >= enough)

    def moved(self, most: int = 20) -> tuple[TermMoved, ...]:
        """The words that changed most, at least by three standard errors."""
        n_before, n_now = self.known.documents, sum(block.documents for block in self.recent)
        if not n_before or not n_now:
            return ()
        now: Counter[str] = sum((block.by_digest for block in self.recent), Counter())
        names = self.known.names | {key: name for block in self.recent for key, name in block.names.items()}
        unknown = self._most_unknown()
        found = [
            _term(names[key], self.known.by_digest.get(key, unknown) / n_before, now[key] / n_now, n_before, n_now)
            for key in names
        ]
        telling = [term for term in found if abs(term.score) >= 3]
        return tuple(sorted(telling, key=lambda term: (-abs(term.score), term.term))[:most])

    def _most_unknown(self) -> int:
        full = len(self.known.by_digest) >= LARGEST
        return min(self.known.by_digest.values()) if full else NAMED_FROM - 1

    def as_json(self) -> Json:
        return {
            "known": self.known.as_json(),
            "part_shares": self.part_shares,
            "recent": [block.as_json() for block in self.recent],
        }

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        return cls(
            Counts.from_json(stored["known"]),
            list(stored["part_shares"]),
            [Counts.from_json(block) for block in stored["recent"]],
        )


FEATURES = tuple(f"more than {share:.0%} new words" for share in NEW_SHARES) + tuple(
    f"words of part {number + 1}" for number in range(PARTS)
)
WEIGHTS = (0.5 / len(NEW_SHARES),) * len(NEW_SHARES) + (0.5 / PARTS,) * PARTS


def features(new: np.ndarray, parts: np.ndarray, usual_parts: np.ndarray) -> Bools:
    """Works on any leading axes."""
    return np.concatenate([new[..., None] > np.array(NEW_SHARES), parts > usual_parts], axis=-1)


def _keys(terms: Iterable[str]) -> dict[str, str]:
    return {digest(term): term for term in terms}


def _shares_of_parts(keys: dict[str, str]) -> list[float]:
    counted = Counter(part(key) for key in keys)
    return [counted[number] / len(keys) if keys else 0.0 for number in range(PARTS)]


def _term(name: str, before: float, now: float, n_before: int, n_now: int) -> TermMoved:
    together = (before * n_before + now * n_now) / (n_before + n_now)
    spread = max(together * (1 - together) * (1 / n_before + 1 / n_now), 1e-12) ** 0.5
    return TermMoved(name, before, now, (now - before) / spread)
