"""Names of persons: from what stands around them, from the lists, and from words that are nothing else.

A name that is found once is hidden wherever its words stand: "Mr. Okonkwo" at the top tells who "okonkwo" is below.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from clinic.inference.identifiers.extent import Extent
from clinic.inference.identifiers.kinds import Found, Kind
from clinic.inference.identifiers.passage import Passage, Token, around, regions
from clinic.inference.identifiers.source import Source
from clinic.inference.phrases import expression

_AFTER_SPEAKER = re.compile(r"[ \t]*[:,]?[ \t]+")
_FIELD = re.compile(
    r"(?P<words>[A-ZÀ-ÖØ-Þ](?:(?<=\n.)|(?<=: .)|(?<=\|.)|(?<=\| .)|(?<=\A.))[\w'’-]+(?:,? [A-ZÀ-ÖØ-Þ][\w'’.-]*){1,4})"
    r"(?= *\||[ \t]*$|[ \t]{3,})",
    re.MULTILINE,
)
_LONGEST_FIELD_WORDS = 5
_TABLE_LINE = re.compile(r"^(?=(?:[^,\n]{1,80},(?! )){4}).+$", re.MULTILINE)
_CELL = re.compile(r"(?:(?<=,)|(?<=\n))[A-ZÀ-ÖØ-Þ][\w'’ -]{1,60}(?=,|$)", re.MULTILINE)
_FEWEST_LETTERS, _FEWEST_LETTERS_UNHEARD_OF = 3, 4
_DONE = (
    "signed|dictated|transcribed|verified|reviewed|approved|authenticated|interpreted|read|reported|performed|ordered|requested|"
    "prepared|seen|admitted|witnessed|firmado|validado|informado|solicitado|realizado|atendid[oa]|valorad[oa]|remitid[oa]|dictado"
)
_CLINICAL_ENDS = tuple(around("clinical ends"))


def names(source: Source) -> Iterator[Found]:
    for start, end in _Evidence(source).spans():
        yield Found(start, end, Kind.NAME)


@cache
def _labels() -> re.Pattern[str]:
    """With a colon; a few do without."""
    labels = expression(sorted(around("labels")))
    return re.compile(
        rf"(?:{labels})\s{{0,3}}(?:\([^)\n]{{1,20}}\))?\s{{0,3}}[:#]+\s*|\b(?:dear|estimado|estimada|cc|attn|fdo|firmado)\b[.:]*\s+|"
        rf"\b(?:{_DONE}) (?:by|por)\b\s+"
    )


@cache
def _words_before(*sections: str) -> re.Pattern[str]:
    words = frozenset[str]().union(*(around(section) for section in sections))
    return re.compile(rf"(?:{expression(sorted(words))})(?=\W)")


@cache
def _is_introduced() -> re.Pattern[str]:
    """ "Nonso, his daughter"."""
    return re.compile(rf", (?:his|her|their|my|our|su|la|el) (?:{'|'.join(sorted(around('relations')))})\b")


@cache
def _credentials() -> re.Pattern[str]:
    ways = "|".join(re.escape(each) for each in sorted(around("credentials"), key=len, reverse=True))
    return re.compile(rf",?\s{{1,3}}(?P<way>{ways})(?![\w-])")


class _Evidence:
    """Goes through what tells of a name, the surest first, and keeps the first and last word of each."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.passage = Passage(source)
        self.extent = Extent(self.passage)
        self.tokens = self.passage.tokens
        self.taken: dict[int, int] = {}
        self.titles, self.verbs, self.regions = around("titles"), around("verbs"), regions()

    def spans(self) -> list[tuple[int, int]]:
        self._by_title()
        self._by_label()
        self._by_what_stands_before(("speakers", "labels"), self._is_likely)
        self._by_what_stands_before(("strong speakers", "relations"), self._is_of_relation)
        self._by_credentials()
        self._by_line()
        self._by_cell()
        for place, token in enumerate(self.tokens):
            if place not in self.taken and self._is_shown_as_name(place, token):
                self._take(place, may_be_a_word=True, may_have_comma=token.known.is_surname)
        spans = {(self.tokens[first].start, self.tokens[last].end) for first, last in self.taken.items()}
        return sorted(spans | self._told_again())

    def _take(self, place: int, *, may_be_a_word: bool, may_have_comma: bool = False) -> None:
        last = self.extent.forward(place, may_be_a_word=may_be_a_word, may_have_comma=may_have_comma)
        if last is not None:
            self.taken[place] = max(last, self.taken.get(place, place))

    def _told_again(self) -> set[tuple[int, int]]:
        """Words that mean something too ("Long") only where they are written as the name wrote them."""
        told = {token for first, last in self.taken.items() for token in self.tokens[first : last + 1]}
        told = {token for token in told if len(token.low) >= _FEWEST_LETTERS and token.low not in around("particles")}
        lone = {token.low for token in told if not token.known.is_plain}
        alike = {token.text for token in told if token.is_large}
        return {
            (token.start, token.end)
            for place, token in enumerate(self.tokens)
            if token.low in lone or (token.text in alike and not self.passage.bears_a_thing(place))
        }

    # What stands around a name.

    def _by_title(self) -> None:
        for place, token in enumerate(self.tokens):
            if token.low in self.titles and self._is_title(token) and (told := self.passage.next(place)):
                is_weak = token.low in around("weak titles")
                self._take(place + 1, may_be_a_word=not is_weak or told.known.is_solid or self._is_doctor(token, told))

    def _is_title(self, token: Token) -> bool:
        """MS is a disease and "miss" a verb."""
        return token.low not in around("titles that are words too") or token.is_title or self.passage.is_uniform(token)

    def _is_doctor(self, token: Token, told: Token) -> bool:
        return token.low == "doctor" and told.known.is_surname and len(told.low) > _FEWEST_LETTERS

    def _by_label(self) -> None:
        for found in _labels().finditer(self.source.low):
            place = self.passage.at.get(found.end())
            if place is not None:
                may_be_a_word = self.tokens[place].known.is_solid or self._is_name_of_two_words(place)
                self._take(place, may_be_a_word=may_be_a_word, may_have_comma=True)

    def _is_name_of_two_words(self, place: int) -> bool:
        """ "LONG, ANTHONY", "Rose May", "Mark R. Hill": words both, but after a label they are a person."""
        token, others = self.tokens[place], self.tokens[place + 1 : place + 3]
        if not (token.is_large and token.known.is_name and others):
            return False
        other = others[-1] if others[0].is_initial else others[0]
        between = self.source.text[token.end : other.start]
        return other.is_large and other.known.is_name and "\n" not in between and len(between) <= 4

    def _by_what_stands_before(self, sections: tuple[str, ...], is_name: Callable[[int], bool]) -> None:
        for found in _words_before(*sections).finditer(self.source.low):
            gap = _AFTER_SPEAKER.match(self.source.low, found.end())
            place = self.passage.at.get(gap.end()) if gap else None
            if place is not None and is_name(place):
                self._take(place, may_be_a_word=True)

    def _by_credentials(self) -> None:
        for found in _credentials().finditer(self.source.low):
            last = self.passage.last_before(found.start())
            has_comma = self.source.low[found.start()] == ","
            if last is None or self.tokens[last].end != found.start() or not (has_comma or self.tokens[last].is_large):
                continue
            is_sure = has_comma or (
                self.source.text[slice(*found.span("way"))].isupper() and self.tokens[last].is_title
            )
            first = self.extent.backward(last, is_sure=is_sure)
            if first is not None:
                self.taken[first] = max(last, self.taken.get(first, first))

    def _by_line(self) -> None:
        """A line or a field with nothing but a name: "BERTIN, IUSTINIAN | 38-34", the first line of an address."""
        for found in _FIELD.finditer(self.source.text):
            first = self.passage.at.get(found.start("words"))
            last = self.passage.last_before(found.end("words"))
            if first is None or last is None or not 1 <= last - first < _LONGEST_FIELD_WORDS:
                continue
            tokens = [token for token in self.tokens[first : last + 1] if len(token.low) > 1]
            is_name = all(token.known.is_name or not token.known.is_plain for token in tokens)
            if (
                is_name
                and any(token.known.is_solid or not token.known.is_plain for token in tokens)
                and self._are_no_place(tokens)
            ):
                self.taken[first] = max(last, self.taken.get(first, first))

    def _by_cell(self) -> None:
        """In a line of a table without spaces a cell with a word that may be a name is one, where many commas are."""
        for line in _TABLE_LINE.finditer(self.source.text):
            for cell in _CELL.finditer(self.source.text, *line.span()):
                first, last = self.passage.at.get(cell.start()), self.passage.last_before(cell.end())
                if first is not None and last is not None and self._are_of_name(self.tokens[first : last + 1]):
                    self.taken[first] = max(last, self.taken.get(first, first))

    def _are_of_name(self, tokens: list[Token]) -> bool:
        written_large = all(token.is_large and not token.known.is_thing for token in tokens)
        return written_large and all(token.known.is_name or not token.known.is_plain for token in tokens)

    def _are_no_place(self, tokens: list[Token]) -> bool:
        return not any(
            token.low in self.regions or token.low in self.titles or token.known.is_thing for token in tokens
        )

    def _is_likely(self, place: int) -> bool:
        """After "with" or "seen by": a word that is nothing else."""
        token, other = self.tokens[place], self.passage.next(place)
        if token.is_initial and not self.passage.is_small:
            return other is not None and other.is_title and other.known.is_name
        if self._is_no_name(place, token):
            return False
        if self.passage.is_uniform(token):
            return self._is_likely_without_capitals(place)
        if not token.is_large or token.is_acronym or token.is_mixed:
            return False
        if token.known.is_plain:
            return (token.known.is_given and self._next_is_surname(place)) or self._follows_by(place, token)
        return token.known.is_name or self._next_is_name(place) or not token.low.endswith(_CLINICAL_ENDS)

    def _follows_by(self, place: int, token: Token) -> bool:
        """ "Called by White": what is done by a word written large is done by somebody."""
        return token.known.is_surname and place > 0 and self.tokens[place - 1].low in ("by", "por")

    def _is_no_name(self, place: int, token: Token) -> bool:
        return (
            token.low in self.titles
            or len(token.low) < _FEWEST_LETTERS
            or token.low in self.regions
            or self.passage.bears_a_thing(place)
        )

    def _is_likely_without_capitals(self, place: int) -> bool:
        token, other = self.tokens[place], self.passage.next(place)
        if not token.known.is_plain:
            return token.known.is_name or self._next_is_name(place)
        if other is None or not token.known.is_name:
            return False
        return other.known.is_solid or (token.known.is_solid and other.known.is_name)

    def _is_of_relation(self, place: int) -> bool:
        """ "His wife Hope": what is said after a relative is her name, if it can be one."""
        token = self.tokens[place]
        if token.low in self.titles or len(token.low) < _FEWEST_LETTERS or token.low in self.verbs - {"will"}:
            return False
        is_told = token.known.is_given or not token.known.is_plain
        if not self.passage.is_uniform(token):
            return token.is_large and not token.is_acronym and (is_told or token.known.is_name)
        return is_told and (
            not token.known.is_everyday or token.low in around("given before words") or self._next_is_name(place)
        )

    # The word alone.

    def _is_shown_as_name(self, place: int, token: Token) -> bool:
        if len(token.low) < _FEWEST_LETTERS or not self.passage.may_be_written_so(token):
            return False
        if token.known.is_plain and not token.known.is_given:
            return False
        if token.low in self.regions or self.passage.bears_a_thing(place):
            return False
        return (
            self._is_shown_without_capitals(place, token)
            if self.passage.is_uniform(token)
            else self._is_shown_large(place, token)
        )

    def _is_shown_large(self, place: int, token: Token) -> bool:
        if token.known.is_plain:
            return self._next_is_surname(place) or self._owns_relative(place, token)
        if token.is_acronym or token.is_mixed:
            return self._next_is_name(place) or (token.known.is_given and self._next_is_surname(place))
        return token.known.is_name or self._is_unheard_of(place, token) or self._is_stranger(place, token)

    def _is_unheard_of(self, place: int, token: Token) -> bool:
        """Large in the middle of a sentence and in no list of words, drugs or products: hardly anything but a name."""
        is_long = len(token.low) >= _FEWEST_LETTERS_UNHEARD_OF
        return (
            is_long and token.is_title and not token.low.endswith(_CLINICAL_ENDS) and not self._begins_sentence(token)
        )

    def _is_shown_without_capitals(self, place: int, token: Token) -> bool:
        if token.known.is_plain:
            other = self.passage.next(place)
            is_full = other is not None and token.is_loud and other.known.is_surname and other.known.is_solid
            is_likely = not token.known.is_everyday or (
                other is not None and other.known.is_solid and other.known.is_surname
            )
            return is_full or (self.passage.is_small and is_likely and not token.known.is_thing)
        is_clinical = token.low.endswith(_CLINICAL_ENDS)
        if token.known.is_given:
            return self._next_is_name(place) or (len(token.low) > 3 and not is_clinical)
        if token.known.is_surname:
            return len(token.low) > 4 and not is_clinical
        if self.passage.is_small:
            return len(token.low) >= _FEWEST_LETTERS_UNHEARD_OF and not is_clinical
        return self._are_two_loud_strangers(place)

    def _is_stranger(self, place: int, token: Token) -> bool:
        """In no list at all: a person beside another such word, or where it does what people do."""
        other = self.passage.next(place)
        if _is_introduced().match(self.source.low, token.end):
            return True
        if other is None or len(token.low) < _FEWEST_LETTERS:
            return False
        if token.is_loud:
            return self._are_two_loud_strangers(place)
        if other.is_title and not other.known.is_plain and not other.low.endswith(_CLINICAL_ENDS):
            return not (token.low.endswith(_CLINICAL_ENDS) and self._begins_sentence(token))
        return other.low in self.verbs - around("verbs of things too") and not token.low.endswith(_CLINICAL_ENDS)

    def _begins_sentence(self, token: Token) -> bool:
        return self.source.text[: token.start].rstrip(" \t")[-1:] in ("", ".", "\n", ":", ")", "*", "-")

    def _are_two_loud_strangers(self, place: int) -> bool:
        """Two words in capitals that are in no list, with a verb of persons after them or long enough to be no code."""
        token, second = self.tokens[place], self.passage.next(place)
        if second is None or self.passage.is_small or not second.is_loud or second.known.is_plain:
            return False
        verb = self.passage.next(place + 1)
        if verb is not None and verb.low in self.verbs:
            return True
        is_long = min(len(token.low), len(second.low)) >= _FEWEST_LETTERS_UNHEARD_OF
        return is_long and not any(each.low.endswith(_CLINICAL_ENDS) for each in (token, second))

    def _owns_relative(self, place: int, token: Token) -> bool:
        """ "Will's sister": only persons have one."""
        other = self.passage.next(place)
        return other is not None and other.low in around("relations") and len(token.low) < len(token.text)

    def _next_is_surname(self, place: int) -> bool:
        """ "Rose Long": both are words, but who writes them large together means a person."""
        token, other = self.tokens[place], self._next_but_initials(place)
        return other is not None and other.known.is_surname and other.is_large and other.is_loud == token.is_loud

    def _next_is_name(self, place: int) -> bool:
        other = self._next_but_initials(place)
        if other is None or not self.passage.may_be_written_so(other) or other.low in self.regions:
            return False
        return other.known.is_solid or not other.known.is_plain

    def _next_but_initials(self, place: int) -> Token | None:
        other = self.passage.next(place)
        return self.passage.next(place + 1) if other and other.is_initial else other
