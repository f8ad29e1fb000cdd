"""Is it worth asking an engine? Counts that need no dictionary, and marks that tell a person what to look at."""

import re

from clinic.inference.documents.document import Mark, PageSource, Quality
from clinic.inference.documents.leaves import Leaf

FEWEST_LETTERS, FEWEST_WORDLIKE, LEAST_SURE = 0.5, 0.6, 0.8

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_LETTERS_ONLY = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_VOWEL = re.compile(r"[aeiouyáéíóúàèìòùâêîôûäëïöüãõåæø]", re.IGNORECASE)
_CRAMPED = re.compile(r"[b-df-hj-np-tv-xzñç]{6}", re.IGNORECASE)
_SHORT = 4  # letters: an abbreviation needs no vowel


def quality_of(text: str, leaves: list[Leaf]) -> Quality:
    letters, wordlike, sure = _letters(text), _wordlike(text), _confidence(leaves)
    found = {
        Mark.FEW_LETTERS: letters < FEWEST_LETTERS,
        Mark.FEW_WORDS: wordlike < FEWEST_WORDLIKE,
        Mark.UNSURE_SCAN: sure is not None and sure < LEAST_SURE,
        Mark.EMPTY_PAGES: any(not leaf.text.strip() for leaf in leaves),
        Mark.UNREAD_PICTURES: any(leaf.has_pictures and leaf.source != PageSource.OCR for leaf in leaves),
    }
    return Quality(letters, wordlike, sure, tuple(mark for mark, is_so in found.items() if is_so))


def _letters(text: str) -> float:
    printed = [character for character in text if not character.isspace()]
    return sum(character.isalpha() for character in printed) / max(len(printed), 1)


def _wordlike(text: str) -> float:
    tokens = [token for token in _TOKEN.findall(text) if not token[0].isdigit()]
    return sum(_is_wordlike(token) for token in tokens) / max(len(tokens), 1)


def _is_wordlike(token: str) -> bool:
    if not _LETTERS_ONLY.fullmatch(token) or _CRAMPED.search(token):
        return False
    is_latin = token.isascii() or bool(_VOWEL.search(token))
    return not is_latin or len(token) <= _SHORT or bool(_VOWEL.search(token))


def _confidence(leaves: list[Leaf]) -> float | None:
    read = [(leaf.confidence, len(leaf.text)) for leaf in leaves if leaf.confidence is not None]
    total = sum(length for _, length in read)
    return sum(sure * length for sure, length in read) / total if total else None
