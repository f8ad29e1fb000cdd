"""Numbers that were said and what they mean: temperatures, pressures, sugar, oxygen, weeks of pregnancy, age.

Each becomes a term of the rules ("fever", "high_pressure"), with the words it stands in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from clinic.inference.speech import numbers
from consult.inference import knowledge
from consult.inference.phrases import Phrases, Span
from consult.inference.plain import Plain

_NEAR = 6  # words between a name and its number
_JOINED = numbers.JOINING | numbers.POINTS
_NAMES = {
    "temperature": ["temperature|temp|fever|fiebre|temperatura|degrees|grados"],
    "pressure": ["blood pressure", "bp|tension|pressure|presion"],
    "sugar": ["sugar|sugars|glucose|azucar|glucosa|glucemia|hipoglucemia|hypo|glycaemia"],
    "oxygen": ["sats|saturation|oxygen|saturacion|spo"],
    "ketones": ["ketones|ketone|cetonas"],
    "pregnancy": [
        "pregnant|pregnancy|embarazada|gestante|gestacion|embarazo",
        "baby|bebe ?al ~2 move|moving|moverse|mueve",
    ],
    "old": ["old|edad"],
}
_WEEKS, _MONTHS = frozenset({"week", "weeks", "semana", "semanas"}), frozenset({"month", "months", "mes", "meses"})
_YEARS = frozenset({"year", "years", "ano", "anos"})
_DAYS = frozenset({"day", "days", "dia", "dias"})
_IN_WEEK = (("estoy", "de"), ("esta", "de"), ("im", "at"))


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    first: int  # word
    last: int


@dataclass(frozen=True, slots=True)
class Measured:
    """`term` is what the rules call it; `value` in the unit it was said in."""

    term: str
    value: float
    first: int
    last: int


@cache
def _phrases() -> Phrases:
    return Phrases.of(_NAMES)


def numbers_in(plain: Plain) -> list[Number]:
    """Words that are read as one number: "thirty eight point six", "treinta y ocho y medio", "38,5"."""
    found, at = [], 0
    while at < len(plain.words):
        end = _run(plain, at)
        number = _number(plain, at, end)
        if number:
            found.append(number)
        at = number.last if number else at + 1
    return found


def _run(plain: Plain, at: int) -> int:
    end = at
    while (
        end < len(plain.words)
        and plain.words[end].sentence == plain.words[at].sentence
        and (numbers.is_number(plain.forms[end]) or (end > at and plain.forms[end] in _JOINED))
    ):
        end += 1
    return end


def _number(plain: Plain, at: int, end: int) -> Number | None:
    """The longest beginning of the run that is one number: of "eighty fifty" the first."""
    while end > at:
        value = None if plain.forms[end - 1] in _JOINED else numbers.value_of(plain.forms[at:end])
        if value is not None:
            return Number(float(value), at, end)
        end -= 1
    return None


def measured(plain: Plain) -> list[Measured]:
    found = numbers_in(plain)
    names = _phrases().find(plain)
    return [*_temperatures(plain, found, names), *_pressures(plain, found, names), *_others(plain, found, names),
            *_weeks(plain, found, names)]  # fmt: skip


def _near(plain: Plain, names: list[Span], number: Number, *, after: int = 0) -> bool:
    """A name stands shortly before the number, or next to it behind."""
    start, end = plain.sentence_of(number.first)
    return any(
        start <= first and last <= end and (0 <= number.first - last <= _NEAR or 0 <= first - number.last < after)
        for first, last in names
    )


Names = Mapping[str, list[Span]]


def _temperatures(plain: Plain, found: list[Number], names: Names) -> Iterator[Measured]:
    for number in found:
        celsius = (number.value - 32) / 1.8 if 95 <= number.value <= 110 else number.value
        if 38 <= celsius <= 43.5 and _near(plain, names.get("temperature", []), number, after=3):
            yield Measured("fever", number.value, number.first, number.last)
            if celsius >= 40:
                yield Measured("very_hot", number.value, number.first, number.last)


def _pressures(plain: Plain, found: list[Number], names: Names) -> Iterator[Measured]:
    found = _as_pressures(found)
    for number in found:
        if not _near(plain, names.get("pressure", []), number):
            continue
        if number.value < 90 and number.value >= 40 and _follows(found, number, 20, 65):
            yield Measured("low_pressure", number.value, number.first, number.last)
        lower = _follows(found, number, 60, 160)
        if lower and 140 <= number.value <= 280 and (number.value >= 150 or lower.value >= 100):
            yield Measured("high_pressure", number.value, number.first, lower.last)


def _as_pressures(found: list[Number]) -> list[Number]:
    """ "One ten" is 110 here, and only here."""
    joined: list[Number] = []
    for number in found:
        before = joined[-1] if joined else None
        if before and before.value in (1, 2) and before.last == number.first and 10 <= number.value <= 99:
            joined[-1] = Number(before.value * 100 + number.value, before.first, number.last)
        else:
            joined.append(number)
    return joined


def _follows(found: list[Number], number: Number, low: float, high: float) -> Number | None:
    return next((each for each in found if 0 <= each.first - number.last <= 2 and low <= each.value <= high), None)


def _others(plain: Plain, found: list[Number], names: Names) -> Iterator[Measured]:
    for number in found:
        if _near(plain, names.get("sugar", []), number):
            term = _sugar(number.value)
            if term and _is_told_as_value(plain, number):
                yield Measured(term, number.value, number.first, number.last)
        if 50 <= number.value <= 90 and _near(plain, names.get("oxygen", []), number):
            yield Measured("very_low_saturation", number.value, number.first, number.last)
        if 3 <= number.value <= 12 and _near(plain, names.get("ketones", []), number):
            yield Measured("high_ketones", number.value, number.first, number.last)


def _sugar(value: float) -> str:
    """In mmol/l below 34, in mg/dl above."""
    if value < 3.5 or 34 <= value < 60:
        return "very_low_sugar" if value > 0.5 else ""
    return "high_sugar" if 20 <= value < 34 or value >= 350 else ""


def _is_told_as_value(plain: Plain, number: Number) -> bool:
    """ "Sugar is 2.1": but not "checks her sugar one to two times"."""
    before = plain.forms[number.first - 1] if number.first else ""
    after = plain.forms[number.last] if number.last < len(plain.forms) else ""
    counts_time = after in _WEEKS | _MONTHS | _YEARS | _DAYS or after in knowledge.words("no_sugar")
    return before in knowledge.words("value_comes") and not counts_time


def _weeks(plain: Plain, found: list[Number], names: Names) -> Iterator[Measured]:
    """Of a pregnancy: nobody else counts thirty-six weeks."""
    for number in found:
        is_pregnant = bool(names.get("pregnancy")) or plain.forms[max(0, number.first - 2) : number.first] in _IN_WEEK
        unit = plain.forms[number.last] if number.last < len(plain.forms) else ""
        weeks = number.value * 4.35 if unit in _MONTHS else number.value if unit in _WEEKS else 0
        if is_pregnant and 4 <= weeks < 20:
            yield Measured("early_pregnancy", number.value, number.first, number.last + 1)
            yield Measured("pregnant", number.value, number.first, number.last + 1)
        elif is_pregnant and 20 <= weeks <= 43:
            yield Measured("late_pregnancy", number.value, number.first, number.last + 1)
            yield Measured("pregnant", number.value, number.first, number.last + 1)
    forms = plain.forms
    for at, form in enumerate(forms):
        if form in ("trimester", "trimestre") and at and forms[at - 1] in ("third", "second", "tercer", "segundo"):
            yield Measured("late_pregnancy", 0, at - 1, at + 1)


def age_years(plain: Plain) -> float | None:
    """As it was said: "seven weeks old", "a sixty one year old man", "recién nacida de cuatro semanas"."""
    forms = plain.forms
    for number in numbers_in(plain):
        unit = forms[number.last] if number.last < len(forms) else ""
        after = forms[number.last + 1 : number.last + 3]
        before = forms[max(0, number.first - 3) : number.first]
        is_age = "old" in after or "edad" in after or bool(knowledge.words("tells_age") & {*before})
        if is_age and unit in _DAYS | _WEEKS | _MONTHS | _YEARS and "ago" not in after:
            return number.value / _a_year(unit)
    return None


def _a_year(unit: str) -> float:
    return 365 if unit in _DAYS else 52 if unit in _WEEKS else 12 if unit in _MONTHS else 1
