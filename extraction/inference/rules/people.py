"""Persons that a document names with a title or a role. The patient is not one of them."""

import re
from collections.abc import Iterator

from extraction.inference.rules.lexicon import words
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import Assertion, Person

_NAME = (
    r"(?:[A-Z]\.[ \t]*){0,3}[A-Z][A-Za-z'’-]+(?:[ \t]+(?:[A-Z](?:\.|\b)|van|von|de|del|la))*"
    r"(?:[ \t]+[A-Z][A-Za-z'’-]+){0,2}"
)
_TITLED = re.compile(rf"\b(?P<role>Drs?\.?|Prof(?:essor)?\.?|Doctor|Nurse|Sister)[ \t]+(?P<name>{_NAME})")
_LETTERED = re.compile(
    r"\b(?P<name>[A-Z][a-z'’-]+(?:[ \t]+[A-Z]\.?)?[ \t]+[A-Z][A-Za-z'’-]+),?[ \t]+(?P<role>M\.?D\.?|D\.?O\.?|"
    r"R\.?N\.?|Ph\.?D\.?|NP|PA-C|MBBS|FRCS|FRCP)(?![\w])"
)
_LISTED = re.compile(
    rf"\b(?P<role>Attending(?: physician)?|Surgeon|Assistant(?: surgeon)?|Anesthesiologist|Referring physician|"
    rf"Consultant|Primary care physician|Physician|Dictated by|Signed by|Electronically signed by|Seen by|"
    rf"General practitioner|GP)[ \t]*:[ \t,]*(?:Dr\.?[ \t]+)?(?P<name>{_NAME})",
    re.IGNORECASE,
)
SIGNED = re.compile(rf"(?:(?:Drs?\.?|Prof(?:essor)?\.?|Doctor|Nurse|Sister|Mr\.?|Mrs\.?|Ms\.?)[ \t]+{_NAME})(?=,|\s*$)")
_NO_NAME = words("no_person_names")


def people(prepared: Prepared) -> Iterator[Person]:
    taken: set[int] = set()
    for pattern in (_LISTED, _LETTERED, _TITLED):
        for found in pattern.finditer(prepared.text):
            place = found.start("name")
            if (
                place in taken
                or not found.group("name")[0].isupper()
                or found.group("name").split()[0].lower() in _NO_NAME
            ):
                continue
            taken.add(place)
            yield Person.model_construct(
                name=found.group("name"), role=found.group("role"), assertion=Assertion.PRESENT,
                evidence=tuple(prepared.evidence(*found.span(field), field) for field in ("name", "role")),
            )  # fmt: skip
