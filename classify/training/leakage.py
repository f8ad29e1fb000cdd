"""Documents that are copies of one another, or nearly: they must stay on one side of every split."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from classify.inference.words import words_of

RUN = 5  # words
ALIKE = 0.8  # of all runs of words in two documents, this share is in both
COMMON = 60  # a run in more documents than this is a phrase of the trade, no sign of a copy


@dataclass(frozen=True)
class Copies:
    pairs: tuple[tuple[int, int], ...]

    def across(self, groups: Sequence[str]) -> int:
        """How many pairs a split by groups alone would have let through."""
        return sum(groups[one] != groups[other] for one, other in self.pairs)


def copies_among(texts: Sequence[str]) -> Copies:
    runs = _telling([_runs(text) for text in texts])
    shared = _matrix(runs)
    common = (shared @ shared.T).tocoo()
    sizes = np.array([len(each) for each in runs])
    inside = common.row < common.col
    one, other, both = common.row[inside], common.col[inside], common.data[inside]
    alike = both / (sizes[one] + sizes[other] - both) >= ALIKE
    return Copies(tuple(zip(one[alike].tolist(), other[alike].tolist(), strict=True)))


def joined(groups: Sequence[str], copies: Copies) -> list[str]:
    """Groups with a copy in one another become one, named by its first."""
    names = sorted(set(groups))
    place = {name: number for number, name in enumerate(names)}
    ends = [(place[groups[one]], place[groups[other]]) for one, other in copies.pairs]
    rows, columns = zip(*ends, strict=True) if ends else ((), ())
    graph = csr_matrix((np.ones(len(ends)), (rows, columns)), shape=(len(names), len(names)))
    _, part = connected_components(graph, directed=False)
    first = {int(number): names[index] for index, number in reversed(list(enumerate(part)))}
    return [first[int(part[place[group]])] for group in groups]


def _runs(text: str) -> set[int]:
    words = words_of(text)
    if len(words) < RUN:
        return {crc32(" ".join(words).encode())}
    return {crc32(" ".join(words[start : start + RUN]).encode()) for start in range(len(words) - RUN + 1)}


def _telling(runs: Sequence[set[int]]) -> list[set[int]]:
    """Without the phrases of the trade; of a document that is nothing else, all of them."""
    seen = Counter(run for each in runs for run in each)
    return [{run for run in each if seen[run] <= COMMON} or each for each in runs]


def _matrix(runs: Sequence[set[int]]) -> csr_matrix:
    place = {run: number for number, run in enumerate(sorted({run for each in runs for run in each}))}
    starts = np.cumsum([0, *map(len, runs)])
    columns = np.fromiter((place[run] for each in runs for run in each), dtype=np.int32)
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(runs), max(len(place), 1)))
