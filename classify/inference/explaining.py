"""Which words of a document pushed its score, and how far: exact, because the score is a sum."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from classify.inference.linear import Array, Heads, weighted
from classify.inference.stop_words import STOP_WORDS
from classify.inference.terms import Ids, Vocabulary, opening_end, pairs_of
from classify.inference.words import Token, tokens_of
from clinic.evidence import Span

MOST_WORDS = 10  # each way
MOST_SPANS = 120

Pushed = Sequence[tuple[Token, float]]


def spans_of(heads: Heads, text: str, label: str) -> tuple[Span, ...]:
    """All places of the words that pushed hardest towards the label, and of those that pushed hardest against it."""
    pushed = token_weights(heads, text, label)
    chosen = {word for words in strongest_words(pushed) for word in words}
    return strongest(
        Span(token.start, token.end, weight) for token, weight in pushed if weight and token.word in chosen
    )


def strongest(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: (-abs(span.weight), span.start))[:MOST_SPANS])


def strongest_words(pushed: Pushed, most: int = MOST_WORDS) -> tuple[list[str], list[str]]:
    """For the label, and against it."""
    total = _by_word(pushed)
    for_it = sorted((word for word in total if total[word] > 0), key=lambda word: (-total[word], word))
    against = sorted((word for word in total if total[word] < 0), key=lambda word: (total[word], word))
    return for_it[:most], against[:most]


def token_weights(heads: Heads, text: str, label: str) -> list[tuple[Token, float]]:
    """Each term's part in the margin of the label goes to the words it was made from, in equal shares. They add up to
    the margin without its bias."""
    tokens = [token for token in tokens_of(text) if token.word not in STOP_WORDS]
    if not tokens:
        return []
    owners, columns, parts = _occurrences(heads, tokens, opening_end(text))
    present, where = np.unique(columns, return_inverse=True)
    counts: Array = np.bincount(where, parts, minlength=len(present)).astype(np.float64)
    values = weighted(heads.vocabulary, heads.rarity, present, counts, np.array([0, len(present)]))
    share = values * heads.towards[label][present] / counts
    weights = np.bincount(owners, share[where] * parts, minlength=len(tokens))
    return list(zip(tokens, weights.tolist(), strict=True))


def _by_word(pushed: Pushed) -> Mapping[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for token, weight in pushed:
        total[token.word] += weight
    return total


def _occurrences(heads: Heads, tokens: Sequence[Token], opening: int) -> tuple[Ids, Ids, Array]:
    """Of each occurrence of a term: which token owns it, its column, and how much of it is the token's own. A pair
    belongs to either of its words by half."""
    of_tokens = [_columns(heads.vocabulary, token, opening) for token in tokens]
    firsts, pairs = _pairs(heads.vocabulary, tokens)
    whole, halves = np.repeat(np.arange(len(tokens)), [*map(len, of_tokens)]), np.concatenate([firsts, firsts + 1])
    parts = np.concatenate([np.ones(len(whole)), np.full(len(halves), 0.5)])
    return np.concatenate([whole, halves]), np.concatenate([*of_tokens, pairs, pairs]), parts


def _columns(vocabulary: Vocabulary, token: Token, opening: int) -> Ids:
    anywhere = vocabulary.of_word[token.word]
    return np.concatenate([anywhere, vocabulary.of_opening[token.word]]) if token.end <= opening else anywhere


def _pairs(vocabulary: Vocabulary, tokens: Sequence[Token]) -> tuple[Ids, Ids]:
    """The place of the first word of each known pair, and the pair's column."""
    columns = [vocabulary.pairs.get(pair, 0) for pair in pairs_of([token.word for token in tokens])]
    firsts = np.flatnonzero(columns)
    return firsts, np.array(columns, dtype=np.int32)[firsts]
