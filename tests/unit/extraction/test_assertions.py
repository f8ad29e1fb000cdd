import argparse
import gzip
import json

import pytest
from django.core.management import call_command

from clinic.inference import json_lines
from extraction.asserting import command
from extraction.inference.assertions import (
    PRESENT,
    Assertion,
    Sentence,
    assertion_of,
    assumed_under,
    lists,
)
from extraction.inference.assertions.finding import place_of
from extraction.inference.assertions.lists import Kind

ABSENT = Assertion(negated=True)
DOUBTED = Assertion(uncertain=True)
PROBABLY_NOT = Assertion(negated=True, uncertain=True)
PAST = Assertion(temporality="historical")
WARNED = Assertion(temporality="hypothetical")
PLANNED = Assertion(temporality="planned")
OTHERS = Assertion(experiencer="other")


def said(sentence: str, concept: str) -> Assertion:
    place = place_of(sentence, concept)
    assert place is not None
    return assertion_of(sentence, place.start, place.end)


@pytest.mark.parametrize(
    ("sentence", "concept"),
    [
        ("Denies chest pain, dyspnoea or syncope.", "chest pain"),
        ("Denies chest pain, dyspnoea or syncope.", "syncope"),
        ("No nausea, vomiting, diarrhoea, or rash.", "rash"),
        ("There is no evidence of deep vein thrombosis.", "deep vein thrombosis"),
        ("The wound is free of infection.", "infection"),
        ("Neither nausea nor vomiting.", "nausea"),
        ("Neither nausea nor vomiting.", "vomiting"),
        ("She doesn’t have a headache.", "headache"),
        ("The patient was not anaemic.", "anaemic"),
        ("No known drug allergies.", "drug allergies"),
        ("Aspirin was not started.", "aspirin"),
        ("Niega fiebre, tos o disnea.", "disnea"),
    ],
)
def test_a_thing_when_denied_before_it_is_named_then_absent(sentence, concept):
    assert said(sentence, concept) == ABSENT


@pytest.mark.parametrize(
    ("sentence", "concept"),
    [
        ("Fever: none", "fever"),
        ("Chills: no.", "chills"),
        ("Allergies - none", "allergies"),
        ("Smoking: denies", "smoking"),
        ("Pneumonia (-)", "pneumonia"),
        ("HIV: negative", "HIV"),
        ("Urine culture negative.", "urine culture"),
        ("Pulmonary embolism was ruled out by CT.", "pulmonary embolism"),
        ("Cough, fever, and chills were denied.", "cough"),
        ("Vomiting not reported.", "vomiting"),
        ("Chest pain has resolved.", "chest pain"),
    ],
)
def test_a_thing_when_denied_after_it_is_named_then_absent(sentence, concept):
    assert said(sentence, concept) == ABSENT


@pytest.mark.parametrize(
    ("sentence", "concept"),
    [
        ("No fever but persistent cough.", "cough"),
        ("Without any rash; itching persists.", "itching"),
        ("Denies fevers. Reports chills.", "chills"),
        ("No nausea, has headache.", "headache"),
        ("He has a cough, fever is absent.", "cough"),
        ("Nausea (+), vomiting (-)", "nausea"),
        ("HIV negative, hepatitis C positive", "hepatitis C"),
        ("Abdomen soft, no masses, bowel sounds present.", "bowel sounds"),
        ("Ultrasound shows gallstones without cholecystitis.", "gallstones"),
        ("Lungs: no wheezes heard", "lungs"),
        ("Sin fiebre pero con tos.", "tos"),
    ],
)
def test_a_no_when_something_ends_its_reach_then_what_follows_is_there(sentence, concept):
    assert said(sentence, concept) == PRESENT


@pytest.mark.parametrize(
    ("sentence", "concept"),
    [
        ("He has not only hypertension but also gout.", "hypertension"),
        ("Gram-negative sepsis.", "sepsis"),
        ("No increase in the effusion.", "effusion"),
        ("The pain is not relieved by rest.", "rest"),
        ("No doubt this is cellulitis.", "cellulitis"),
    ],
)
def test_words_that_only_look_like_a_no_then_nothing_is_denied(sentence, concept):
    assert said(sentence, concept) == PRESENT


def test_a_phrase_that_runs_into_the_thing_then_its_first_words_still_count():
    assert said("There are no changes in hearing.", "changes in hearing") == ABSENT


@pytest.mark.parametrize(
    ("sentence", "concept", "expected"),
    [
        ("Early appendicitis cannot be excluded.", "appendicitis", DOUBTED),
        ("Rule out pulmonary embolism.", "pulmonary embolism", DOUBTED),
        ("Possible pneumonia in the left lower lobe.", "pneumonia", DOUBTED),
        ("?pneumonia", "pneumonia", DOUBTED),
        ("Pneumonia?", "pneumonia", DOUBTED),
        ("No se puede descartar neumonía.", "neumonía", DOUBTED),
        ("Low suspicion for meningitis.", "meningitis", PROBABLY_NOT),
        ("Pneumonia is unlikely.", "pneumonia", PROBABLY_NOT),
        ("No concern for sepsis.", "sepsis", ABSENT),
    ],
)
def test_doubt_when_said_then_told_apart_from_denial(sentence, concept, expected):
    assert said(sentence, concept) == expected


@pytest.mark.parametrize(
    ("sentence", "concept", "expected"),
    [
        ("History of asthma, presents with wheeze.", "asthma", PAST),
        ("History of asthma, presents with wheeze.", "wheeze", PRESENT),
        ("Prior myocardial infarction.", "myocardial infarction", PAST),
        ("s/p appendectomy in 1998", "appendectomy", PAST),
        ("A three day history of cough.", "cough", PRESENT),
        ("Pain for the past two days.", "pain", PRESENT),
        ("Antecedentes de hipertensión.", "hipertensión", PAST),
        ("Return if you develop fever or vomiting.", "vomiting", WARNED),
        ("Acetaminophen as needed for pain.", "pain", WARNED),
        ("Acetaminophen as needed for pain.", "acetaminophen", PRESENT),
        ("Vaccinated against hepatitis B.", "hepatitis B", WARNED),
        ("Scheduled for colonoscopy next week.", "colonoscopy", PLANNED),
        ("Will start metformin 500 mg twice daily.", "metformin", PLANNED),
    ],
)
def test_time_when_told_then_past_warning_and_plan_are_kept_apart(sentence, concept, expected):
    assert said(sentence, concept) == expected


@pytest.mark.parametrize(
    ("sentence", "concept", "expected"),
    [
        ("Her mother had breast cancer.", "breast cancer", OTHERS),
        ("Breast cancer in her mother.", "breast cancer", OTHERS),
        ("His wife has influenza.", "influenza", OTHERS),
        ("Her mother had asthma and she has eczema.", "eczema", PRESENT),
        ("Mother reports that he has had fever for two days.", "fever", PRESENT),
        ("No family history of diabetes.", "diabetes", Assertion(negated=True, experiencer="other")),
        ("Madre con diabetes.", "diabetes", OTHERS),
    ],
)
def test_illness_when_of_a_relative_then_not_the_patients(sentence, concept, expected):
    assert said(sentence, concept) == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("FAMILY HISTORY:", OTHERS),
        ("Past Medical History", PAST),
        ("Plan:", PLANNED),
        ("History of present illness", PRESENT),
        ("Physical exam", PRESENT),
    ],
)
def test_a_heading_when_it_says_whose_or_when_then_all_under_it_is(heading, expected):
    assert assumed_under(heading) == expected
    assert assertion_of("Asthma.", 0, 6, assumed_under(heading)) == expected


def test_cues_of_a_sentence_when_many_things_are_asked_about_then_found_once(monkeypatch):
    sentence = Sentence("No fever, cough or rash.")
    assert sentence.assertion(3, 8).negated
    monkeypatch.setattr(Sentence, "_found", lambda *asked: pytest.fail("looked for again"))
    assert all(sentence.assertion(place, place + 4).negated for place in (10, 19))


def test_letters_that_grow_when_written_small_then_places_still_hold():
    assert said("İİİ no fever, but cough", "fever") == ABSENT
    assert said("İİİ no fever, but cough", "cough") == PRESENT


def test_every_kind_has_its_list_and_the_lists_their_name():
    assert {cue.kind for cues in lists.cues().told.values() for cue in cues} == set(Kind)
    assert len(lists.digest()) == 64


def test_a_concept_when_written_otherwise_then_the_nearest_stretch_is_taken():
    sentence = "The left knee shows a small effusion."
    place = place_of(sentence, "effusion of knee")
    assert place is not None and not place.is_verbatim
    assert sentence[place.start : place.end] == "knee shows a small effusion"


def test_a_concept_when_named_twice_then_the_one_in_capitals_is_meant():
    sentence = "Pain before; no PAIN now."
    place = place_of(sentence, "pain")
    assert place is not None
    assert (place.start, place.is_verbatim) == (16, True)


def test_a_concept_when_spaces_differ_then_it_is_still_verbatim():
    place = place_of("No deep  vein\nthrombosis.", "Deep vein thrombosis")
    assert place is not None and place.is_verbatim


def run(tmp_path, rows: list[bytes]) -> list[dict]:
    given, out = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    given.write_bytes(gzip.compress(b"\n".join(rows)))
    command.run(argparse.Namespace(path=given, jsonl=out), say=lambda line: None)
    return [json.loads(line) for line in out.read_text().splitlines()]


def row(**told) -> bytes:
    return json.dumps(told).encode()


def test_rows_when_asked_by_command_then_each_has_its_line_in_order(tmp_path):
    rows = [
        row(id="a", sentence="Denies fever.", concept="Fever"),
        row(id=2, sentence="Knee with effusion.", concept="effusion of knee"),
        row(id="c", sentence="Denies fever.", concept="stroke"),
    ]
    first, second, third = run(tmp_path, rows)
    assert {key: first[key] for key in ("id", "negated", "uncertain", "temporality", "experiencer", "flags")} == {
        "id": "a", "negated": True, "uncertain": False, "temporality": "recent", "experiencer": "patient", "flags": [],
    }  # fmt: skip
    assert (second["id"], second["negated"], second["flags"]) == ("2", False, [command.NOT_VERBATIM])
    assert (third["negated"], third["flags"]) == (False, [command.NOT_FOUND])


def test_rows_that_cannot_be_read_then_a_line_with_the_reason_and_the_next_is_read(tmp_path):
    rows = [b"{", row(id="a", concept="x"), row(id="b", sentence="No x."), row(id="c", sentence="No x.", concept="x")]
    found = run(tmp_path, rows)
    assert [line["flags"] for line in found] == [[json_lines.NOT_JSON], [command.NO_SENTENCE], [command.NO_CONCEPT], []]
    assert [line["negated"] for line in found] == [None, None, None, True]


def test_the_command_when_started_through_django_then_needs_no_database(tmp_path):
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_bytes(row(id="a", sentence="Denies fever.", concept="fever"))
    call_command("extract_assertions", given, jsonl=out)
    assert json.loads(out.read_text())["negated"] is True
