"""A picture is looked at by the real gate, in a child; files that say what they are need no look."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from clinic import speech, texts
from clinic.actions import transcripts
from clinic.models import Result, Run
from clinic.texts_worker import TextOutcome
from consult import kinds, reports
from consult.actions import consults
from consult.models import Part, PartState
from tests import make
from tests.integration.consult import consulting
from tests.make import Person

pytestmark = pytest.mark.django_db


def looked_at(by: Person, work_lane: Any, upload: Any) -> dict[str, Any]:
    consult = consulting.begun(by, upload.case)
    consulting.brought(by, consult, upload)
    work_lane("cpu")
    with by.at_work():
        assert Part.objects.get(consult=consult).state in (PartState.THERE, PartState.READ)
        run = Run.objects.get(kind=kinds.LOOK, uploads=upload)
        return dict(Result.objects.get(run=run).facets)


def test_a_black_picture_is_told_apart_with_its_fault(clinician_a, own_store, work_lane):
    content = io.BytesIO()
    Image.new("RGB", (1200, 900), (4, 4, 4)).save(content, "PNG")
    upload = make.upload(clinician_a, make.case(clinician_a), data=content.getvalue(), name="photo.png")
    told = looked_at(clinician_a, work_lane, upload)
    assert not told["is_usable"] and set(told["faults"]) & {"blank", "too_dark"}


def test_a_letter_is_a_document_without_a_look(clinician_a, own_store, work_lane):
    upload = make.upload(clinician_a, make.case(clinician_a))
    told = looked_at(clinician_a, work_lane, upload)
    assert (told["kind"], told["is_usable"]) == (kinds.DOCUMENT, True)


def test_answer_to_a_draft_transcript_says_so_and_shows_no_calibrated_number(clinician_a, own_store, work_lane):
    case = make.case(clinician_a)
    consulting.brought(clinician_a, consulting.begun(clinician_a, case), consulting.recording(clinician_a, case))
    consulting.heard(clinician_a, "i have had a cough for two weeks")
    work_lane("cpu")
    with clinician_a.at_work():
        result = Result.objects.get(kind=kinds.ANSWER)
        assert "draft_transcript" in result.facets["doubts"] and not result.facets["is_calibrated"]
        assert result.outcome["probabilities"] is None
        assert "draft transcript" in result.outcome["sentences"][0]["text"]


@pytest.mark.parametrize(("days", "is_flagged"), [(40, True), (300, False)])
def test_fever_of_a_baby_is_judged_by_the_day_of_birth(clinician_a, own_store, work_lane, days, is_flagged):
    born = timezone.now().date() - timedelta(days=days)
    baby = make.patient(clinician_a, birth_date=born)
    consulting.typed(clinician_a, consulting.begun(clinician_a, make.case(clinician_a, of=baby)), "A fever since noon.")
    work_lane("cpu")
    with clinician_a.at_work():
        assert ("RF-31" in Result.objects.get(kind=kinds.ANSWER).facets["red_flags"]) is is_flagged


def test_words_are_answered_by_the_engine_that_is_shipped(clinician_a, own_store, work_lane):
    consult = consulting.begun(clinician_a, make.case(clinician_a))
    consulting.typed(clinician_a, consult)
    work_lane("cpu")
    with clinician_a.at_work():
        result = Result.objects.get(kind=kinds.ANSWER)
        assert result.facets["red_flags"] and result.facets["is_urgent"]
        assert len(result.outcome["sentences"]) > 0
        assert all(one["evidence"] or one["rules"] for one in result.outcome["sentences"])
        assert consulting.WORDS[:10] not in str(result.facets)


def test_a_denial_that_a_person_corrects_becomes_a_red_flag_and_what_she_confirms_is_asked_no_more(
    clinician_a, own_store, work_lane
):
    consult = consulting.begun(clinician_a, make.case(clinician_a))
    consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case))
    said = consulting.transcript("she has no crushing chest pain going into the left arm and she is sweating")
    no = {"first": 2, "last": 2, "risk": "negation", "text": "no", "is_missing": False}
    run = consulting.ended(clinician_a, speech.KIND, replace(said, ticks=(no,)))
    work_lane("cpu")
    with clinician_a.at_work():
        first = Result.objects.get(kind=kinds.ANSWER)
        assert "RF-01" not in first.facets["red_flags"]
        unconfirmed = [line["said"]["text"] for line in first.outcome["note"] if "CONFIRM" in line["said"]["rules"]]
        claims = [claim.text for claim in reports.claims(first, "")]
        assert unconfirmed and not set(unconfirmed) & set(claims)
        transcripts.correct(by=clinician_a.actor, run=run, first=2, last=2, words="a")
        consults.answer_again(by=clinician_a.actor, consult=consult)
    work_lane("cpu")
    with clinician_a.at_work():
        second = Result.objects.filter(kind=kinds.ANSWER).latest("at")
    assert "RF-01" in second.facets["red_flags"]
    assert "unsure_words" not in second.facets["doubts"]


def test_a_document_is_quoted_without_whom_it_is_about(clinician_a, own_store, work_lane):
    consult = consulting.begun(clinician_a, make.case(clinician_a))
    consulting.brought(clinician_a, consult, make.upload(clinician_a, consult.case))
    consulting.looked(clinician_a, kinds.DOCUMENT)
    letter = "Patient: John Carter, born 3 May 1961. Potassium 6.4 mmol/l."
    consulting.ended(clinician_a, texts.KIND, TextOutcome(text=letter, source="text", language="en"))
    consulting.typed(clinician_a, consult, "A cough for three days.")
    work_lane("cpu")
    with clinician_a.at_work():
        result = Result.objects.filter(kind=kinds.ANSWER).latest("at")
        text = " ".join(one["text"] for one in result.outcome["sentences"])
    assert "Potassium 6.4 mmol/l" in text and "Carter" not in text and result.facets["blocked"] == []


def test_value_that_must_not_wait_on_a_photographed_paper_comes_first_with_its_place(clinician_a, own_store, work_lane):
    consult = consulting.begun(clinician_a, make.case(clinician_a))
    consulting.brought(clinician_a, consult, make.upload(clinician_a, consult.case))
    consulting.looked(clinician_a, kinds.DOCUMENT)
    paper = "Sodium 138 mmol/L\nPotassium 7.1 mmol/L"
    words = [[18, 27, 0.1, 0.2, 0.2, 0.05], [28, 31, 0.5, 0.2, 0.1, 0.05], [32, 38, 0.6, 0.2, 0.1, 0.05]]
    page = {"number": 1, "start": 0, "end": len(paper), "source": "ocr", "confidence": 0.9, "words": words}
    consulting.ended(clinician_a, texts.KIND, TextOutcome(text=paper, source="ocr", language="en", pages=(page,)))
    consulting.typed(clinician_a, consult, "A cough for three days.")
    work_lane("cpu")
    with clinician_a.at_work():
        result = Result.objects.filter(kind=kinds.ANSWER).latest("at")
        (flag,) = result.outcome["red_flags"]
    assert result.facets["red_flags"] == ["CV-02"] and result.facets["is_urgent"]
    assert result.outcome["sentences"][0]["text"].startswith("Potassium dangerously high (“Potassium 7.1 mmol/L”)")
    (place,) = flag["evidence"]
    assert place["words"] == "Potassium 7.1 mmol/L" and round(place["left"], 6) == 0.1 and place["width"] < 0.7
