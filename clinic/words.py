"""Words as they are indexed and looked up: without accents, case and punctuation, so that `Niño` is found by `nino` and
`ED-77120` by `77120`. The same folding on both sides; the database only compares."""

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[\W_]+")
MOST_WORDS = 12


def folded(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", bare).strip().lower()


def prefix_query(text: str, joined: str = "&") -> str:
    """For to_tsquery: every word must occur, or begin one that does; joined by `|`, one of them. Folding leaves
    nothing to be quoted."""
    return f" {joined} ".join(f"{word}:*" for word in folded(text).split()[:MOST_WORDS])
