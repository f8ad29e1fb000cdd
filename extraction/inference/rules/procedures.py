"""Examinations and treatments, with what came of them."""

import re
from collections.abc import Iterator
from typing import Literal, cast

from extraction.inference.rules.lexicon import Term
from extraction.inference.rules.measures import Measure
from extraction.inference.rules.places import is_of_a_place
from extraction.inference.rules.plan import ASKED
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import Assertion, Procedure

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
        if (
            is_title or term.first in inside or is_of_a_place(prepared.text, term.start)
        ):  # the oxygen of an oxygen saturation
            continue
        evidence = [prepared.evidence(term.start, term.end, "name")]
        result = results.get((term.start, term.end))
        if result is not None:
            evidence.append(prepared.evidence(result.value.start, result.value.end, "result"))
        yield Procedure.model_construct(
            name=" ".join(prepared.text[term.start : term.end].split()), purpose=cast(Purpose, term.name),
            result=prepared.text[result.value.start : result.value.end] if result else None,
            assertion=_assertion(prepared, term), evidence=tuple(evidence),
        )  # fmt: skip


_ENDS_ORDER = re.compile(
    r"\b(?:after|following|because|since|given|due|post|but|had|has|was|were|show\w*|reveal\w*|did|which)\b|[;:]",
    re.IGNORECASE,
)
_IS_ASKED = re.compile(
    r"\s+(?:(?:is|are|has been|have been|to be)\s+)?(?:requested|arranged|booked|organi[sz]ed)\b(?!\s+and\b)",
    re.IGNORECASE,
)


def _assertion(prepared: Prepared, term: Term) -> Assertion:
    """What somebody is asked to arrange has not been done."""
    assertion = prepared.assertion(term.start, term.end)
    is_done = assertion in (Assertion.PRESENT, Assertion.HISTORICAL)
    return Assertion.PLANNED if is_done and _is_asked(prepared, term) else assertion


def _is_asked(prepared: Prepared, term: Term) -> bool:
    sentence = prepared.sentence_at(term.start)
    asked = [found.end() for found in ASKED.finditer(sentence.text)]
    before = [end for end in asked if end <= term.start - sentence.start]
    if before and not _ENDS_ORDER.search(sentence.text, before[-1], term.start - sentence.start):
        return True
    return _IS_ASKED.match(prepared.text, term.end) is not None
