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


@pytest.mark.parametrize("text", ["Known epilepsy.", "He has known epilepsy.", "She is known to have epilepsy."])
def test_what_is_known_is_there(text):
    assert asserted(text)["epilepsy"] == Assertion.PRESENT


def test_what_is_known_of_the_past_stays_there():
    assert asserted("Known history of epilepsy.")["epilepsy"] == Assertion.HISTORICAL


@pytest.mark.parametrize(
    "text", ["Elm Road Surgery\n12 Elm Road", "Dear Dr Lee, Elm Road Surgery, Leeds", "Oakfield Surgery"]
)
def test_the_name_of_a_practice_is_no_operation(text):
    assert list(procedures(*measured(text))) == []


@pytest.mark.parametrize("text", ["Hip Surgery in 2019", "He had Cataract Surgery.", "Surgery went well."])
def test_an_operation_in_capitals_is_one(text):
    assert len(list(procedures(*measured(text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Please arrange a chest X-ray.",
        "We request a chest X-ray.",
        "Book a chest X-ray.",
        "Refer for chest X-ray.",
        "I would be grateful if you could organise a chest X-ray.",
    ],
)
def test_what_is_asked_for_is_planned_and_not_done(text):
    (found,) = procedures(*measured(text))
    assert found.assertion == Assertion.PLANNED
    assert [each.text for each in plan(ready(text))] == [text]


@pytest.mark.parametrize(
    "text", ["A chest X-ray was arranged and showed nothing.", "Arrange review following chest X-ray."]
)
def test_what_was_done_is_not_planned(text):
    (found,) = procedures(*measured(text))
    assert found.assertion == Assertion.PRESENT


def test_a_signature_under_the_plan_is_a_person():
    prepared = ready("PLAN: Continue metformin.\nDr A. Moreau, consultant paediatrician")
    assert [each.text for each in plan(prepared)] == ["Continue metformin."]
    assert [each.name for each in people(prepared)] == ["A. Moreau"]


def test_a_person_in_the_plan_who_is_asked_for_something_is_a_plan():
    assert len(list(plan(ready("PLAN: Dr Lee, please repeat bloods.")))) == 1


def test_a_reaction_may_stand_behind_a_comma():
    (found,) = allergies(ready("Allergies: penicillin, rash as a baby"))
    assert (found.substance, found.reaction) == ("penicillin", "rash")


def test_an_order_under_the_allergies_is_none_of_them():
    found = allergies(ready("Allergies: penicillin\nHold metformin before contrast"))
    assert [each.substance for each in found] == ["penicillin"]


def test_no_known_allergies_are_told_once_and_are_no_problem():
    text = "NKDA. No known drug allergies."
    assert len(list(allergies(ready(text)))) == 1
    assert asserted(text) == {}


@pytest.mark.parametrize(
    "text",
    ["Ibuprofen 400 mg as needed for pain.", "Ibuprofen as needed for pain or fever.", "Ibuprofen prn chest pain."],
)
def test_the_reason_of_a_medicine_is_no_problem_of_its_own(text):
    assert asserted(text) == {}


def test_a_side_is_of_what_it_stands_beside():
    sides = {each.name: each.side for each in problems(ready("Pain in the left arm and shortness of breath."))}
    assert sides == {"Pain": "left", "shortness of breath": None}


def test_in_a_saturation_ra_is_room_air():
    assert asserted("SpO2 98% RA.") == asserted("Sats 98 on RA") == {}
    assert "ra" in asserted("She has RA.")
