"""Words of a text with their places, folded so that spellings of one word are one: case, the plural, haem and hem."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+|\d+")
_TIES = frozenset(
    {"", " ", "-", "–", "‐", "−", "'", "’", "\n", "  ", " -", "- ", "– ", "\u2009", "\u2005", "\u200a", "\xa0"}
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """`tied[n]` says that nothing but a space or a hyphen stands between token n-1 and token n."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tied: tuple[bool, ...]


def tokens_of(text: str) -> Tokens:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    tied: list[bool] = []
    end = -1
    for found in _WORD.finditer(text):
        start = found.start()
        tied.append(end >= 0 and text[end:start] in _TIES)
        end = found.end()
        words.append(fold(found.group()))
        starts.append(start)
        ends.append(end)
    return Tokens(tuple(words), tuple(starts), tuple(ends), tuple(tied))


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    word = word.lower()
    if len(word) > 4:
        word = word.replace("ae", "e").replace("oe", "e").replace("our", "or")
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
        if word.endswith("ie"):
            word = word[:-2] + "y"
    return word
