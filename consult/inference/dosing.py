"""Doses in a sentence, held against the largest that may be told."""

from collections.abc import Iterator

from consult.inference import knowledge
from consult.inference.measures import Number, numbers_in
from consult.inference.plain import Plain

TOO_MUCH, TOO_MANY, BY_HOUR = "OF-D20", "OF-D21", "OF-D22"
_MG = {"mg": 1, "milligrams": 1, "milligram": 1, "miligramos": 1, "g": 1000, "gram": 1000, "grams": 1000, "gramo": 1000,
       "gramos": 1000, "mcg": 0.001, "micrograms": 0.001, "microgramos": 0.001}  # fmt: skip
_UNITS = frozenset({"unit", "units", "unidades"})
_MOST_TABLETS, _MOST_PUFFS, _NEAR = 2, 10, 5
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
