"""Words and pairs of words of a letter, each knowing where it stands. A word under a negation is another word."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

MOST_CHARS = 20_000
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?:;]|\n\s*\n")
NEGATIONS = frozenset({"no", "not", "never", "denies", "without", "absent"})
ELSEWHERE = frozenset({"ago", "past", "cousin", "fears", "resolved", "settled"})


@dataclass(frozen=True)
class Token:
    word: str  # as it counts: lower case, marked where it is denied or told of another time or person
    start: int
    end: int


@dataclass
class Features:
    """Feature to the places it was made from; a place is the numbers of the tokens in it."""

    tokens: list[Token]
    places: dict[str, list[tuple[int, ...]]] = field(default_factory=lambda: defaultdict(list))

    def counts(self) -> Counter[str]:
        return Counter({name: len(where) for name, where in self.places.items()})


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    begin = 0
    for end in [*(mark.start() for mark in SENTENCE_END.finditer(text)), len(text)]:
        found += _sentence(text, begin, end)
        begin = end
    return found


def _sentence(text: str, begin: int, end: int) -> list[Token]:
    words = [(match.group().lower(), match.start(), match.end()) for match in WORD.finditer(text, begin, end)]
    is_elsewhere = any(word in ELSEWHERE for word, _, _ in words)
    mark, found = "then:" if is_elsewhere else "", []
    for word, start, stop in words:
        found.append(Token(mark + word, start, stop))
        if word in NEGATIONS and not is_elsewhere:
            mark = "not:"
    return found


def features_of(text: str) -> Features:
    tokens = tokens_of(text[:MOST_CHARS])
    found = Features(tokens)
    for number, token in enumerate(tokens):
        found.places[token.word].append((number,))
        if number and tokens[number - 1].end + 2 >= token.start:
            found.places[f"{tokens[number - 1].word} {token.word}"].append((number - 1, number))
    return found
