"""The small language in which a point of a rubric says how people say it, and words made comparable.

A phrase is a row of slots, a slot a choice of words: `tell/say own words` is "tell", "say", and "own" and "words"
near each other, in any order. `decid*` is whatever begins so. A phrase of one slot with four words or more is a
list of words that belong together: one of them alone says little, two of them near each other say it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SHORTEST_STEM = 2
LIST_FROM = 4  # words in a single slot from which it is a list
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)?")
_SLOT = re.compile(r"[^\s/*]+\*?(?:/[^\s/*]+\*?)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, and where it stands in the text."""

    form: str
    at: int
    to: int


@dataclass(frozen=True, slots=True)
class Slot:
    whole: frozenset[str]  # stems
    beginnings: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.whole) + len(self.beginnings)


@dataclass(frozen=True, slots=True)
class Phrase:
    slots: tuple[Slot, ...]

    @property
    def is_list(self) -> bool:
        return len(self.slots) == 1 and self.slots[0].size >= LIST_FROM


def unfit_phrase(text: str) -> str:
    """Why `text` is no phrase; empty where it is one."""
    for piece in text.split():
        if not _SLOT.fullmatch(piece):
            return f"{piece[:40]!r}: words with / between them, a star only at the end of a word"
        for word in piece.split("/"):
            if not forms(word.rstrip("*")):
                return f"{word[:40]!r} holds no letter or digit"
            if word.endswith("*") and len(word) <= SHORTEST_STEM:
                return f"{word[:40]!r}: too short a beginning"
    return "" if text.split() else "empty"


@lru_cache(maxsize=8192)
def phrase(text: str) -> Phrase:
    return Phrase(tuple(_slot(piece) for piece in text.split()))


def _slot(piece: str) -> Slot:
    words = piece.split("/")
    return Slot(
        whole=frozenset(stem(form) for word in words if not word.endswith("*") for form in forms(word)[:1]),
        beginnings=tuple(plain(word[:-1]) for word in words if word.endswith("*")),
    )


def tokens(text: str) -> list[Token]:
    """The words of a text. What stands after an apostrophe is a word of its own: "wouldn't" is "wouldn" and "t"."""
    return [Token(plain(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]


def forms(text: str) -> list[str]:
    return [plain(found.group()) for found in _WORD.finditer(text)]


def plain(word: str) -> str:
    """Small letters without accents: engines of speech and hurried typists leave them out."""
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_ENDINGS = (
    "aciones", "amiento", "imiento", "ariamos", "eriamos", "iriamos", "acion", "iendo", "arian", "erian", "irian",
    "aremos", "eremos", "iremos", "aria", "eria", "iria", "ando", "ados", "adas", "idos", "idas", "amos", "emos",
    "imos", "ado", "ada", "ido", "ida", "are", "ere", "ire", "aba", "ian", "ing", "ies", "ed", "es", "as", "os",
    "an", "en", "ar", "er", "ir", "ly", "ia", "s", "a", "o", "e", "y",
)  # fmt: skip
_SHORTEST_REST = 4
_SURE = frozenset({"ing", "ed"})  # after three letters already: asking, asked


@lru_cache(maxsize=65536)
def stem(form: str) -> str:
    """A word without the ending that changes with person, time and number, in English and Spanish alike.

    Crude and the same on both sides of a comparison, which is all that is asked of it.
    """
    if form.isdigit():
        return form
    for ending in _ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= _SHORTEST_REST - (ending in _SURE):
            return form[: -len(ending)]
    return form
