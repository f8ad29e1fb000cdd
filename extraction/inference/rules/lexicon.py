"""Lists of terms as plain files, and one walk over a text that finds all of them at once.

A file of `lexicons/` has a term a line; `name | spelling; spelling` where spellings share a name, `* | spelling; ...`
where each is its own, `@group | spelling; ...` where what they share is no spelling. What a file is a list of is its
name. A short spelling with a capital in it is found only with a capital: ALS, not als. The walk is a trie over folded
words: its cost does not grow with the lists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from extraction.inference.rules.tokens import Tokens, tokens_of

FOLDER = Path(__file__).parent / "lexicons"
_END = ""  # no token is empty
SHORT = 5  # letters


@dataclass(frozen=True, slots=True)
class Term:
    """A place in the text where a list has something. `first` and `last` count tokens."""

    start: int
    end: int
    name: str  # the canonical one
    first: int
    last: int


class Lexicon:
    def __init__(self) -> None:
        self._root: dict[str, Any] = {}

    def add(self, kind: str, spelling: str, name: str) -> None:
        node = self._root
        for word in tokens_of(spelling).words:
            node = node.setdefault(word, {})
        if node is self._root:
            return
        ends = node.setdefault(_END, {})
        capitals = 0 if len(spelling) > SHORT or spelling.islower() else 2 if spelling.isupper() else 1
        if kind not in ends or capitals < ends[kind][1]:
            ends[kind] = (name, capitals)

    def terms(self, tokens: Tokens, text: str) -> dict[str, list[Term]]:
        """For each list its terms in the order of the text, the longest at each place, none inside another."""
        found: dict[str, list[Term]] = {}
        after: dict[str, int] = {}  # the token from which on a kind is free again
        for first, last, kind, name, capitals in self._matches(tokens):
            written = text[tokens.starts[first] : tokens.ends[last]]
            is_written_so = not capitals or _has_capitals(written, capitals)
            if first >= after.get(kind, 0) and is_written_so:
                term = Term(tokens.starts[first], tokens.ends[last], name, first, last)
                found.setdefault(kind, []).append(term)
                after[kind] = last + 1
        return found

    def _matches(self, tokens: Tokens) -> Iterator[tuple[int, int, str, str, int]]:
        words, tied, root = tokens.words, tokens.tied, self._root
        count = len(words)
        for first, word in enumerate(words):
            node = root.get(word)
            if node is None:
                continue
            longest: dict[str, tuple[int, str, int]] = {}
            last = first
            while True:
                if _END in node:
                    for kind, (name, capitals) in node[_END].items():
                        longest[kind] = (last, name, capitals)
                last += 1
                if last >= count or not tied[last] or (node := node.get(words[last])) is None:
                    break
            for kind, (end, name, capitals) in longest.items():
                yield first, end, kind, name, capitals


def _has_capitals(written: str, wanted: int) -> bool:
    """ALS is not All: at the beginning of a sentence every word has one. Na may begin with its only one."""
    is_first_enough = wanted == 1 or len(written) == 1
    return any(letter.isupper() for letter in written[1:]) or (is_first_enough and written[:1].isupper())


def lines(name: str) -> Iterator[str]:
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def words(name: str) -> frozenset[str]:
    """Of a file that is nothing but words."""
    return frozenset(word for line in lines(name) for word in line.split())


def phrases(name: str) -> tuple[str, ...]:
    return tuple(lines(name))


def entries(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name, or group, with its spellings."""
    for line in lines(name):
        head, _, tail = (part.strip() for part in line.partition("|"))
        spellings = tuple(each.strip() for each in tail.split(";") if each.strip())
        if head == "*":
            yield from ((each, (each,)) for each in spellings)
        elif head.startswith("@"):
            yield head[1:], spellings
        else:
            yield head, (head, *spellings)


def lexicon_of(names: Iterable[str]) -> Lexicon:
    made = Lexicon()
    for name in names:
        for canonical, spellings in entries(name):
            for spelling in spellings:
                made.add(name, spelling, canonical)
    return made


NAMES = (
    "drugs", "drug_classes", "substances", "analytes", "vital_signs", "problems", "symptoms", "procedures", "anatomy",
    "qualities",
)  # fmt: skip


@cache
def shipped() -> Lexicon:
    return lexicon_of(NAMES)
