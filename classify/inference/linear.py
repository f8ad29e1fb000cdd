"""Weighted sums over the terms of documents, many at once, and the exact part each term has in a sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classify.inference.specialties import OTHER, SPECIALTIES
from classify.inference.terms import Ids, Vocabulary, Worded

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Heads:
    """One column of `weights` a head. A term counts by the logarithm of how often it occurs and by how rare it is."""

    names: tuple[str, ...]
    vocabulary: Vocabulary
    rarity: Array
    weights: Array
    bias: Array

    def scores(self, documents: Sequence[Worded]) -> Array:
        """A row a document. The same for a document alone and among others, but for the last of sixteen digits."""
        return np.asarray(matrix(self.vocabulary, self.rarity, documents) @ self.weights) + self.bias

    def place(self, name: str) -> int:
        return self.names.index(name)

    @cached_property
    def five(self) -> list[int]:
        return [self.place(name) for name in SPECIALTIES]

    @cached_property
    def towards(self) -> dict[str, Array]:
        """Of each label the weights whose sum is how far its score lies above the mean of the other specialties; what
        is of another kind is compared with nothing."""
        return {name: self.weights @ self.compared(name) for name in (*SPECIALTIES, OTHER)}

    def compared(self, label: str) -> Array:
        """How much each head counts in that sum."""
        shares = np.zeros(len(self.names))
        if label != OTHER:
            shares[self.five] = -1 / (len(self.five) - 1)
        shares[self.place(label)] = 1
        return shares


def matrix(vocabulary: Vocabulary, rarity: Array, documents: Sequence[Worded]) -> csr_matrix:
    counted = [vocabulary.counted(worded) for worded in documents]
    starts = np.cumsum([0, *(len(columns) for columns, _ in counted)])
    columns = np.concatenate([np.zeros(0, np.int32), *(columns for columns, _ in counted)])
    counts = np.concatenate([np.zeros(0), *(counts for _, counts in counted)])
    made = csr_matrix((counts, columns, starts), shape=(len(documents), len(vocabulary)))
    made.sum_duplicates()
    made.data = weighted(vocabulary, rarity, made.indices, made.data, made.indptr)
    return made


def weighted(vocabulary: Vocabulary, rarity: Array, columns: Ids, counts: Array, starts: Ids) -> Array:
    """Words, parts and openings of each document are brought to length 1 for themselves: none drowns the others."""
    values: Array = (1 + np.log(counts)) * rarity[columns]
    stretch = np.searchsorted(vocabulary.block_starts, columns, side="right")
    row = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    place = row * (len(vocabulary.block_starts) + 1) + stretch
    lengths = np.sqrt(np.bincount(place, values * values))
    return np.asarray(values / lengths[place]) if len(values) else values
