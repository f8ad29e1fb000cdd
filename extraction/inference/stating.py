"""What a text states about its patient, for comparing with what others state: from facts that were read from it, and
from the text itself where it speaks of a chest film."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from clinic.inference.contradictions import medicines, naming, reading
from clinic.inference.contradictions.statements import About, Holds, Statement, sentence_at

_STOPPED = frozenset({"stopped", "held"})
_DAYS = {
    "second": 1 / 86_400,
    "minute": 1 / 1_440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.4,
    "year": 365.0,
}
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zA-Z\u00b5]+)")
_MASS = {"mg": "mg", "milligram": "mg", "milligrams": "mg", "g": "g", "gram": "g", "grams": "g", "mcg": "mcg",
         "microgram": "mcg", "micrograms": "mcg", "ug": "mcg", "\u00b5g": "mcg", "units": "units", "unit": "units",
         "iu": "units", "ml": "ml"}  # fmt: skip

SMALL = 0.2  # years; newborns are told in days
Facts = Iterable[tuple[str, Mapping[str, Any], Sequence[Any]]]  # kind, values, evidence


def statements(source: str, text: str, facts: Facts) -> Iterator[Statement]:
    prescribed: set[str] = set()
    for kind, values, evidence in facts:
        start, end = place(evidence)
        told = {"source": source, "words": sentence_at(text, start, end), "start": start, "end": end,
                "holds": Holds(values.get("assertion", "present"))}  # fmt: skip
        for one in _MAKERS[kind](values, told) if kind in _MAKERS else ():
            if one.about == About.MEDICINE:
                prescribed.add(naming.substance(one.name))
            yield one
    yield from reading.statements(source, text, _drug_names(), prescribed)


def place(evidence: Sequence[Any]) -> tuple[int, int]:
    """From the first of its words to the last; nothing where it stands on a page only."""
    places = [(one.start, one.end) for one in evidence if hasattr(one, "start")]
    return (min(start for start, _end in places), max(end for _start, end in places)) if places else (0, 0)


def _problem(values: Mapping[str, Any], told: dict[str, Any]) -> Iterator[Statement]:
    """What the text is read for anyway is left to that."""
    name = str(values["name"])
    if not naming.is_read(naming.finding(name)):
        yield Statement(about=About.FINDING, name=name, site=str(values.get("site") or ""),
                        side=str(values.get("side") or ""), **told)  # fmt: skip


def _medication(values: Mapping[str, Any], told: dict[str, Any]) -> Iterator[Statement]:
    name = values.get("name")
    if not name:
        return
    amount, unit = _amount(values)
    times, interval = values.get("times"), values.get("interval")
    a_day = times / ((interval or 1) * _DAYS[values.get("interval_unit") or "day"]) if times else None
    if a_day is None:
        a_day = medicines.often(told["words"])
    if amount is None:
        amount = medicines.number_beside(told["words"], str(name))
    yield Statement(about=About.MEDICINE, name=str(name), amount=amount, unit=unit, a_day=a_day,
                    is_stopped=values.get("status") in _STOPPED or medicines.is_not_taken(told["words"], str(name)),
                    **told)  # fmt: skip


def _amount(values: Mapping[str, Any]) -> tuple[float | None, str]:
    """Of the substance at once: two tablets of 500 mg are 1,000 mg."""
    amount, unit = values.get("dose_amount"), str(values.get("dose_unit") or "")
    mass = _MASS.get(unit.lower())
    if amount is not None and mass:
        return float(amount), mass
    strength = _AMOUNT.search(str(values.get("strength") or ""))
    of_one = _MASS.get(strength[2].lower()) if strength else None
    if strength and of_one:
        count = float(amount) if amount is not None and not mass else 1.0
        return float(strength[1].replace(",", ".")) * count, of_one
    return None, ""


def _allergy(values: Mapping[str, Any], told: dict[str, Any]) -> Iterator[Statement]:
    yield Statement(about=About.ALLERGY, name=str(values.get("substance") or ""), **told)


def _age(values: Mapping[str, Any], told: dict[str, Any]) -> Iterator[Statement]:
    years = float(values["value"]) * _DAYS[values["unit"]] / 365
    if years >= SMALL:
        yield Statement(about=About.AGE, value=f"{years:g}", **told)


def _sex(values: Mapping[str, Any], told: dict[str, Any]) -> Iterator[Statement]:
    yield Statement(about=About.SEX, value=str(values["value"]), **told)


def _date(values: Mapping[str, Any], told: dict[str, Any]) -> Iterator[Statement]:
    if values.get("iso") and values.get("of"):
        yield Statement(about=About.EVENT, name=str(values["of"]), value=str(values["iso"]), **told)


_MAKERS = {
    "problems": _problem, "medications": _medication, "allergies": _allergy,
    "age": _age, "sex": _sex, "birth_date": _date, "dates": _date,
}  # fmt: skip


@cache
def _drug_names() -> frozenset[str]:
    """What people react to: medicines, and what else allergies name. Not for web processes: it reads the lists."""
    from extraction.inference.rules.lexicon import entries

    listed = {spelling for name in _LISTS for _head, spellings in entries(name) for spelling in spellings}
    return frozenset((*naming.lexicon().substances, *(word.lower() for word in listed if len(word) > 3)))


_LISTS = ("drugs", "drug_classes", "allergens")
