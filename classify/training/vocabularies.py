"""Which terms an engine counts: those that stand in enough documents, the most frequent first where there are many."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classify.inference.linear import Array
from classify.inference.terms import BLOCKS, Vocabulary, Worded, pairs_of, parts_of, said_by


@dataclass(frozen=True)
class Sizes:
    least_documents: int = 3
    words: int = 20_000
    pairs: int = 20_000
    parts: int = 40_000
    openings: int = 30_000


def learn(texts: Sequence[str], sizes: Sizes) -> tuple[Vocabulary, Array]:
    """With how rare each term is."""
    counts = _counted(texts)
    chosen = {block: _chosen(counts[block], sizes.least_documents, getattr(sizes, block)) for block in BLOCKS}
    frequencies = [counts[block][term] for block in BLOCKS for term in chosen[block]]
    rarity = np.log((1 + len(texts)) / (1 + np.array(frequencies, dtype=np.float64))) + 1
    return Vocabulary.of(chosen), rarity.astype(np.float32).astype(np.float64)


def _counted(texts: Sequence[str]) -> Mapping[str, Counter[str]]:
    counts: Mapping[str, Counter[str]] = {block: Counter() for block in BLOCKS}
    for text in texts:
        for block, terms in _terms(text).items():
            counts[block].update(set(terms))
    return counts


def _terms(text: str) -> Mapping[str, Iterator[str]]:
    worded = Worded.of(text)
    return {
        "words": (said for word in set(worded.kept) for said in said_by(word)),
        "pairs": pairs_of(worded.kept),
        "parts": _parts(worded.kept),
        "openings": _parts(worded.opening),
    }


def _parts(words: Iterable[str]) -> Iterator[str]:
    return (part for word in set(words) for part in parts_of(word))


def _chosen(counts: Counter[str], least: int, most: int) -> list[str]:
    common = [term for term, n in counts.items() if n >= least]
    return sorted(sorted(common, key=lambda term: (-counts[term], term))[:most])
