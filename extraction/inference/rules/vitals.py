"""Vital signs and body measures."""

import re
from collections.abc import Iterator

from extraction.inference.rules.labs import assertion_of, bare, name_of
from extraction.inference.rules.measures import Measure
from extraction.inference.rules.numbers import value_of
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.units import DEGREES
from extraction.inference.rules.values import unit_of
from extraction.inference.schema import Assertion, TextEvidence, Vital

_PAIR = re.compile(r"/|\bover\b")
_LETTERS = {"T": "temperature", "P": "heart rate", "R": "respiratory rate"}
_LETTER = re.compile(r"(?<![\w.])(?P<letter>[TPR])[:=\s]{1,3}(?P<n>\d{2,3}(?:\.\d)?)(?![\w/-])")
_LOWEST = {"temperature": 25.0, "heart rate": 20.0, "respiratory rate": 4.0}


def vitals(prepared: Prepared, found: list[Measure]) -> Iterator[Vital]:
    measured = [measure for measure in found if measure.kind == "vital_signs"]
    yield from _with_inches([_vital(prepared, measure) for measure in measured], prepared)
    yield from _by_letter(prepared, measured)


def _with_inches(found: list[Vital], prepared: Prepared) -> Iterator[Vital]:
    """5 feet 10 inches is one height; it is told in words, because nothing is converted."""
    last: Vital | None = None
    for vital in found:
        if last is not None and (last.unit, vital.unit) == ("[ft_i]", "[in_i]"):
            vital = _joined(last, vital, prepared)
        elif last is not None:
            yield last
        last = vital
    if last is not None:
        yield last


def _joined(feet: Vital, inches: Vital, prepared: Prepared) -> Vital:
    first, second = feet.evidence[0], inches.evidence[0]
    if not isinstance(first, TextEvidence) or not isinstance(second, TextEvidence):
        return inches
    whole = prepared.evidence(first.start, second.end, "value")
    return feet.model_copy(
        update={
            "value": None,
            "unit": None,
            "unit_text": None,
            "value_text": whole.text,
            "evidence": (whole, feet.evidence[1]),
        }
    )


def _vital(prepared: Prepared, measure: Measure) -> Vital:
    text, value = prepared.text, measure.value
    unit, unit_text = _unit_of(text, measure)
    is_pair = value.second is not None and _PAIR.search(text, value.start, value.end) is not None
    evidence = [prepared.evidence(value.start, value.end, "value"), prepared.evidence(*measure.name_at, "name")]
    if value.unit_at is not None and unit_text:
        evidence.append(prepared.evidence(*bare(text, *value.unit_at), "unit"))
    return Vital.model_construct(
        name=name_of(text, measure), value=value.number if is_pair or value.second is None else None,
        second_value=value.second if is_pair else None, value_text=text[value.start : value.end].strip(), unit=unit,
        unit_text=unit_text, assertion=assertion_of(prepared, measure), evidence=tuple(evidence),
    )  # fmt: skip


def _unit_of(text: str, measure: Measure) -> tuple[str | None, str | None]:
    """In a temperature C and F are degrees."""
    unit, written = unit_of(text, measure.value)
    if unit is None and written and name_of(text, measure) == "temperature":
        unit = DEGREES.get(written.upper())
    return unit, written


def _by_letter(prepared: Prepared, measured: list[Measure]) -> Iterator[Vital]:
    """T 37.2, P 84, R 20: letters mean vital signs only beside others that are spelled out."""
    sentences = {prepared.sentence_at(measure.value.start) for measure in measured}
    taken = {measure.value.start for measure in measured}
    for sentence in sorted(sentences, key=lambda each: each.start):
        for said in _LETTER.finditer(prepared.text, sentence.start, sentence.end):
            name, number = _LETTERS[said.group("letter")], value_of(said.group("n"))
            if number is not None and number >= _LOWEST[name] and said.start("n") not in taken:
                yield _of_letter(prepared, said, name, number)


def _of_letter(prepared: Prepared, said: re.Match[str], name: str, number: float) -> Vital:
    evidence: tuple[TextEvidence, ...] = (
        prepared.evidence(*said.span("n"), "value"), prepared.evidence(*said.span("letter"), "name"),
    )  # fmt: skip
    return Vital.model_construct(
        name=name, value=number, value_text=said.group("n"), assertion=Assertion.PRESENT, evidence=evidence
    )
