"""The panel of a transcript, on the page of the run, of the recording, and by itself."""

from functools import partial

import pytest

from clinic.authorization.scope import scope
from clinic.models import Run, TranscriptEdit
from tests.integration.speech.recordings import keep, wav
from tests.integration.speech.transcribing import heard
from tests.telling import told_by
from tests.unit.speech import made


@pytest.fixture
def browser(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def run(clinician_a, case_a):
    return heard(clinician_a, case_a)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_panel_when_opened_anywhere_then_shows_words_and_what_waits(browser, run):
    with_upload = f"/uploads/{upload_of(run)}/"
    for address in (f"/runs/{run.pk}/", f"/runs/{run.pk}/transcript/", with_upload):
        page = text_of(browser.get(address))
        assert "2 places to confirm" in page
        assert 'data-start="0.50"' in page
        assert "Speaker 1" in page
        assert f'src="/uploads/{upload_of(run)}/content/"' in page


def upload_of(run: Run):
    with scope(site=run.site_id):
        return run.inputs.get().upload_id


def test_panel_when_acted_on_then_each_act_is_one_event(browser, run):
    way = f"/runs/{run.pk}/transcript/"
    acts = [
        ({"act": "confirm", "first": 1, "last": 2}, "transcript.confirmed"),
        ({"act": "correct", "first": 0, "last": 0, "words": "Take"}, "transcript.corrected"),
        ({"act": "who", "first": 0, "last": 0, "speaker": 3}, "transcript.speaker_said"),
        ({"act": "name", "speaker": 1, "name": "Mother"}, "transcript.speaker_named"),
        ({"act": "undo"}, "transcript.taken_back"),
        ({"act": "checked"}, "transcript.checked"),
    ]
    for sent, event in acts:
        assert told_by(partial(browser.post, way, sent)) == [event]
    assert "1 place to confirm" in text_of(browser.get(way))


def test_panel_when_acted_on_by_a_fragment_then_it_comes_back_as_one(browser, run):
    way = f"/runs/{run.pk}/transcript/"
    page = browser.post(way, {"act": "confirm", "first": 1, "last": 2, "seen": 0}, HTTP_HX_REQUEST="true")
    assert page.status_code == 200
    assert "<html" not in text_of(page)
    assert browser.post(way, {"act": "confirm", "first": 1, "last": 2, "seen": 0}).status_code == 409
    assert browser.post(way, {"act": "dance"}).status_code == 400


def test_word_when_it_is_to_be_written_then_its_form_stands_in_its_line(browser, run):
    page = text_of(browser.get(f"/runs/{run.pk}/transcript/?word=1&to=2"))
    assert 'value="500 mg"' in page
    assert "to=3" in page


def test_recording_when_nobody_heard_it_then_its_page_offers_it_and_asks(browser, clinician_a, case_a):
    upload = keep(clinician_a, case_a, wav(made.tone(1.0)))
    assert "Turn into words" in text_of(browser.get(f"/uploads/{upload.pk}/"))
    told = told_by(lambda: browser.post(f"/uploads/{upload.pk}/transcript/", {"language": "es"}))
    assert told == ["run.requested"]
    with clinician_a.at_work():
        assert Run.objects.get(kind="clinic.speech").params["language"] == "es"


def test_foreign_transcript_when_asked_for_then_it_is_not_there(as_person, clinician_b, run):
    browser = as_person(clinician_b)
    assert browser.get(f"/runs/{run.pk}/transcript/").status_code == 404
    assert browser.post(f"/runs/{run.pk}/transcript/", {"act": "undo"}).status_code == 404
    assert not TranscriptEdit.objects.exists()
