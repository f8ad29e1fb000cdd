import pytest

from extraction.inference.rules.allergies import allergies
from extraction.inference.rules.people import people
from extraction.inference.rules.plan import plan
from extraction.inference.rules.problems import problems
from extraction.inference.rules.procedures import procedures
from extraction.inference.schema import Assertion
from tests.unit.extraction.read import measured, ready


def asserted(text: str) -> dict[str, Assertion]:
    return {each.name.lower(): each.assertion for each in problems(ready(text))}


@pytest.mark.parametrize(
    ("text", "name", "assertion"),
    [
        ("He has chest pain.", "chest pain", Assertion.PRESENT),
        ("He denies chest pain.", "chest pain", Assertion.NEGATED),
        ("Fever: none", "fever", Assertion.NEGATED),
        ("Possible pneumonia.", "pneumonia", Assertion.UNCERTAIN),
        ("PAST MEDICAL HISTORY: Asthma.", "asthma", Assertion.HISTORICAL),
        ("FAMILY HISTORY: Mother had breast cancer.", "breast cancer", Assertion.FAMILY),
        ("The brother has asthma.", "asthma", Assertion.FAMILY),
    ],
)
def test_a_problem_is_told_with_what_the_text_says_of_it(text, name, assertion):
    assert asserted(text)[name] == assertion


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He had acute renal failure.", "acute renal failure"),
        ("It was an inflammatory myofibroblastic tumor.", "inflammatory myofibroblastic tumor"),
        ("She developed zygomatitis.", "zygomatitis"),
        ("cocaine-induced seizures", "seizures"),
        ("Known ALS.", "als"),
    ],
)
def test_endings_and_last_words_tell_what_no_list_has(text, name):
    assert any(found.endswith(name) for found in asserted(text))


def test_an_abbreviation_needs_its_capitals():
    assert "all" not in asserted("We saw all of them.")


def test_site_side_and_severity_stand_beside_the_name():
    (found,) = (each for each in problems(ready("He has severe pain in the left knee.")) if "pain" in each.name)
    assert (found.severity, found.site, found.side) == ("severe", "knee", "left")


def test_allergies_have_their_reaction():
    (found,) = allergies(ready("ALLERGIES: Penicillin (rash)."))
    assert (found.substance, found.reaction, found.assertion) == ("Penicillin", "rash", Assertion.PRESENT)
    found, other = allergies(ready("ALLERGIES: Sulfa causes hives, codeine."))
    assert (found.substance, found.reaction, other.substance) == ("Sulfa", "hives", "codeine")


@pytest.mark.parametrize("text", ["ALLERGIES: NKDA.", "No known drug allergies.", "Allergies: None."])
def test_no_known_allergy_is_told_without_a_substance(text):
    (found,) = allergies(ready(text))
    assert (found.substance, found.assertion) == (None, Assertion.NEGATED)


def test_procedures_have_their_purpose_and_their_result():
    found = list(procedures(*measured("Chest X-ray was normal. He underwent cholecystectomy.")))
    assert [(each.name, each.purpose, each.result) for each in found] == [
        ("Chest X-ray", "diagnostic", "normal"), ("cholecystectomy", "therapeutic", None),
    ]  # fmt: skip


def test_the_oxygen_of_a_saturation_is_no_treatment():
    assert list(procedures(*measured("Oxygen saturation 94 %."))) == []


def test_plans_are_the_sentences_of_the_plan_and_those_about_what_will_be_done():
    found = list(
        plan(ready("PLAN: Follow up in 2 weeks. Refer to cardiology.\nHISTORY: He will start aspirin. He was well."))
    )
    assert [(each.text, each.kind) for each in found] == [
        ("Follow up in 2 weeks.", "follow_up"), ("Refer to cardiology.", "referral"),
        ("He will start aspirin.", "treatment"),
    ]  # fmt: skip
    assert all(each.assertion == Assertion.PLANNED for each in found)


def test_people_are_those_with_a_title_or_a_role():
    found = list(people(ready("Seen with Dr. Jane Smith. SURGEON: John Q. Public. Dictated for Ann Lee, MD.")))
    assert {each.name for each in found} == {"Jane Smith", "John Q. Public", "Ann Lee"}


def test_under_assessment_and_plan_only_what_is_to_be_done_is_a_plan():
    text = "ASSESSMENT AND PLAN\n\nHe was well on aspirin.\n• Treatment: Increase metformin to 1000 mg.\nINSTRUCTIONS\n"
    assert [each.text for each in plan(ready(text))] == ["Increase metformin to 1000 mg."]
