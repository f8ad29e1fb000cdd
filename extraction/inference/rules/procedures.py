"""Examinations and treatments, with what came of them."""

from collections.abc import Iterator
from typing import Literal, cast

from extraction.inference.rules.measures import Measure
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import Procedure

_TOLD_BY_HEADING = frozenset({"labs", "imaging", ""})  # EKG: normal
Purpose = Literal["diagnostic", "therapeutic"]


def procedures(prepared: Prepared, found: list[Measure]) -> Iterator[Procedure]:
    results = {
        measure.name_at: measure for measure in found if measure.kind == "procedures" and measure.value.is_quality
    }
    inside = {
        term.first
        for kind in ("vital_signs", "analytes")
        for term in prepared.terms.get(kind, [])
        if term.last > term.first
    }
    for term in prepared.named("procedures"):
        is_title = prepared.is_heading(term.start) and prepared.section_at(term.start).kind not in _TOLD_BY_HEADING
        if is_title or term.first in inside:  # the oxygen of an oxygen saturation
            continue
        evidence = [prepared.evidence(term.start, term.end, "name")]
        result = results.get((term.start, term.end))
        if result is not None:
            evidence.append(prepared.evidence(result.value.start, result.value.end, "result"))
        yield Procedure.model_construct(
            name=" ".join(prepared.text[term.start : term.end].split()), purpose=cast(Purpose, term.name),
            result=prepared.text[result.value.start : result.value.end] if result else None,
            assertion=prepared.assertion(term.start, term.end), evidence=tuple(evidence),
        )  # fmt: skip
