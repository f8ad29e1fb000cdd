"""Does a sentence say only what the words say that it quotes? What is not borne out word by word is not believed.

Every word of the sentence stands in its quotations or says nothing by itself; its numbers are theirs and stand beside
the same things; what it tells as there or as denied is told so in the visit, of the patient and now.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from consult.inference import knowledge
from consult.inference.heard import Mention, Understood, understood
from consult.inference.measures import Number, numbers_in
from consult.inference.plain import Plain
from consult.inference.schema import Heard, Patient, Picture, Said
from consult.inference.scope import Scope, Status, overlap

NO_SOURCE, OTHER_WORDS, OTHER_NUMBERS, OTHER_SENSE = "no_source", "other_words", "other_numbers", "other_sense"
UNSURE, OTHER_PLACE = "unsure", "other_place"
_SHORTEST_STEM, _LONGEST_ENDING, _DENIED_NEAR = 4, 3, 5


@dataclass(frozen=True)
class Claim:
    """A sentence of a language engine, as it came."""

    text: str
    quotes: tuple[str, ...]
    picture: int | None = None  # by its place, from 0


@dataclass(frozen=True)
class Grounded:
    """`fault` says why it is not believed."""

    said: tuple[Said, ...] = ()
    fault: str = ""


def grounded(claim: Claim, told: Understood, pictures: Sequence[Picture]) -> Grounded:
    said = [place for quote in claim.quotes if (place := place_of(quote, told))]
    if len(said) < len(claim.quotes):
        return Grounded(fault=NO_SOURCE)
    seen = _words_of(claim.picture, pictures)
    if not (said or seen):
        return Grounded(fault=NO_SOURCE)
    return Grounded(tuple(said), next(_faults(claim, told, said, seen), ""))


def _words_of(picture: int | None, pictures: Sequence[Picture]) -> str:
    if picture is None or not 0 <= picture < len(pictures) or not pictures[picture].is_usable:
        return ""
    return pictures[picture].words


def place_of(quote: str, told: Understood) -> Said | None:
    """Word for word; capitals, accents and marks do not count."""
    wanted, forms = Plain(quote).forms, told.plain.forms
    if not wanted:
        return None
    for at in range(len(forms) - len(wanted) + 1):
        if forms[at : at + len(wanted)] == wanted:
            start, end = told.plain.span(at, at + len(wanted))
            return Said(start, end, told.heard.text[start:end])
    return None


def _faults(claim: Claim, told: Understood, said: list[Said], seen: str) -> Iterator[str]:
    sentence = understood(Heard(claim.text), Patient())
    source = understood(Heard(" . ".join([*(each.text for each in said), seen])), Patient())
    if any(overlap(((each.start, each.end) for each in told.heard.unsure), one.start, one.end) for one in said):
        yield UNSURE
    if not _words_stand(sentence.plain, source.plain):
        yield OTHER_WORDS
    if not _numbers_stand(sentence, source, told, said):
        yield OTHER_NUMBERS
    if not _sides_stand(sentence.plain, source.plain):
        yield OTHER_PLACE
    if not _sense_stands(sentence, source, told, said, seen):
        yield OTHER_SENSE


# Words.


@cache
def _neutral() -> frozenset[str]:
    return frozenset(knowledge.told("neutral")["words"].split())


def _words_stand(sentence: Plain, source: Plain) -> bool:
    known = set(source.forms)
    return all(_stands(form, known) for form in sentence.forms)


def _stands(form: str, known: set[str]) -> bool:
    return form in known or form in _neutral() or any(_is_form_of(form, other) for other in known)


def _is_form_of(one: str, other: str) -> bool:
    """ "Coughing" of "cough": the beginning is the same, and only an ending differs."""
    if one[:1].isdigit() or other[:1].isdigit():
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same >= _SHORTEST_STEM and max(len(one), len(other)) - same <= _LONGEST_ENDING


# Numbers.


def _numbers_stand(sentence: Understood, source: Understood, told: Understood, said: list[Said]) -> bool:
    """Each is in the quotations, and in the visit it is told of the same medicine or symptom, in the same unit."""
    theirs = [(each, told) for each in numbers_in(told.plain) if _is_within(each, told, said)]
    theirs += [(each, source) for each in numbers_in(source.plain)] if not said else []
    values = {each.value for each, _where in theirs}
    if any(
        not _is_value(digit, values) for digit in set(_digits(sentence.plain.text)) - set(_digits(source.plain.text))
    ):
        return False
    own = [each for each in numbers_in(sentence.plain) if not _is_article(each, sentence.plain)]
    return all(any(_same(each, sentence, other, where) for other, where in theirs) for each in own)


def _is_within(number: Number, told: Understood, said: list[Said]) -> bool:
    start, end = told.plain.span(number.first, number.last)
    return any(one.start <= start and end <= one.end for one in said)


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)?", text)


def _is_value(digit: str, values: set[float]) -> bool:
    return float(digit.replace(",", ".")) in values


def _is_article(number: Number, plain: Plain) -> bool:
    return plain.forms[number.first] in ("a", "an", "un", "una") and number.last - number.first == 1


def _same(one: Number, sentence: Understood, other: Number, source: Understood) -> bool:
    if one.value != other.value:
        return False
    after, theirs = _next(one, sentence.plain), _next(other, source.plain)
    if after and theirs and after != theirs and not _is_form_of(after, theirs) and after not in _neutral():
        return False
    return not _owner(one, sentence) or _owner(one, sentence) == _owner(other, source)


def _next(number: Number, plain: Plain) -> str:
    return plain.forms[number.last] if number.last < plain.sentence_of(number.first)[1] else ""


def _owner(number: Number, told: Understood) -> str:
    """What a number is told of: the medicine or symptom that is named nearest, in its own sentence."""
    start, end = told.plain.span(number.first, number.last)
    low, high = told.plain.sentence_of(number.first)
    named = [(max(start - each.said.end, each.said.start - end), each.concept) for each in _named(told.mentions)]
    names = knowledge.words_of_medicines()
    for at in range(low, high):
        if told.plain.forms[at] in names:
            first, last = told.plain.span(at, at + 1)
            named.append((max(start - last, first - end), told.plain.forms[at]))
    return min(named, default=(0, ""))[1]


def _named(mentions: Sequence[Mention]) -> list[Mention]:
    concepts = knowledge.concepts().concepts
    return [each for each in mentions if each.concept in concepts and concepts[each.concept].name]


# Sides.


def _sides_stand(sentence: Plain, source: Plain) -> bool:
    """ "Left arm" where the left is the arm's."""
    sides = frozenset(knowledge.told("neutral")["sides"].split())
    return all(_beside(sentence, at) & _all_beside(source, form) for at, form in enumerate(sentence.forms)
               if form in sides and _beside(sentence, at))  # fmt: skip


def _beside(plain: Plain, at: int) -> set[str]:
    low, high = plain.sentence_of(at)
    words = plain.forms[max(low, at - 1) : at] + plain.forms[at + 1 : min(high, at + 2)]
    return {word for word in words if word not in _neutral()}


def _all_beside(plain: Plain, form: str) -> set[str]:
    return {word for at, each in enumerate(plain.forms) if each == form for word in _beside(plain, at)}


# Sense.


def _sense_stands(sentence: Understood, source: Understood, told: Understood, said: list[Said], seen: str) -> bool:
    if not all(_is_told_so(each, source, told, said, seen) for each in _named(sentence.mentions)):
        return False
    if _denials() & set(sentence.plain.forms) and not _is_anything_denied(source, told, said):
        return False
    where = [(told, place) for place in said] + ([(source, Said(0, len(source.plain.text), ""))] if seen else [])
    return _words_told_so(sentence.plain, where) and all(_context_kept(sentence.plain, told, each) for each in said)


def _is_told_so(claimed: Mention, source: Understood, told: Understood, said: list[Said], seen: str) -> bool:
    """As the whole visit says it: a quotation may leave out the "no" before it."""
    there = [each for each in told.of(claimed.concept)
             if any(each.said.start < one.end and one.start < each.said.end for one in said)]  # fmt: skip
    if there:
        return all(each.status is claimed.status for each in there)
    return bool(seen) and any(each.status is claimed.status for each in source.of(claimed.concept))


@cache
def _denials() -> frozenset[str]:
    return frozenset(knowledge.told("neutral")["denials"].split())


def _is_anything_denied(source: Understood, told: Understood, said: list[Said]) -> bool:
    """In the quotations, or of them by words that they leave out."""
    scope = Scope(told.plain)
    inside = (at for at, word in enumerate(told.plain.words) if any(one.start <= word.start < one.end for one in said))
    return bool(_denials() & set(source.plain.forms)) or any(_is_denied(scope, at) for at in inside)


def _words_told_so(sentence: Plain, where: list[tuple[Understood, Said]]) -> bool:
    """Each word that says something is denied here as it is denied there."""
    mine = Scope(sentence)
    for at, form in enumerate(sentence.forms):
        if form in _neutral():
            continue
        theirs = [denied for told, place in where for denied in _denied_there(form, told, place)]
        if theirs and _is_denied(mine, at) not in theirs:
            return False
    return True


def _denied_there(form: str, told: Understood, place: Said) -> Iterator[bool]:
    scope = Scope(told.plain)
    for at, word in enumerate(told.plain.words):
        if place.start <= word.start < place.end and (word.plain == form or _is_form_of(word.plain, form)):
            yield _is_denied(scope, at)


def _is_denied(scope: Scope, at: int) -> bool:
    """By any word that denies, not far before it and with no new statement between."""
    plain, start = scope.plain, scope.plain.sentence_of(at)[0]
    for place in range(at - 1, max(start, at - _DENIED_NEAR) - 1, -1):
        if plain.forms[place] in _denials():
            return not scope.begins_anew(place + 1, at)
    return False


def _context_kept(sentence: Plain, told: Understood, said: Said) -> bool:
    """Whose it is and when it was are not left out: "my father had a stroke" is no stroke of the patient."""
    first = next(at for at, word in enumerate(told.plain.words) if word.start >= said.start)
    last = next((at for at, word in enumerate(told.plain.words) if word.start >= said.end), len(told.plain.words))
    there, here = Scope(told.plain), Scope(sentence)
    is_of_others, is_past = there.is_beside_relative(first, last), there.status(first, last)[0] is Status.PAST
    return (not is_of_others or here.names_relative()) and (not is_past or here.tells_of_past())
