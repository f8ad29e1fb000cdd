"""That no allergies are known is a fact: it is kept, said in its own words, and not refuted."""

from typing import Any

import pytest

from extraction import fhir, wording
from extraction.checked import OPEN, Fact
from extraction.inference.grounding import grounded
from extraction.inference.rules.reading import extract
from extraction.inference.schema import Allergy, Assertion, Extraction, TextEvidence
from extraction.models import Act

NONE_KNOWN = "No known drug allergies."


def told(text: str, **values: Any) -> Extraction:
    evidence = (TextEvidence(start=0, end=len(text), text=text),)
    return Extraction(allergies=(Allergy(evidence=evidence, assertion=Assertion.NEGATED, **values),))


def fact(state: str = OPEN, kind: str = "allergies", **values: Any) -> Fact:
    return Fact(key=f"{kind}.0", values=values, state=state)


@pytest.mark.parametrize("text", [NONE_KNOWN, "NKDA", "Allergies: none"])
def test_no_known_allergies_outlast_the_check_against_the_source(text):
    (found,) = grounded(extract(text), text).allergies
    assert (found.substance, found.assertion) == (None, Assertion.NEGATED)


def test_words_that_deny_nothing_are_no_absence_of_allergies():
    assert grounded(told("Penicillin"), "Penicillin").allergies == ()


def test_a_substance_that_stands_nowhere_never_becomes_no_known_allergies():
    assert grounded(told("No rash.", substance="penicillin"), "No rash.").allergies == ()


def test_the_line_says_it_once():
    values = {"assertion": "negated"}
    assert wording.line("allergies", values) == "No known allergies"
    assert wording.aside("allergies", values) == []
    assert wording.line("allergies", {"assertion": "negated", "substance": "latex"}) == "latex"


@pytest.mark.parametrize(
    ("state", "values", "sureness", "activity"),
    [
        (OPEN, {"assertion": "negated"}, "unconfirmed", "active"),
        (Act.ACCEPTED, {"assertion": "negated"}, "confirmed", "active"),
        (OPEN, {"assertion": "negated", "substance": "latex"}, "refuted", "resolved"),
        (Act.ACCEPTED, {"assertion": "historical", "substance": "latex"}, "confirmed", "inactive"),
        (OPEN, {"assertion": "present", "substance": "latex"}, "unconfirmed", "active"),
    ],
)
def test_every_allergy_has_both_its_statuses(state, values, sureness, activity):
    made = fhir._allergy(fact(state, **values), {"reference": "urn:uuid:1"})
    assert made["verificationStatus"]["coding"][0]["code"] == sureness
    assert made["clinicalStatus"]["coding"][0]["code"] == activity
    assert made["code"]["text"] == values.get("substance", "no known allergies")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"assertion": "planned", "status": "held"}, "on-hold"),
        ({"assertion": "planned", "status": "stopped"}, "stopped"),
        ({"assertion": "planned"}, "intended"),
        ({"assertion": "negated"}, "not-taken"),
    ],
)
def test_a_medicine_to_be_held_or_stopped_is_not_intended(values, status):
    made = fhir._medication(fact(kind="medications", name="warfarin", **values), {"reference": "urn:uuid:1"})
    assert made is not None
    assert made["status"] == status
