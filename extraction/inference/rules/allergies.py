"""What a patient does not tolerate, and what it did."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from extraction.inference.rules.lexicon import phrases, words
from extraction.inference.rules.medications import LISTS
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import Allergy, Assertion, TextEvidence

Span = tuple[int, int]

NONE = re.compile(
    r"\b(?:NKDA|NKA|no known (?:drug |medication |food )?allerg(?:y|ies)|(?:denies|denied|no)(?: any| known|"
    r" history of)*(?: drug| medication| food)? allerg(?:y|ies)|allergies\s*:?[\s,]*(?:none|nil|"
    r"denied)(?: known)?|allergies\s*:?[\s,]*to (?:any )?medications?\s*(?:are|is|:)?\s*none|"
    r"not allergic to (?:any|medications?)[a-z ]{0,20}|"
    r"no known drug or food allergies|no (?:drug|medication|medicine) allergies)\b",
    re.IGNORECASE,
)
_ALLERGIC_TO = re.compile(
    r"\b(?:allerg(?:ic|y|ies) to|allergic reactions? to|hypersensitiv(?:e|ity) to|intoleran(?:t|ce) (?:to|of)|"
    r"anaphyla(?:xis|ctic reaction) to|sensitive to|adverse reactions? to)\b\s*(?P<list>[^.;\n]{2,160})",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\b(?P<substance>[A-Za-z][A-Za-z-]{2,25})(?:\s+drug)?\s+allerg(?:y|ies)\b", re.IGNORECASE)
_NO_SUBSTANCE = words("no_allergens")
_REACTION = re.compile(
    r"(?:\s*\(|,?\s+(?:which |that )?(?:causes?|caused|caus(?:ing)|gives? (?:him|her)|gave (?:him|her)|"
    r"produc(?:es|ed|ing)|result(?:s|ed|ing) in|leads? to|develop(?:s|ed|ing)|with|->|→)\s+|\s*[-–:=]\s*|"
    r"\bto\b\s+)(?P<reaction>(?:a |an )?[A-Za-z][A-Za-z /-]{2,60}?)(?=\)|$|[,.;\n])",
    re.IGNORECASE,
)
_OTHERS = phrases("allergens")
_OTHER = re.compile(rf"\b(?:{'|'.join(sorted(_OTHERS, key=len, reverse=True))})\b(?!\s+(?:allerg))", re.IGNORECASE)
_ANY_MEDICINE = frozenset({"medication"})
_SEVERE = re.compile(r"\b(?:mild|moderate|severe|life-threatening|anaphyla\w+)\b", re.IGNORECASE)


def allergies(prepared: Prepared) -> Iterator[Allergy]:
    taken: list[Span] = []
    none = [found.span() for found in NONE.finditer(prepared.text)]
    taken += none
    if none:
        yield _none(prepared, *none[0])
    for start, end in _stretches(prepared):
        for allergy, span in _of_stretch(prepared, start, end):
            if not any(span[0] < other_end and other_start < span[1] for other_start, other_end in taken):
                taken.append(span)
                yield allergy


def _none(prepared: Prepared, start: int, end: int) -> Allergy:
    return Allergy.model_construct(assertion=Assertion.NEGATED, evidence=(prepared.evidence(start, end, "substance"),))


def _stretches(prepared: Prepared) -> Iterator[Span]:
    """Where allergies are told: under their heading, and behind the words for them."""
    for section in prepared.outline.sections:
        if section.kind == "allergies":
            yield section.body, min(section.end, section.body + 400)
    for found in _ALLERGIC_TO.finditer(prepared.text):
        yield found.span("list")
    for found in _SHORT.finditer(prepared.text):
        if found.group("substance").lower() not in _NO_SUBSTANCE:
            yield found.span("substance")


def _of_stretch(prepared: Prepared, start: int, end: int) -> Iterator[tuple[Allergy, Span]]:
    text = prepared.text
    listed = (term for kind in LISTS for term in prepared.terms.get(kind, []))
    found = {(term.start, term.end) for term in listed if start <= term.start < end and term.name not in _ANY_MEDICINE}
    found |= {said.span() for said in _OTHER.finditer(text, start, end)}
    spans = sorted(found, key=lambda each: (each[0], -each[1]))
    apart: list[Span] = []
    for span in spans:
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    for number, span in enumerate(apart):
        stop = apart[number + 1][0] if number + 1 < len(apart) else end
        yield _allergy(prepared, span, stop), span


def _allergy(prepared: Prepared, span: Span, stop: int) -> Allergy:
    text = prepared.text
    evidence: list[TextEvidence] = [prepared.evidence(*span, "substance")]
    stop = min(stop, span[1] + 90)
    reaction = _REACTION.match(text, span[1], stop)
    place = reaction.span("reaction") if reaction else _beside(prepared, span[1])
    severity = _SEVERE.search(text, span[1], stop) if place else None
    if place:
        evidence.append(prepared.evidence(*place, "reaction"))
    if severity:
        evidence.append(prepared.evidence(*severity.span(), "severity"))
    return Allergy.model_construct(
        substance=text[slice(*span)], reaction=text[slice(*place)] if place else None,
        severity=severity.group() if severity else None, assertion=_assertion(prepared, span), evidence=tuple(evidence),
    )  # fmt: skip


_FOLLOWS = re.compile(
    r"[ \t]*,[ \t]*(?P<reaction>(?:(?:skin|itchy|severe|mild|facial|lip|tongue|throat|stomach|GI) )?(?:rash(?:es)?|"
    r"hives|urticaria|anaphyla(?:xis|ctic shock)|swelling|angio-?o?edema|itch(?:ing|y)?|nausea|vomiting|diarrho?ea|"
    r"wheez(?:e|ing)|blisters|upset|bronchospasm|hypotension|flushing|shortness of breath))\b",
    re.IGNORECASE,
)


def _beside(prepared: Prepared, end: int) -> Span | None:
    """Penicillin rash; penicillin, rash as a baby."""
    if follows := _FOLLOWS.match(prepared.text, end):
        return follows.span("reaction")
    signs = prepared.named("problems", "symptoms")
    number = bisect_left(signs, end, key=lambda term: term.start)
    is_beside = number < len(signs) and signs[number].start == end + 1 and prepared.text[end] == " "
    return (signs[number].start, signs[number].end) if is_beside else None


def _assertion(prepared: Prepared, span: Span) -> Assertion:
    """An allergy of the past is one of today."""
    assertion = prepared.assertion(*span)
    return Assertion.PRESENT if assertion in (Assertion.HISTORICAL, Assertion.PLANNED) else assertion
