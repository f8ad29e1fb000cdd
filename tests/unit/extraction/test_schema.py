import pytest
from pydantic import ValidationError

from extraction.inference.alignment import places_of, says
from extraction.inference.grounding import grounded, ungrounded_in
from extraction.inference.schema import (
    KINDS,
    Assertion,
    Extraction,
    Medication,
    Patient,
    PatientFact,
    Problem,
    TextEvidence,
    json_schema,
)

SOURCE = "Took prednisone 60 mg daily. No fever."


def at(words: str, field: str | None = None, source: str = SOURCE) -> TextEvidence:
    start = source.index(words)
    return TextEvidence(start=start, end=start + len(words), text=words, field=field)


def prednisone(**values) -> Medication:
    evidence = (at("prednisone", "name"), at("60 mg", "dose"), at("daily", "frequency"))
    return Medication(name="prednisone", evidence=evidence, **values)


def test_an_answer_goes_out_as_json_and_comes_back_the_same():
    told = Extraction(medications=(prednisone(dose="60 mg"),), problems=(
        Problem(name="fever", assertion=Assertion.NEGATED, evidence=(at("fever"),)),
    ))  # fmt: skip
    assert Extraction.model_validate_json(told.model_dump_json()) == told


def test_json_schema_names_its_version_and_every_kind():
    schema = json_schema()
    assert schema["$id"] == "rounds:extraction:1.0"
    assert set(KINDS) | {"patient", "flags", "schema_version"} == set(schema["properties"])
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Medication"]["additionalProperties"] is False


@pytest.mark.parametrize(
    "item",
    [
        {"name": "fever", "evidence": []},
        {"name": "fever", "evidence": [{"start": 3, "end": 5, "text": "fever"}]},
        {"name": "fever", "evidence": [{"start": 0, "end": 5, "text": "fever"}], "confidence": 1.2},
        {"name": "fever", "evidence": [{"start": 0, "end": 5, "text": "fever"}], "assertion": "sure"},
        {"name": "fever", "evidence": [{"start": 0, "end": 5, "text": "fever"}], "invented": 1},
    ],
)
def test_an_item_without_words_or_with_impossible_values_is_no_answer(item):
    with pytest.raises(ValidationError):
        Extraction.model_validate({"problems": [item]})


def test_what_the_source_says_stays_as_it_is():
    told = Extraction(medications=(prednisone(dose="60 mg", dose_amount=60, dose_unit="mg", frequency="daily"),))
    assert grounded(told, SOURCE) == told
    assert ungrounded_in(told, SOURCE) == ()


def test_a_value_that_the_words_do_not_say_is_null_and_flagged():
    told = Extraction(medications=(prednisone(dose="6 mg", dose_amount=6, route="oral"),))
    held = grounded(told, SOURCE)
    assert (held.medications[0].dose, held.medications[0].dose_amount, held.medications[0].route) == (None, None, None)
    assert held.medications[0].name == "prednisone"
    assert set(held.flags) == {
        "value_not_in_source:medications.0.dose",
        "value_not_in_source:medications.0.dose_amount",
        "value_not_in_source:medications.0.route",
    }


def test_words_that_stand_elsewhere_are_no_evidence_and_their_item_is_dropped():
    moved = TextEvidence(start=0, end=5, text="fever")
    held = grounded(Extraction(problems=(Problem(name="fever", evidence=(moved,)),)), SOURCE)
    assert held.problems == ()
    assert held.flags == ("evidence_not_in_source:problems.0",)


def test_an_item_whose_name_is_made_up_is_dropped():
    held = grounded(Extraction(problems=(Problem(name="sepsis", evidence=(at("fever"),)),)), SOURCE)
    assert held.problems == ()
    assert held.flags == ("value_not_in_source:problems.0.name",)


def test_a_fact_of_the_patient_is_held_to_the_same():
    told = Patient(occupation=PatientFact(value="pilot", evidence=(at("Took"),)))
    held = grounded(Extraction(patient=told), SOURCE)
    assert held.patient.occupation is None
    assert held.flags == ("value_not_in_source:patient.occupation.value",)


@pytest.mark.parametrize(
    ("text", "field", "value", "is_said"),
    [
        ("60 mg", "dose_amount", 60, True), ("60 mg", "dose_amount", 6, False), ("two tablets", "dose_amount", 2, True),
        ("25 mg", "dose", "5 mg", False), ("p.o.", "route", "oral", True), ("i.v.", "route", "oral", False),
        ("b.i.d.", "times", 2, True), ("b.i.d.", "times", 3, False), ("1.4 mg/dl", "unit", "mg/dL", True),
        ("20 November 2026", "iso", "2026-11-20", True), ("20 November 2026", "iso", "2026-11-21", False),
        ("BP", "name", "blood pressure", True), ("−5.1", "value", -5.1, True), ("woman", "value", "female", True),
    ],
)  # fmt: skip
def test_words_say_a_value_in_the_spellings_that_the_rules_know_and_no_other(text, field, value, is_said):
    assert says(text, field, value) is is_said


def test_a_quotation_is_found_though_its_spaces_and_its_case_differ():
    assert places_of("PREDNISONE  60\nmg", SOURCE) == (5, 21)
    assert places_of("prednisolone", SOURCE) is None
