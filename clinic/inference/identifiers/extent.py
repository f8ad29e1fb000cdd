"""How far a name goes, once it is known where one is."""

import re

from clinic.inference.identifiers.passage import Passage, Token, around

_GAP_AFTER_FAMILY_NAME = re.compile(r"[ \t]*,[ \t]*")
_LONGEST_NAME_WORDS = 6
_LONE_LETTERS = frozenset({"i", "a", "y", "e", "o", "u"})  # words by themselves, where they are small


class Extent:
    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.tokens = passage.tokens
        self.titles, self.particles, self.credentials = around("titles"), around("particles"), around("credentials")

    def forward(self, first: int, *, may_be_a_word: bool = False, may_have_comma: bool = False) -> int | None:
        """The last word of the name that begins at `first`. `may_be_a_word`: even "House", if it is there."""
        last, place = None, first
        if may_be_a_word and self._may_be_any_name(first):
            last, place = first, first + 1
        while place < len(self.tokens) and place - first < _LONGEST_NAME_WORDS:
            is_joined = place == first or self.passage.joined(place - 1, place)
            if not (is_joined or (may_have_comma and self._is_first_name_after_comma(place))):
                break
            if self._may_be_part(place) or (not is_joined and self.tokens[place].known.is_given):
                last = place
            elif not (self.tokens[place].low in self.particles and self._leads_on(place)):
                break
            place += 1
        return last

    def backward(self, last: int, *, is_sure: bool) -> int | None:
        """The first word of the name that ends at `last`."""
        if not (self._may_be_part(last) or (is_sure and self._may_be_any_name(last))):
            return None
        first = last
        while (
            last - first < _LONGEST_NAME_WORDS
            and (before := self.passage.before(first))
            and self._may_precede(before, first - 1)
        ):
            first -= 1
        while first < last and self.tokens[first].low in self.particles:
            first += 1
        return first if last > first or is_sure else None

    def _may_precede(self, before: Token, place: int) -> bool:
        if before.low in self.titles:
            return False
        return self._may_be_part(place) or (before.low in self.particles and before.low != "y")

    def _is_first_name_after_comma(self, place: int) -> bool:
        before, token = self.tokens[place - 1], self.tokens[place]
        between = self.passage.text[before.end : token.start]
        if (
            not _GAP_AFTER_FAMILY_NAME.fullmatch(between)
            or token.low in self.credentials
            or self.passage.is_label(token)
        ):
            return False
        if token.is_acronym and not token.known.is_given and not before.is_loud:
            return False
        return token.known.is_given or (token.is_large and not token.known.is_plain)

    def _may_be_part(self, place: int) -> bool:
        token = self.tokens[place]
        if len(token.low) == 1:
            return self._is_initial_of_name(place)
        if token.low in self.titles or (token.low in self.credentials and not token.known.is_given):
            return False
        if not self.passage.may_be_written_so(token) or self.passage.is_label(token):
            return False
        if token.known.is_thing or (token.known.is_everyday and not token.known.is_name):
            return False
        return self._word_is_name_here(place) if token.known.is_plain else True

    def _word_is_name_here(self, place: int) -> bool:
        """A word that can be a name too ("Young", "Rose"), beside one that is nothing else."""
        token = self.tokens[place]
        beside = [other for other in (self.passage.before(place), self.passage.next(place)) if other]
        if self.passage.is_uniform(token):
            return any(other.known.is_solid or other.is_initial for other in beside)
        return any(
            other.is_initial
            or (other.is_large and other.is_loud == token.is_loud and (other.known.is_name or not other.known.is_plain))
            for other in beside
        )

    def _is_initial_of_name(self, place: int) -> bool:
        """The letter in "Anna B. Cole", and none of "vitamin D"."""
        token, following = self.tokens[place], self.passage.next(place)
        if following is None or not (token.is_large or self.passage.is_small) or token.text in _LONE_LETTERS:
            return False
        return self.passage.may_be_written_so(following) and (
            following.is_initial or following.known.is_name or not following.known.is_plain
        )

    def _may_be_any_name(self, place: int) -> bool:
        """After a title even "House" is a name, where it is written large."""
        token = self.tokens[place]
        if token.low in self.titles or (token.low in self.credentials and not token.known.is_name):
            return False
        if self.passage.is_uniform(token):
            return token.known.is_name or not token.known.is_plain
        return token.is_large and len(token.low) > 1

    def _leads_on(self, place: int) -> bool:
        """ "de la Cruz", and not "de la clínica"."""
        following = self.passage.next(place)
        if following is None:
            return False
        return self._leads_on(place + 1) if following.low in self.particles else self._may_be_part(place + 1)
