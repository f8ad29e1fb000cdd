"""Which words of the list sound like what was heard. Offered to a person, never inserted: a list that an engine is
given makes it hear its words in silence."""

import re
import unicodedata
from collections.abc import Iterable

from clinic.models import Case, VocabularyWord

MOST = 3
NEAR = 0.4  # of the letters of the longer one may differ
SOUNDS_ALIKE = 0.6  # also, where the consonants sound the same
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("qu", "k"), ("x", "ks"), ("c(?=[eiy])", "s"), ("[cq]", "k"), ("z", "s"), ("th", "t"),
    ("v", "f"), ("d", "t"), ("b", "p"), ("g", "k"), ("j", "k"), ("m", "n"),
)  # fmt: skip


def offered(case: Case | None, heard: str) -> tuple[str, ...]:
    """From the lists of the site and of the department of the case."""
    if case is None:
        return ()
    words = VocabularyWord.objects.filter(site=case.site_id, department__in={"", case.department})
    return suggestions(heard, words.values_list("word", flat=True))


def suggestions(heard: str, words: Iterable[str]) -> tuple[str, ...]:
    """The nearest first. What was heard may be several words: "set here is in" for cetirizine."""
    said = _letters(heard)
    if len(said) < 3:
        return ()
    others = [word for word in words if word.lower() != heard.lower().strip()]
    near = sorted((share, word) for word in others if (share := _apart(said, _letters(word))) is not None)
    return tuple(word for _share, word in near[:MOST])


def _apart(heard: str, word: str) -> float | None:
    """The share of letters that differ; None where nothing speaks for the word."""
    if not word:
        return None
    share = _distance(heard, word) / max(len(heard), len(word))
    limit = SOUNDS_ALIKE if _skeleton(heard) == _skeleton(word) else NEAR
    return share if share <= limit else None


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in plain if letter.isalnum())


def _skeleton(letters: str) -> str:
    """How its consonants sound, roughly, in English and Spanish."""
    for pattern, sound in _SOUNDS:
        letters = re.sub(pattern, sound, letters)
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiouyhw]", "", letters))


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, wanted in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != wanted))
    return row[-1]
