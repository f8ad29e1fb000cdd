"""Is this document one we have had, or a copy with changes? Told by a short signature of each, not by its text.

Words are folded and taken four at a time; a signature keeps, for each of 128 ways to order all such pieces, the first
(MinHash). Two signatures agree in about as many places as their texts share pieces. From that and the two lengths
follows how much of the shorter text stands in the longer, which is what a copied note is about.
"""

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clinic.words import folded

PIECE_WORDS = 4
ORDERS, BAND_ROWS = 128, 2
AT_A_TIME = 4096
FEWEST_WORDS = 12  # below it a text is only compared as a whole
COPIED_SHARE = 0.5  # of the shorter text
FEWEST_IN_BOTH = 30  # pieces, two or three sentences: the same closing words make no copy
LEAST_SHARED = 0.15  # of all pieces: below it a signature is too short to tell
MOST_OF_A_BAND, MOST_COMPARED = 200, 50  # at one look
_HEAD = struct.Struct(">16sI")

Hashes = NDArray[np.uint64]


class Relation(StrEnum):
    SAME = "same"  # word for word, whatever its layout
    COPIED = "copied"  # most of the shorter stands in the longer
    DIFFERENT = "different"


@dataclass(frozen=True)
class Signature:
    """`digest` is of the folded words, `pieces` how many different ones there are. It gives no word away by itself; a
    key makes that so for who guesses, too."""

    digest: bytes
    pieces: int
    firsts: NDArray[np.uint32] = field(repr=False)

    def as_bytes(self) -> bytes:
        return _HEAD.pack(self.digest, self.pieces) + self.firsts.astype(">u4").tobytes()

    @classmethod
    def of_bytes(cls, stored: bytes) -> Self:
        digest, pieces = _HEAD.unpack_from(stored)
        firsts = np.frombuffer(stored, ">u4", offset=_HEAD.size).astype(np.uint32)
        if firsts.size != ORDERS:
            raise ValueError("no signature")
        return cls(digest, pieces, firsts)

    @property
    def bands(self) -> tuple[int, ...]:
        """What near copies have in common: look up the others that share one. Signed, as databases keep them."""
        if not self.pieces:
            return ()
        rows = self.firsts.reshape(-1, BAND_ROWS)
        return tuple(_band(number, row.tobytes()) for number, row in enumerate(rows))


@dataclass(frozen=True)
class Likeness:
    relation: Relation
    shared: float  # of all pieces of both, those that both have
    contained: float  # of the pieces of the shorter, those that the longer has


def signature(text: str, *, key: bytes = b"") -> Signature:
    """With another `key` (of a site, say) nothing can be compared."""
    words = folded(text).split()
    digest = hashlib.blake2b(" ".join(words).encode(), key=key, digest_size=16).digest()
    pieces = _pieces(words, key) if len(words) >= FEWEST_WORDS else np.zeros(0, np.uint64)
    return Signature(digest, len(pieces), _firsts(pieces))


def compare(one: Signature, other: Signature) -> Likeness:
    if one.digest == other.digest:
        return Likeness(Relation.SAME, 1.0, 1.0)
    if not one.pieces or not other.pieces:
        return Likeness(Relation.DIFFERENT, 0.0, 0.0)
    shared = float(np.mean(one.firsts == other.firsts))
    both = shared / (1 + shared) * (one.pieces + other.pieces)
    contained = min(both / min(one.pieces, other.pieces), 1.0)
    is_part = contained >= COPIED_SHARE and both >= FEWEST_IN_BOTH and shared >= LEAST_SHARED
    is_copy = is_part or shared >= COPIED_SHARE
    return Likeness(Relation.COPIED if is_copy else Relation.DIFFERENT, shared, contained)


class Shelf:
    """Signatures at hand, by name. Looking compares a bounded number of them."""

    def __init__(self, known: Iterable[tuple[str, Signature]] = ()) -> None:
        self._known: dict[str, Signature] = {}
        self._by_digest: dict[bytes, str] = {}
        self._by_band: dict[int, list[str]] = defaultdict(list)
        for name, kept in known:
            self.add(name, kept)

    def add(self, name: str, kept: Signature) -> None:
        self._known[name] = kept
        self._by_digest.setdefault(kept.digest, name)
        for band in kept.bands:
            self._by_band[band].append(name)

    def look(self, asked: Signature) -> tuple[str, Likeness] | None:
        """The one that is most like it, if any is the same or a copy."""
        if same := self._by_digest.get(asked.digest):
            return same, compare(asked, self._known[same])
        found = [(name, compare(asked, self._known[name])) for name in self._candidates(asked)]
        copies = [told for told in found if told[1].relation != Relation.DIFFERENT]
        return max(copies, key=lambda told: told[1].contained, default=None)

    def _candidates(self, asked: Signature) -> list[str]:
        """Those that share most bands first."""
        counts: dict[str, int] = defaultdict(int)
        for band in asked.bands:
            for name in self._by_band.get(band, ())[:MOST_OF_A_BAND]:
                counts[name] += 1
        return sorted(counts, key=lambda name: -counts[name])[:MOST_COMPARED]


def _band(number: int, row: bytes) -> int:
    found = hashlib.blake2b(row, digest_size=8, salt=bytes([number])).digest()
    return int.from_bytes(found, "big", signed=True)


def _pieces(words: list[str], key: bytes) -> Hashes:
    """Each run of words as one number, without order and each once."""
    numbers = np.fromiter(_numbers(words, key), np.uint64, len(words))
    runs = np.zeros(len(words) - PIECE_WORDS + 1, np.uint64)
    for place in range(PIECE_WORDS):
        runs = _mixed(runs * np.uint64(0x100000001B3) + numbers[place : place + runs.size])
    return np.unique(runs)


def _numbers(words: list[str], key: bytes) -> Iterator[int]:
    known: dict[str, int] = {}
    for word in words:
        if word not in known:
            digest = hashlib.blake2b(word.encode(), key=key, digest_size=8).digest()
            known[word] = int.from_bytes(digest, "big")
        yield known[word]


def _mixed(numbers: Hashes) -> Hashes:
    """So that every bit depends on every other; sums wrap round."""
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    return numbers ^ (numbers >> np.uint64(33))


def _firsts(pieces: Hashes) -> NDArray[np.uint32]:
    """For each order the number of its first piece; a long text some thousand pieces at a time."""
    firsts = np.full(ORDERS, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, pieces.size, AT_A_TIME):
        numbers = _mixed(_orders()[:, None] ^ pieces[start : start + AT_A_TIME])
        np.minimum(firsts, numbers.min(axis=1), out=firsts)
    return (firsts >> np.uint64(32)).astype(np.uint32)


@lru_cache(maxsize=1)
def _orders() -> Hashes:
    """The same for everybody and for ever: signatures are kept."""
    digests = (hashlib.blake2b(b"order %d" % number, digest_size=8).digest() for number in range(ORDERS))
    return np.array([int.from_bytes(digest, "big") for digest in digests], np.uint64)
