"""The words of a text, what the lists know of them, and how they are written: for whoever looks for names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from clinic.inference.identifiers import known
from clinic.inference.identifiers.known import Words
from clinic.inference.identifiers.source import Source

_WORD = re.compile(r"[^\W_]+(?:['’`-][^\W_]+)*")
_GAP = re.compile(r"(?:[ \t\u00a0]{1,3}|\.[ \t]{0,2}|-)")
_MISREAD = str.maketrans("01583", "olsbe")
_FEWEST_LETTERS_MISREAD, _MOST_DIGITS_MISREAD = 4, 2
_GREEK = frozenset({"alpha", "beta", "gamma", "delta"})  # 17beta
_LEAST_SHARE_OF_CAPITALS = 0.004
_LONGEST_ABBREVIATION, _LONGEST_ACRONYM = 4, 5
_CAPITAL_WITHIN = re.compile(r"(?:Mc|Mac|De|O['’])?[^\W\d_]+?[A-Z]")


@cache
def around(section: str) -> frozenset[str]:
    """The words that stand around names."""
    return frozenset(known.sections("titles")[section])


@cache
def regions() -> frozenset[str]:
    return frozenset(known.sections("cities")["states"])


@dataclass(slots=True, eq=False)
class Known:
    """What the lists say of a word. `is_plain`: it means something by itself; `is_everyday`: to everybody."""

    is_given: bool
    is_surname: bool
    is_everyday: bool
    is_thing: bool
    is_plain: bool

    @property
    def is_name(self) -> bool:
        return self.is_given or self.is_surname

    @property
    def is_solid(self) -> bool:
        """A name, and no word of every day, though an instrument may bear it."""
        return self.is_name and not self.is_everyday


@dataclass(slots=True, eq=False)
class Token:
    """A word at its place. Not frozen: a text has many, and freezing doubles the time they take."""

    text: str
    low: str
    start: int
    end: int
    known: Known
    is_large: bool  # begins with a capital

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and self.is_large

    @property
    def is_loud(self) -> bool:
        return self.text.isupper()

    @property
    def is_title(self) -> bool:
        return self.is_large and not self.is_loud

    @property
    def is_acronym(self) -> bool:
        return self.is_loud and len(self.text) <= _LONGEST_ACRONYM

    @property
    def is_mixed(self) -> bool:
        """SatO, mmHg; not McCall."""
        found = _CAPITAL_WITHIN.match(self.text)
        return not self.is_loud and found is not None and "-" not in found.group()


class Passage:
    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.tokens = list(_tokens(source.text))
        self.at = {token.start: place for place, token in enumerate(self.tokens)}
        letters = sum(map(str.isalpha, source.text)) or 1
        self.is_small = sum(map(str.isupper, source.text)) / letters < _LEAST_SHARE_OF_CAPITALS
        self._loud_lines = _loud_lines(source.text)
        self._titles = around("titles")

    def is_uniform(self, token: Token) -> bool:
        """Where all is written large, or all small, capitals say nothing."""
        return self.is_small or (token.is_loud and any(start <= token.start < end for start, end in self._loud_lines))

    def may_be_written_so(self, token: Token) -> bool:
        return token.is_large or self.is_small

    def next(self, place: int) -> Token | None:
        """The word after it, where nothing but a space or a point is between."""
        return self.tokens[place + 1] if place + 1 < len(self.tokens) and self.joined(place, place + 1) else None

    def before(self, place: int) -> Token | None:
        return self.tokens[place - 1] if place > 0 and self.joined(place - 1, place) else None

    def joined(self, before: int, place: int) -> bool:
        first = self.tokens[before]
        between = self.text[first.end : self.tokens[place].start]
        if between == " ":
            return True
        if between.startswith(".") and len(first.text) > _LONGEST_ABBREVIATION and first.low not in self._titles:
            return False
        return _GAP.fullmatch(between) is not None

    def is_label(self, token: Token) -> bool:
        """What follows a colon belongs to something else: "OKONKWO, NGOZI MRN: ..."."""
        return self.text[token.end : token.end + 2].strip()[:1] in (":", "#")

    def bears_a_thing(self, place: int) -> bool:
        """A Schirmer test is nobody, though Dr. Schirmer is."""
        following = self.next(place)
        return (
            following is not None
            and following.low in around("borne")
            and not (place and self.tokens[place - 1].low in self._titles)
        )

    def last_before(self, end: int) -> int | None:
        """The word that ends there or, if none does, the one before."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.tokens[middle].end <= end else (low, middle)
        return low - 1 if low else None


Meant = tuple[str, str, Known, bool]
_everyday_words: dict[str, Meant] = {}  # kept from text to text, as long as the lists are: nobody's name is among them


def _tokens(text: str) -> Iterator[Token]:
    words = known.words()
    for found in _WORD.finditer(text):
        said = found.group()
        if one := _everyday_words.get(said) or _meant(said, words):
            written, low, looked_up, is_large = one
            yield Token(written, low, found.start(), found.end(), looked_up, is_large)


def _meant(said: str, words: Words) -> Meant | None:
    """As it was meant, in small letters, what is known of it, whether it is large. A scanner took letters for digits;
    numbers and codes are no words."""
    if not said.isalpha() and not (said := _read_again(said)):
        return None
    low = said.lower()
    low = low[:-2] if low.endswith(("'s", "’s")) else low
    everyday, thing = low in words.words or _is_compound(low, words), low in words.things
    plain = everyday or thing or low in words.eponyms
    looked_up = Known(low in words.given, low in words.surnames, everyday, thing, plain)
    meant = said, low, looked_up, said[0].isupper()
    if low in words.words and not looked_up.is_name and said in (low, low.title(), low.upper()):
        _everyday_words[said] = meant
    return meant


def _is_compound(low: str, words: Words) -> bool:
    """C-arm, j-wire."""
    parts = low.split("-")
    return len(parts) > 1 and all(len(part) < 2 or part in words.words for part in parts)


def _read_again(said: str) -> str:
    digits = sum(map(str.isdigit, said))
    if not digits:
        return said
    if "-" in said or digits > _MOST_DIGITS_MISREAD or len(said) - digits < _FEWEST_LETTERS_MISREAD:
        return ""
    if said.strip("0123456789").lower() in _GREEK:
        return ""
    letters = said.translate(_MISREAD)
    if said.isupper():
        return letters.upper()
    return letters[0].upper() + letters[1:] if said[0].isdigit() else letters


def _loud_lines(text: str) -> list[tuple[int, int]]:
    lines, start = [], 0
    for line in text.split("\n"):
        if line.isupper():
            lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines
