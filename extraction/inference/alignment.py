"""Whether words say a value: letter by letter, or in one of the spellings that the rules know."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from extraction.inference.rules import amounts, units
from extraction.inference.rules.dates import iso_in
from extraction.inference.rules.frequencies import durations_in, frequencies_in
from extraction.inference.rules.lexicon import shipped
from extraction.inference.rules.numbers import values_in
from extraction.inference.rules.patient import SEXES
from extraction.inference.rules.sigs import amount_of
from extraction.inference.rules.tokens import tokens_of
from extraction.inference.rules.values import numerics_in

_NOT_A_WORD = re.compile(r"[^\w%+<>/.-]+")
_TOKEN = re.compile(r"\S+")


def folded(text: str) -> str:
    """Without case, accents of compatibility forms, and what stands between the words."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def says(text: str, field: str, value: Any) -> bool:
    if isinstance(value, bool) or text == value:
        return True
    if isinstance(value, int | float):
        return any(abs(found - value) < 1e-9 for found in values_in(text)) or _is_reading(text, field, value)
    return _contains(folded(text), folded(str(value))) or _is_reading(text, field, str(value))


def places_of(quote: str, source: str) -> tuple[int, int] | None:
    """Where a quotation stands, if it stands there once the spaces and the case are let go of."""
    if (start := source.find(quote)) >= 0:
        return start, start + len(quote)
    words = [re.escape(word) for word in _TOKEN.findall(quote)]
    found = re.search(r"\s+".join(words), source, re.IGNORECASE) if words else None
    return found.span() if found else None


def _contains(text: str, value: str) -> bool:
    """Whole words and whole numbers: "5 mg" is not said by "25 mg", but 306 is by 306U/L."""
    after = r"(?![\d]|[.,]\d)" if value[-1:].isdigit() else r"(?!\w)"
    return bool(value) and re.search(rf"(?<![\w.]){re.escape(value)}{after}", text) is not None


def _units(text: str) -> set[Any]:
    found = {units.ucum(text)}
    for value in numerics_in(text, 0, len(text)):
        found |= {units.ucum(text[slice(*value.unit_at)])} if value.unit_at else set()
    found |= {units.ucum(said.group("unit") + (said.group("per") or "")) for said in amounts.MASS.finditer(text)}
    found |= {units.ucum(said.group("form")) for said in amounts.COUNT.finditer(text)}
    return found | _degrees(text) | _time_units(text)


def _degrees(text: str) -> set[Any]:
    written = re.fullmatch(r"(?:.*\d)?\s*([CF])", text.strip())
    return {units.DEGREES[written.group(1)]} if written else set()


def _time_units(text: str) -> set[Any]:
    said = {_AGES[word] for word in re.findall(r"y\.?/?o|[a-z]+", text.lower()) if word in _AGES}
    return said | ({"year"} if re.fullmatch(r"\D*\d+\D{0,12}", text) else set())


_AGES: dict[str, str] = {
    spelling: unit
    for unit, spellings in {
        "year": "year years yr yrs yo y/o y.o y", "month": "month months mo mos", "week": "week weeks wk wks",
        "day": "day days newborn neonate infant baby", "hour": "hour hours hr hrs",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip


def _names(text: str) -> set[Any]:
    terms = shipped().terms(tokens_of(text), text)
    letters = {"t": "temperature", "p": "heart rate", "r": "respiratory rate"}
    return {term.name for kind in ("vital_signs", "analytes") for term in terms.get(kind, [])} | {
        letters.get(text.lower())
    }


def _times(text: str) -> set[Any]:
    return {said.times for said in frequencies_in(text)}


def _intervals(text: str) -> set[Any]:
    return {said.interval for said in frequencies_in(text)} | {said.unit for said in frequencies_in(text)}


def _durations(text: str) -> set[Any]:
    return {said.amount for said in durations_in(text)} | {said.unit for said in durations_in(text)}


def _routes(text: str) -> set[Any]:
    return {amounts.route_of(said.group()) for said in amounts.ROUTE.finditer(text)}


def _forms(text: str) -> set[Any]:
    return {amounts.form_of(said.group("form")) for said in amounts.FORM.finditer(text)}


def _values(text: str) -> set[Any]:
    """An age that is a word, or a sex."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    told = {sex.value for word, sex in SEXES.items() if word in words}
    if words & {"he", "his", "him"}:
        told.add("male")
    if words & {"she", "her"}:
        told.add("female")
    if words & {"newborn", "neonate", "term", "preterm", "premature"}:
        return {*told, *_numbers(text), 0.0}
    return {*told, *_numbers(text)}


def _numbers(text: str) -> set[Any]:
    found = list(numerics_in(text, 0, len(text)))
    return {value.number for value in found} | {value.second for value in found}


def _amounts(text: str) -> set[Any]:
    counts = (said.group("n") for pattern in (amounts.COUNT, amounts.MASS) for said in pattern.finditer(text))
    return {amount_of(said) for said in counts}


# What a field's words are read as, where the value is not written as it is stored.
READINGS: dict[str, Callable[[str], set[Any]]] = {
    "unit": _units, "dose_unit": _units, "name": _names, "times": _times, "interval": _intervals,
    "interval_unit": _intervals, "duration_amount": _durations, "duration_unit": _durations, "route": _routes,
    "form": _forms, "iso": lambda text: set(iso_in(text)), "value": _values, "second_value": _numbers,
    "reference_low": _numbers, "reference_high": _numbers, "dose_amount": _amounts,
}  # fmt: skip


def _is_reading(text: str, field: str, value: Any) -> bool:
    read = READINGS.get(field)
    return read is not None and value in read(text)
