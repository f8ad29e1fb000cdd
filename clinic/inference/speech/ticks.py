"""What nobody should rely on because one engine once heard it: numbers, doses and negations.

`needs_tick(words)` names them all; `needs_tick(words, second)` only those in which a second reading, by another engine
or another decoding, does not agree, and what only the second heard. Each is then ticked by a person, or stays open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from clinic.inference.speech import numbers
from clinic.inference.speech.transcript import Word

SLACK_S = 0.5  # engines differ in where a word begins


class Risk(StrEnum):
    DOSE = "dose"  # a number with its unit: amounts, times a day, weeks, degrees, pressures
    NUMBER = "number"  # one that says not of what
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Tick:
    """`first` to `last` are places in the words that were asked about. `is_missing`: nothing like it was heard in this
    reading, the other one heard it at this time."""

    first: int
    last: int
    risk: Risk
    text: str = field(repr=False)
    start: float
    end: float
    is_missing: bool = False
    key: tuple[str, ...] = field(default=(), repr=False)


_UNITS = """mg milligram milligrams miligramo miligramos | g gram grams gramo gramos | kg kilo kilos kilogram kilograms
    kilogramo kilogramos | mcg ug microgram micrograms microgramo microgramos | ml milliliter milliliters millilitre
    millilitres mililitro mililitros cc | l liter liters litre litres litro litros | unit units unidad unidades iu ui |
    tablet tablets tableta tabletas pill pills pastilla pastillas comprimido comprimidos | capsule capsules capsula
    capsulas | drop drops gota gotas | puff puffs inhalacion inhalaciones | spoon spoons spoonful teaspoon teaspoons
    cucharada cucharadas cucharadita cucharaditas | % percent porciento | degree degrees grado grados | mmol millimole
    millimoles milimol milimoles | mmhg | bpm beats latidos | pound pounds libra libras lb lbs | cm centimeter
    centimeters centimetre centimetres centimetro centimetros | mm millimeter millimeters millimetre millimetres
    milimetro milimetros | m meter meters metre metres metro metros | time times vez veces x | second seconds segundo
    segundos | minute minutes minuto minutos min | hour hours hora horas hr hrs h | day days dia dias | night nights
    noche noches | week weeks semana semanas | month months mes meses | year years ano anos | cigarettes cigarette
    cigarrillos cigarrillo packs pack | over sobre"""
_UNIT = {word: group.split()[0] for group in _UNITS.split("|") for word in group.split()}
_NEGATIONS = {
    word: sort
    for sort, words in {
        "no": "no none nobody nothing neither nor ningun ninguna ninguno nada nadie",
        "not": "not cannot",
        "never": "never nunca jamas",
        "without": "without sin",
        "denies": "denies denied denying niega nego negaba",
        "ni": "ni tampoco",
        "absent": "free negative negativo negativa ausencia absence",
    }.items()
    for word in words.split()
}
_NOT_ALONE = {"one", "un", "una", "uno", "oh", "y", "and", "media", "once"}  # words of every day when no unit follows


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    word: int


def needs_tick(words: Sequence[Word], second: Sequence[Word] | None = None) -> tuple[Tick, ...]:
    found = _risky(words)
    if second is None:
        return tuple(found)
    others = _risky(second)
    open_ones = [tick for tick in found if not _taken(tick, others)]  # takes what agrees out of the others
    return tuple(sorted([*open_ones, *(_missing(words, tick) for tick in others)], key=lambda tick: tick.start))


def agree(words: Sequence[Word], second: Sequence[Word]) -> bool:
    return not needs_tick(words, second)


def _taken(tick: Tick, others: list[Tick]) -> bool:
    """The same, at the same time; what has confirmed one cannot confirm another."""
    for at, other in enumerate(others):
        if other.key == tick.key and other.start - SLACK_S <= tick.end and tick.start <= other.end + SLACK_S:
            del others[at]
            return True
    return False


def _missing(words: Sequence[Word], tick: Tick) -> Tick:
    near = [at for at, word in enumerate(words) if word.start < tick.end and tick.start < word.end]
    first, last = (near[0], near[-1]) if near else (-1, -1)
    return Tick(first, last, tick.risk, tick.text, tick.start, tick.end, is_missing=True, key=tick.key)


def _risky(words: Sequence[Word]) -> list[Tick]:
    said = [_Part(part, at) for at, word in enumerate(words) if word.is_voiced for part in numbers.parts(word.text)]
    found: list[Tick] = []
    at = 0
    while at < len(said):
        end = _run_end(said, at)
        if end > at:
            found += _number(words, said, at, end)
            at = end
        else:
            found += _negation(words, said, at)
            at += 1
    return found


def _run_end(said: Sequence[_Part], at: int) -> int:
    """Behind the last part of a number that begins here; `at` itself where none does."""
    end = at
    while end < len(said):
        part, following = said[end].text, said[end + 1].text if end + 1 < len(said) else ""
        joins = end > at and part in numbers.JOINING | numbers.POINTS and numbers.is_number(following)
        if not (joins or numbers.is_number(part) or (end == at and part in numbers.TIMES)):
            break
        end += 1
    return end


def _number(words: Sequence[Word], said: Sequence[_Part], at: int, end: int) -> list[Tick]:
    run = [part.text for part in said[at:end]]
    unit, unit_end = _unit_after(said, end)
    if not unit and len(run) == 1 and run[0] in _NOT_ALONE:
        return []
    value = numbers.value_of(run)
    told = " ".join(run) if value is None else format(value.normalize(), "f")
    risk = Risk.DOSE if unit else Risk.NUMBER
    return [_tick(words, said[at].word, said[unit_end - 1].word, risk, (told, unit))]


def _unit_after(said: Sequence[_Part], end: int) -> tuple[str, int]:
    """ "five hundred milligrams", "two 500 mg tablets": the unit stands right behind, or after one word."""
    for at in (end, end + 1):
        if at < len(said) and (at == end or not numbers.is_number(said[end].text)) and said[at].text in _UNIT:
            return _UNIT[said[at].text], at + 1
    return "", end


def _negation(words: Sequence[Word], said: Sequence[_Part], at: int) -> list[Tick]:
    """With what follows it: to deny fever and to deny pain are two things."""
    part = said[at].text
    sort = _NEGATIONS.get(part) or ("not" if part.replace("’", "'").endswith("n't") else None)
    if sort is None:
        return []
    what = said[at + 1] if at + 1 < len(said) else said[at]
    return [_tick(words, said[at].word, what.word, Risk.NEGATION, (sort, what.text if what is not said[at] else ""))]


def _tick(words: Sequence[Word], first: int, last: int, risk: Risk, key: tuple[str, ...]) -> Tick:
    text = " ".join(word.text for word in words[first : last + 1] if word.is_voiced)
    return Tick(first, last, risk, text, words[first].start, words[last].end, key=(risk.value, *key))
