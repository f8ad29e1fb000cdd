"""Table E.1-1 of PS3.15, edition 2026c: what becomes of each attribute. The rows are in profile.csv, one tag a line.

X removed, Z emptied, D a dummy, U another UID. Where the standard lets the attribute's type decide, the value that fits
every type is taken: X/Z is Z, X/D and Z/D and X/Z/D are D. X/Z/U* keeps a sequence and renames the UIDs in it.
"""

import csv
from functools import lru_cache
from pathlib import Path

EDITION = "2026c"
REMOVE, EMPTY, DUMMY, RENAME = "X", "Z", "D", "U"
_CHOICES = {"X/Z": EMPTY, "X/D": DUMMY, "Z/D": DUMMY, "X/Z/D": DUMMY, "X/Z/U*": RENAME}
_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def actions() -> dict[int, str]:
    with (_HERE / "profile.csv").open(encoding="ascii", newline="") as rows:
        return {int(row["tag"], 16): _CHOICES.get(row["action"], row["action"]) for row in csv.DictReader(rows)}


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Terms that the standard defines for films, and the few words that descriptions of films are made of."""
    return frozenset((_HERE / "words.txt").read_text(encoding="ascii").split())
