"""An answer is spoken as it is shown, by a child of the web process, and only to those who may read it."""

import dataclasses
import hashlib
import io
import wave

import pytest

from clinic import pipeline, speech
from clinic.errors import Code, Refusal
from clinic.spoken import Words, wav_of
from tests.integration.speech.transcribing import heard
from tests.telling import told_by

ANSWER = "See a doctor today. Do not wait: <b>two</b> signs are there & one is new."


def words_for_tests(result):
    return (result.outcome["text"], "en") if result.facets["language"] == "en" else None


@pytest.fixture
def spoken_kind(monkeypatch):
    kind = dataclasses.replace(pipeline.kind_named(speech.KIND), spoken=f"{__name__}:words_for_tests")
    monkeypatch.setitem(pipeline._kinds, speech.KIND, kind)


@pytest.mark.usefixtures("spoken_kind")
def test_answer_when_spoken_then_it_is_sound_with_the_digest_of_the_words_shown(as_person, clinician_a, case_a):
    run = heard(clinician_a, case_a)
    browser = as_person(clinician_a)
    answers = []
    assert told_by(lambda: answers.append(browser.get(f"/runs/{run.pk}/spoken/"))) == ["result.read"]
    (answer,) = answers
    assert answer["Content-Type"] == "audio/wav"
    assert answer["X-Text-SHA256"] == hashlib.sha256(b"take 500 mg twice a day and no fever").hexdigest()
    with wave.open(io.BytesIO(answer.content)) as sound:
        usual = sound.getnframes() / sound.getframerate()
    assert usual > 1.5
    with wave.open(io.BytesIO(browser.get(f"/runs/{run.pk}/spoken/?pace=fast").content)) as sound:
        assert sound.getnframes() / sound.getframerate() < usual


@pytest.mark.usefixtures("spoken_kind")
def test_foreign_answer_when_asked_for_then_it_is_not_there(as_person, clinician_a, clinician_b, case_a):
    run = heard(clinician_a, case_a)
    assert as_person(clinician_b).get(f"/runs/{run.pk}/spoken/").status_code == 404


def test_answer_when_its_kind_is_not_spoken_then_it_is_not_there(as_person, clinician_a, case_a):
    run = heard(clinician_a, case_a)
    assert as_person(clinician_a).get(f"/runs/{run.pk}/spoken/").status_code == 404


@pytest.mark.parametrize("text", ["x" * 4_001, "…"], ids=["too long", "nothing to say"])
def test_words_when_nobody_can_speak_them_then_the_refusal_says_so(text):
    with pytest.raises(Refusal) as refused:
        wav_of(Words(text, "en"))
    assert refused.value.code == Code.NOT_SPOKEN


def test_markup_when_spoken_then_it_is_nothing_but_words():
    assert wav_of(Words(ANSWER, "en"))[:4] == b"RIFF"
