"""A text as the rules read it: words without capitals, accents and apostrophes, each knowing where it stands.

People say and engines write "can't", "cant", "mañana" and "manana"; a rule is written once for all of them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

MOST_CHARACTERS = 200_000  # hours of speech; what lies beyond is told to be unread
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*")
_ENDS = re.compile(r"[.!?;\n…]|\s-\s")
_SHORT = frozenset({"mr", "mrs", "ms", "dr", "dra", "sr", "sra", "st"})


@dataclass(frozen=True, slots=True)
class Word:
    """`raw` keeps its accents: "sí" is no "si". A `stretch` goes on over the pause that ends a sentence: "pain in my",
    "chest" is one phrase with a breath between."""

    plain: str
    raw: str
    start: int
    end: int
    sentence: int
    stretch: int
    after_comma: bool


@dataclass(frozen=True)
class Plain:
    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(self._words())

    @cached_property
    def forms(self) -> tuple[str, ...]:
        return tuple(word.plain for word in self.words)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """First word and the one after the last, of each."""
        starts = [at for at, word in enumerate(self.words) if not at or word.sentence != self.words[at - 1].sentence]
        return tuple(zip(starts, [*starts[1:], len(self.words)], strict=True))

    @cached_property
    def stretches(self) -> tuple[int, ...]:
        """The word after the last, of each."""
        ends = [at for at in range(1, len(self.words)) if self.words[at].stretch != self.words[at - 1].stretch]
        return (*ends, len(self.words))

    def stretch_end(self, at: int) -> int:
        return self.stretches[self.words[at].stretch]

    def sentence_of(self, at: int) -> tuple[int, int]:
        return self.sentences[self.words[at].sentence]

    def ends_with(self, sentence: int) -> str:
        """What stands between a sentence and the next."""
        last = self.sentences[sentence][1]
        until = self.words[last].start if last < len(self.words) else len(self.text)
        return self.text[self.words[last - 1].end : until]

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.words[first].start, self.words[last - 1].end

    def _words(self) -> Iterable[Word]:
        low = self.text[:MOST_CHARACTERS].translate(_ALIKE)
        folded = fold(low)
        sentence, stretch, before = 0, 0, None
        for found in _WORD.finditer(folded):
            between = folded[before.end() if before else 0 : found.start()]
            if before and _ENDS.search(between) and not (before.group() in _SHORT and between.startswith(".")):
                sentence += 1
                stretch += not (between.strip(" ") == "\n" and low[found.start()].islower())
            raw = low[found.start() : found.end()].lower()
            yield Word(_plain(found.group()), raw, *found.span(), sentence, stretch, "," in between or ":" in between)
            before = found


def _plain(word: str) -> str:
    """ "Asthma's" is "asthma"; "he's" stays whole, as engines write "hes"."""
    base, _apostrophe, end = word.partition("'")
    return base if end == "s" and base not in _PRONOUNS else base + end


_PRONOUNS = frozenset({"he", "she", "it", "that", "there", "who", "what", "here", "where", "how", "let"})
_ALIKE = str.maketrans("’‘`´", "''''")


def fold(text: str) -> str:
    """Character by character, so that places stay."""
    return "".join(map(_folded, text))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    low = character.lower()
    base = unicodedata.normalize("NFD", low)[0]
    return base if len(base) == 1 else character
