"""Laboratory values and other results of tests, with unit, reference and flag."""

import re
from collections.abc import Iterator

from extraction.inference.rules.measures import Measure
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.values import Value, unit_of
from extraction.inference.schema import Assertion, Lab, LabFlag, TextEvidence

_MARKED = re.compile(r"\s*[(\[]?\b(HH|LL|H|L|high|low|elevated|critical)\b[)\]]?(?=[\s,.;)\]]|$)")
_MARKS = {
    "H": LabFlag.HIGH, "high": LabFlag.HIGH, "elevated": LabFlag.HIGH, "L": LabFlag.LOW, "low": LabFlag.LOW,
    "HH": LabFlag.CRITICAL, "LL": LabFlag.CRITICAL, "critical": LabFlag.CRITICAL,
}  # fmt: skip


def labs(prepared: Prepared, found: list[Measure]) -> Iterator[Lab]:
    for measure in found:
        if measure.kind != "vital_signs":
            yield _lab(prepared, measure)


def _lab(prepared: Prepared, measure: Measure) -> Lab:
    text, value = prepared.text, measure.value
    unit, unit_text = unit_of(text, value)
    low, high = _bounds(measure.reference)
    flag, flag_at = _flag(text, value, low, high)
    return Lab.model_construct(
        name=name_of(text, measure), value=value.number if value.second is None else None,
        value_text=_written(text, value),
        comparator=value.comparator, unit=unit, unit_text=unit_text, flag=flag,
        reference=text[measure.reference.start : measure.reference.end] if measure.reference else None,
        reference_low=low, reference_high=high, assertion=assertion_of(prepared, measure),
        evidence=tuple(_evidence(prepared, measure, flag_at)),
    )  # fmt: skip


def name_of(text: str, measure: Measure) -> str:
    """The canonical one where a list has it."""
    written = " ".join(text[slice(*measure.name_at)].split())
    return measure.term.name if measure.term is not None and measure.kind != "procedures" else written


def assertion_of(prepared: Prepared, measure: Measure) -> Assertion:
    """A result is there because it is written down: "negative for" is a result too."""
    section = prepared.section_at(measure.value.start).kind
    return {"family_history": Assertion.FAMILY, "past_history": Assertion.HISTORICAL}.get(section, Assertion.PRESENT)


def _evidence(prepared: Prepared, measure: Measure, flag_at: tuple[int, int] | None) -> Iterator[TextEvidence]:
    """The value first: it is what a person looks for."""
    value = measure.value
    yield prepared.evidence(value.start, value.end, "value")
    yield prepared.evidence(*measure.name_at, "name")
    if value.unit_at is not None:
        yield prepared.evidence(*bare(prepared.text, *value.unit_at), "unit")
    if measure.reference is not None:
        yield prepared.evidence(measure.reference.start, measure.reference.end, "reference")
    if flag_at is not None:
        yield prepared.evidence(*flag_at, "flag")


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _written(text: str, value: Value) -> str:
    """As it stands there, without the unit."""
    return (
        text[value.start : value.end if value.is_quality else value.words_end].strip(" -|\n\t")
        or text[value.start : value.end]
    )


def _bounds(reference: Value | None) -> tuple[float | None, float | None]:
    if reference is None or reference.number is None:
        return None, None
    if reference.second is not None:
        return reference.number, reference.second
    if reference.comparator in ("<", "<="):
        return None, reference.number
    return (reference.number, None) if reference.comparator in (">", ">=") else (None, None)


def _flag(
    text: str, value: Value, low: float | None, high: float | None
) -> tuple[LabFlag | None, tuple[int, int] | None]:
    """As marked in the text; else by the reference beside it; else not at all."""
    if value.is_quality:
        return value.flag, None
    if marked := _MARKED.match(text, value.end):
        return _MARKS[marked.group(1)], marked.span(1)
    if value.number is None or value.second is not None or (low is None and high is None):
        return None, None
    if low is not None and value.number < low:
        return LabFlag.LOW, None
    return LabFlag.HIGH if high is not None and value.number > high else LabFlag.NORMAL, None
