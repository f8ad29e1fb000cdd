"""Doses in a sentence, held against the largest that may be told; and those that somebody took, which are told as they
were said and marked."""

from collections.abc import Iterator

from consult.inference import knowledge
from consult.inference.measures import Measured, Number, numbers_in
from consult.inference.plain import Plain

TOO_MUCH, TOO_MANY, BY_HOUR = "OF-D20", "OF-D21", "OF-D22"
_MG = {"mg": 1, "milligrams": 1, "milligram": 1, "miligramos": 1, "g": 1000, "gram": 1000, "grams": 1000, "gramo": 1000,
       "gramos": 1000, "mcg": 0.001, "micrograms": 0.001, "microgramos": 0.001}  # fmt: skip
_UNITS = frozenset({"unit", "units", "unidades"})
_MOST_TABLETS, _MOST_PUFFS, _NEAR = 2, 10, 5
_MANY_TABLETS, _TAKEN_BEFORE = 8, 10
_A_DAY = (("a", "day"), ("in", "a"), ("al", "dia"), ("today",), ("daily",), ("hoy",), ("in", "24"))
_COUNT = {"once": 1, "twice": 2}


def blocked_by(plain: Plain) -> Iterator[str]:
    found = numbers_in(plain)
    if any(_is_too_much(plain, number, found) for number in found):
        yield TOO_MUCH
    if _is_told(plain) and any(_is_too_many(plain, number) for number in found):
        yield TOO_MANY
    if _is_told(plain) and (any(_after(plain, number) in _UNITS for number in found) or _is_by_the_hour(plain)):
        yield BY_HOUR


def is_above(plain: Plain, start: int, end: int) -> bool:
    """Does a dose between these characters go beyond what is usual? The medicine may be named beside them."""
    found = numbers_in(plain)
    return any(
        start <= plain.words[number.first].start < end and _is_too_much(plain, number, found) for number in found
    )


def taken_too_much(plain: Plain) -> Iterator[Measured]:
    """ "Took twenty paracetamol", "all my tablets, about thirty of them", "took paracetamol 8 g"."""
    for number in numbers_in(plain):
        start, end = plain.sentence_of(number.first)
        before = plain.forms[max(start, number.first - _TAKEN_BEFORE) : number.first]
        after = plain.forms[number.last : end]
        is_too_much = _are_far_too_many(number, before, after) or _is_a_days_most(plain, number)
        if is_too_much and knowledge.words("taken") & {*before}:
            yield Measured("far_too_many_tablets", number.value, number.first, min(number.last + 1, end))


def _are_far_too_many(number: Number, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Not so many a day, nor in so many weeks."""
    counted = knowledge.words("tablets") | frozenset(knowledge.told("filter")["limits"])
    is_of_tablets = bool(counted & {*after[:2]}) or (after[:1] in (("of",), ("de",)) and bool(counted & {*before}))
    return number.value >= _MANY_TABLETS and is_of_tablets and not knowledge.words("rates") & {*after[1:6]}


def _is_a_days_most(plain: Plain, number: Number) -> bool:
    """More at once than anybody may take in a whole day."""
    factor, limits = _MG.get(_after(plain, number)), _limits_near(plain, number)
    return factor is not None and limits is not None and number.value * factor > limits[1]


def _is_told(plain: Plain) -> bool:
    return bool(knowledge.words("taking") & set(plain.forms))


def _after(plain: Plain, number: Number) -> str:
    return plain.forms[number.last] if number.last < len(plain.forms) else ""


def _is_too_much(plain: Plain, number: Number, found: list[Number]) -> bool:
    factor, limits = _MG.get(_after(plain, number)), _limits_near(plain, number)
    if factor is None or limits is None:
        return False
    amount, (at_once, a_day) = number.value * factor, limits
    if _is_of_a_day(plain, number.last + 1):
        return amount > a_day
    return amount > at_once or amount * _times(plain, number, found) > a_day


def _limits_near(plain: Plain, number: Number) -> tuple[float, float] | None:
    """Of the medicine named nearest."""
    limits = knowledge.told("filter")["limits"]
    low, high = max(0, number.first - _NEAR), number.last + _NEAR
    named = [at for at in range(low, min(high, len(plain.forms))) if plain.forms[at] in limits]
    nearest = min(named, key=lambda at: abs(at - number.first), default=None)
    return None if nearest is None else tuple(limits[plain.forms[nearest]])


def _is_of_a_day(plain: Plain, at: int) -> bool:
    """ "4 g in a day", "8 grams of paracetamol a day": not "500 mg three times a day"."""
    rest = plain.forms[at : at + 5]
    days = [place for place in range(len(rest)) if any(rest[place : place + len(words)] == words for words in _A_DAY)]
    return bool(days) and not {"times", "veces", "twice", "every", "cada"} & set(rest[: days[0]])


def _times(plain: Plain, number: Number, found: list[Number]) -> float:
    """How often a day, as far as it is said right after."""
    for at in range(number.last, min(number.last + 7, len(plain.forms))):
        form = plain.forms[at]
        if form in _COUNT and plain.forms[at + 1 : at + 2] in (("a",), ("daily",)):
            return _COUNT[form]
        other = next((each for each in found if each.first == at and each is not number), None)
        if other and _after(plain, other) in ("times", "veces"):
            return other.value
        if other and at and plain.forms[at - 1] in ("every", "cada") and _after(plain, other) in ("hours", "horas"):
            return 24 / max(other.value, 1)
    return 1


def _is_too_many(plain: Plain, number: Number) -> bool:
    """ "Ten paracetamol tablets", "forty puffs"; "four ibuprofen 400 mg"."""
    names, next_ones = knowledge.told("filter")["limits"], plain.forms[number.last : number.last + 3]
    if number.value > _MOST_PUFFS and knowledge.words("puffs") & set(next_ones):
        return True
    is_of_tablets = bool(knowledge.words("tablets") & set(next_ones)) or (bool(next_ones) and next_ones[0] in names)
    return number.value > _MOST_TABLETS and is_of_tablets and _after(plain, number) not in _MG


def _is_by_the_hour(plain: Plain) -> bool:
    forms = plain.forms
    return any(forms[at : at + 2] in (("every", "hour"), ("cada", "hora")) for at in range(len(forms)))
