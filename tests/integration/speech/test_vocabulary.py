"""A list of words helps who corrects a transcript, and puts no word into any by itself."""

import pytest

from clinic.actions import vocabulary as acts
from clinic.errors import Code, Refusal
from clinic.models import VocabularyWord
from clinic.vocabulary import offered, suggestions
from tests.integration.speech.transcribing import answer, heard
from tests.telling import told_by

WORDS = ["cetirizine", "amoxicillin", "metformin", "Höllental clinic", "paracetamol", "troponin"]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("set here is in", "cetirizine"),
        ("a mocks a sillen", "amoxicillin"),
        ("met four men", "metformin"),
        ("hollen tall clinic", "Höllental clinic"),
        ("para sita mall", "paracetamol"),
        ("tropo nin", "troponin"),
    ],
)
def test_words_when_something_near_was_heard_then_the_nearest_is_offered_first(said, wanted):
    assert suggestions(said, WORDS)[:1] == (wanted,)


@pytest.mark.parametrize("said", ["", "no", "the pain began on Monday", "dinner", "cetirizine", "doctor today"])
def test_words_when_nothing_near_was_heard_or_the_word_itself_then_none_is_offered(said):
    assert suggestions(said, ["cetirizine"]) == ()


def test_list_when_written_then_it_is_of_the_site_or_of_a_department(clinician_a, clinician_b, case_a):
    with clinician_a.at_work():
        assert acts.add(by=clinician_a.actor, words=["Cetirizine", " cetirizine ", ""]) == 1
        assert acts.add(by=clinician_a.actor, words=["CETIRIZINE"]) == 0
        assert acts.add(by=clinician_a.actor, words=["metformin"], department="Diabetes") == 1
        assert offered(case_a, "set here is in") == ("Cetirizine",)
        assert offered(case_a, "met four men") == ()
        case_a.department = "Diabetes"
        assert offered(case_a, "met four men") == ("metformin",)
    with clinician_b.at_work():
        assert not VocabularyWord.objects.exists()


def test_list_when_a_word_is_too_long_then_it_is_refused(clinician_a):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        acts.add(by=clinician_a.actor, words=["x" * 61])
    assert refused.value.code == Code.INVALID


def test_page_when_words_are_added_and_taken_out_then_each_is_one_event(as_person, clinician_a):
    browser = as_person(clinician_a)
    assert told_by(lambda: browser.post("/vocabulary/", {"words": "cetirizine\nmetformin"})) == ["vocabulary.added"]
    assert "metformin" in browser.get("/vocabulary/").content.decode()
    with clinician_a.at_work():
        one = VocabularyWord.objects.get(word="metformin")
    assert told_by(lambda: browser.post(f"/vocabulary/{one.pk}/remove/")) == ["vocabulary.removed"]
    assert browser.post("/vocabulary/", {"words": "x" * 61}).status_code == 422


def test_editor_when_a_near_word_is_in_the_list_then_offers_it_and_changes_nothing(as_person, clinician_a, case_a):
    with clinician_a.at_work():
        acts.add(by=clinician_a.actor, words=["cetirizine"])
    run = heard(clinician_a, case_a, answer("gave him set here is in today thank"))
    page = as_person(clinician_a).get(f"/runs/{run.pk}/transcript/?word=2&to=5").content.decode()
    assert 'data-suggest="cetirizine"' in page
    assert 'value="set here is in"' in page
