"""The language of the rules: phrases of words with room between them, found word by word in one pass over a text.

chest ~4 pain|tight|pressure     "chest", at most four words, then one of these
sudden* ?very pain               any word that begins so; a word that may be missing
@belly                           a group of words with a name of its own
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consult.inference.plain import Plain

Span = tuple[int, int]  # words of a text: the first, and the one after the last
# Nothing is said across these: "pain, no chest" is no pain in the chest.
_WALLS = frozenset(
    "no not without denies denied denying but nor neither never isnt wasnt hasnt havent sin ni niega pero nunca".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Part:
    words: frozenset[str]
    stems: tuple[str, ...]
    gap: int
    may_miss: bool

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True, slots=True)
class _Phrase:
    name: str
    parts: tuple[_Part, ...]


@dataclass
class Phrases:
    """Of many concepts at once."""

    _by_word: dict[str, list[_Phrase]] = field(default_factory=dict)
    _by_stem: dict[str, list[_Phrase]] = field(default_factory=dict)

    @classmethod
    def of(cls, listed: Mapping[str, Iterable[str]], groups: Mapping[str, str] = {}) -> "Phrases":
        made = cls()
        for name, phrases in listed.items():
            for phrase in phrases:
                made._add(_Phrase(name, _parts(phrase, groups)))
        return made

    def _add(self, phrase: _Phrase) -> None:
        first = phrase.parts[0]
        if first.may_miss:
            self._add(_Phrase(phrase.name, phrase.parts[1:]))
        for word in first.words:
            self._by_word.setdefault(word, []).append(phrase)
        for stem in first.stems:
            self._by_stem.setdefault(stem, []).append(phrase)

    def find(self, plain: Plain, first: int = 0, last: int | None = None) -> dict[str, list[Span]]:
        """By concept, in the order of the text."""
        found: dict[str, list[Span]] = {}
        forms = plain.forms
        for at in range(first, len(forms) if last is None else last):
            for phrase in self._beginning(forms[at]):
                end = _end(phrase.parts, plain, at, plain.stretch_end(at) if last is None else last)
                if end:
                    found.setdefault(phrase.name, []).append((at, end))
        return found

    def _beginning(self, word: str) -> Iterable[_Phrase]:
        yield from self._by_word.get(word, ())
        if self._by_stem:
            for length in range(2, len(word) + 1):
                yield from self._by_stem.get(word[:length], ())


def _parts(phrase: str, groups: Mapping[str, str]) -> tuple[_Part, ...]:
    parts, gap = [], 0
    for piece in phrase.split():
        if piece.startswith("~"):
            gap += int(piece[1:])
            continue
        may_miss = piece.startswith("?")
        words = _alternatives(piece.removeprefix("?"), groups)
        stems = tuple(word[:-1] for word in words if word.endswith("*"))
        parts.append(_Part(frozenset(word for word in words if not word.endswith("*")), stems, gap, may_miss))
        gap = 0
    return tuple(parts)


def _alternatives(piece: str, groups: Mapping[str, str]) -> list[str]:
    words: list[str] = []
    for word in piece.split("|"):
        words += groups[word[1:]].split("|") if word.startswith("@") else [word]
    return words


def _end(parts: Sequence[_Part], plain: Plain, start: int, last: int) -> int:
    """After the last word of the parts, the first of which stands near `start`; 0 where they do not follow."""
    if not parts:
        return start
    part = parts[0]
    for place in range(start, min(start + part.gap + 1, last)):
        if part.fits(plain.forms[place]) and (end := _end(parts[1:], plain, place + 1, last)):
            return end
        if plain.forms[place] in _WALLS:
            break
    return _end(parts[1:], plain, start, last) if part.may_miss else 0
