"""The pages of consults: what is shown to whom, and that each act goes the way of the actions."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clinic import speech
from clinic.actions import transcripts
from clinic.authorization.roles import Role
from clinic.models import Run, RunError
from consult import kinds, standing
from consult.actions import consults as acts
from consult.actions import gathering
from consult.models import Consult, ConsultAnswer, ConsultWaits, Part, PartState
from tests import make
from tests.integration.consult import consulting
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def consult(clinician_a: Person) -> Consult:
    return consulting.begun(clinician_a, make.case(clinician_a))


@pytest.fixture
def answered(clinician_a: Person, consult: Consult) -> Consult:
    consulting.answered(clinician_a, consulting.typed(clinician_a, consult))
    return consult


@pytest.fixture
def browser(as_person, clinician_a):
    return as_person(clinician_a)


def page_of(browser, consult: Consult, place: str = "") -> str:
    page: str = browser.get(f"/consults/{consult.pk}/{place}").content.decode()
    return page


def test_a_consult_is_begun_from_its_case_in_the_language_that_is_spoken(browser, clinician_a):
    case = make.case(clinician_a)
    assert case.reference in browser.get(f"/consults/new/{case.pk}/").content.decode()

    went = browser.post("/consults/new/", {"case": case.reference, "language": "es"})

    with clinician_a.at_work():
        begun = Consult.objects.get(case=case)
    assert went.headers["Location"] == f"/consults/{begun.pk}/" and begun.language == "es"


@pytest.mark.parametrize("told", [{"case": "C-99999", "language": "en"}, {"case": "1", "language": "xx"}, {}])
def test_what_cannot_be_begun_comes_back_with_the_reason(browser, told):
    assert browser.post("/consults/new/", told).status_code == 422


def test_consult_in_a_language_that_no_engine_hears_says_so_before_anybody_speaks(browser, clinician_a):
    spanish = consulting.begun(clinician_a, make.case(clinician_a), language="es")
    english = consulting.begun(clinician_a, make.case(clinician_a))
    assert "No engine here hears Spanish" in page_of(browser, spanish)
    assert "No engine here hears" not in page_of(browser, english)


def test_each_look_is_one_reading_and_asking_for_news_is_none(browser, answered):
    assert told_by(lambda: browser.get(f"/consults/{answered.pk}/")) == ["consult.read"]
    assert told_by(lambda: browser.get(f"/consults/{answered.pk}/trace/")) == ["consult.read"]
    assert told_by(lambda: browser.get("/consults/")) == ["consult_list.read"]
    assert told_by(lambda: browser.get(f"/consults/{answered.pk}/live/")) == ["consult.read"]
    known = {"known": known_of(page_of(browser, answered))}
    assert told_by(lambda: browser.get(f"/consults/{answered.pk}/live/", known)) == []


def known_of(page: str) -> str:
    return page.split('name="known" value="')[1].split('"')[0]


def test_only_what_has_changed_is_sent_again_and_words_that_stand_there_never(browser, clinician_a, answered):
    known = known_of(page_of(browser, answered))
    consulting.brought(clinician_a, answered, consulting.picture(clinician_a, answered.case))
    sent = browser.get(f"/consults/{answered.pk}/live/", {"known": known}).content.decode()
    assert 'id="consult-pictures"' in sent and 'id="consult-progress"' in sent
    assert 'id="consult-note"' not in sent and 'id="consult-said"' not in sent and consulting.WORDS not in sent

    known = known_of(sent)
    consulting.typed(clinician_a, answered, "A cough as well.")
    sent = browser.get(f"/consults/{answered.pk}/live/", {"known": known}).content.decode()
    assert 'hx-swap-oob="beforeend:#consult-said"' in sent and "A cough as well." in sent
    assert consulting.WORDS not in sent


@pytest.mark.parametrize("place", ["words/", "again/", "cancel/", "seen/1/"])
def test_an_act_answers_in_parts_so_that_the_page_and_a_recording_on_it_go_on(browser, answered, place):
    known = known_of(page_of(browser, answered))
    told = {"known": known, "text": "She has a cough."}
    sent = browser.post(f"/consults/{answered.pk}/{place}", told, **HTMX)
    assert sent.status_code == 200 and 'id="consult-live" hx-swap-oob="true"' in sent.content.decode()
    assert "<html" not in sent.content.decode()


def test_two_recordings_have_each_their_own_transcript(browser, clinician_a, consult):
    for level in (1, 2):
        consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case, level))
        consulting.heard(clinician_a, f"recording number {level}")
    page = page_of(browser, consult)
    ids = re.findall(r' id="([^"]+)"', page)
    assert page.count("data-transcript-body") == 2 + page.count("closest [data-transcript-body]")
    assert sorted(ids) == sorted(set(ids))


def test_what_could_not_be_heard_is_heard_again_from_the_page(browser, clinician_a, consult):
    part = consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case))
    consulting.failed(clinician_a, speech.KIND)
    assert "Hear it again" in page_of(browser, consult)
    again = f"/consults/{consult.pk}/parts/{part.number}/again/"
    assert told_by(lambda: browser.post(again)) == ["consult.part_read_again", "run.requested"]
    assert told_by(lambda: browser.post(again)) == []


def test_before_any_answer_what_has_come_can_be_answered_now(browser, clinician_a, consult):
    with clinician_a.at_work():
        acts.record(by=clinician_a.actor, consult=consult)
    assert "Answer now" not in page_of(browser, consult)
    consulting.typed(clinician_a, consult)
    consulting.failed(clinician_a, kinds.ANSWER)
    page = page_of(browser, consult)
    assert "Answer now" in page and "Cancel" not in page.split('id="consult-progress"')[1].split("</section>")[0]


def test_a_transcript_that_was_corrected_after_the_answer_says_so(browser, clinician_a, consult):
    consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case))
    run = consulting.heard(clinician_a, "no chest pain")
    consulting.answered(clinician_a)
    known = known_of(page_of(browser, consult))
    with clinician_a.at_work():
        transcripts.correct(by=clinician_a.actor, run=run, first=0, last=0, words="now")
    sent = browser.get(f"/consults/{consult.pk}/live/", {"known": known}).content.decode()
    assert "The transcript is another than the answer knows" in sent


def test_typed_words_are_shown_and_answered(browser, clinician_a, consult):
    sent = browser.post(f"/consults/{consult.pk}/words/", {"text": consulting.WORDS})

    assert sent.status_code == 302
    page = page_of(browser, consult)
    assert consulting.WORDS in page and "every 1s" in page


def test_words_that_are_none_come_back_with_the_reason(browser, consult):
    sent = browser.post(f"/consults/{consult.pk}/words/", {"text": "a"})

    assert sent.status_code == 422
    assert told_by(lambda: browser.post(f"/consults/{consult.pk}/words/", {"text": ""})) == ["consult.read"]
    assert browser.post(f"/consults/{consult.pk}/words/", {"text": "a"}, **HTMX).status_code == 422


def test_red_flags_stand_above_everything_until_somebody_has_seen_them(browser, clinician_a, answered):
    page = page_of(browser, answered)
    assert page.index("Red flag: Possible heart attack") < page.index("Consult engine suggests")
    assert "Seen by me" in page

    assert told_by(lambda: browser.post(f"/consults/{answered.pk}/seen/1/")) == ["consult.flags_seen"]
    assert told_by(lambda: browser.post(f"/consults/{answered.pk}/seen/1/")) == []

    page = page_of(browser, answered)
    assert "Red flag: Possible heart attack" in page and "Seen by me" not in page
    assert f"Seen by {clinician_a.user.name}" in page


def test_the_answer_says_how_sure_it_is_where_it_comes_from_and_who_gave_it(browser, answered):
    page = page_of(browser, answered)
    assert "Chest pain for two hours." in page and "0.88" in page and "Decision support, a clinician decides." in page
    assert 'aria-label="Evidence 1"' in page and "RF-01" in page and "Is there sweating?" in page
    assert "Draft note" in page and "A sentence without one cannot be signed" in page


def test_polling_ends_by_itself(browser, clinician_a, consult):
    consulting.typed(clinician_a, consult)
    assert "every 1s" in page_of(browser, consult)
    consulting.answered(clinician_a)
    assert "every 1s" not in page_of(browser, consult)


def test_what_is_late_is_named_and_a_person_is_called(browser, clinician_a, consult):
    consulting.brought(clinician_a, consult, consulting.picture(clinician_a, consult.case))
    consulting.typed(clinician_a, consult)
    for _ in range(2):
        consulting.time_goes_on(clinician_a)
    page = page_of(browser, consult)
    assert "Something is missing" in page and "The picture was not ready in time" in page
    assert "A person is needed" in page


def test_what_is_still_being_read_is_told_to_follow_until_it_fails(browser, clinician_a, consult):
    consulting.typed(clinician_a, consult)
    consulting.answered(clinician_a)
    consulting.brought(clinician_a, consult, consulting.picture(clinician_a, consult.case))
    assert browser.post(f"/consults/{consult.pk}/again/").status_code == 302
    page = page_of(browser, consult)
    assert "It follows as soon as it is" in page and "The picture could not be looked at" not in page

    known = browser.get(f"/consults/{consult.pk}/").context["live"].known
    consulting.failed(clinician_a, kinds.LOOK, RunError.UNEXPECTED)
    part = browser.get(f"/consults/{consult.pk}/live/", {"known": known}, headers={"HX-Request": "true"})
    assert "The picture could not be looked at" in part.content.decode()


def test_a_recording_nobody_could_hear_says_why_and_what_to_do(browser, clinician_a, consult):
    consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case))
    consulting.ended(clinician_a, speech.KIND, consulting.unheard("silent"))
    assert "Check the microphone and record it again" in page_of(browser, consult)


def test_a_bad_picture_says_what_to_do_better(browser, clinician_a, consult):
    consulting.brought(clinician_a, consult, consulting.picture(clinician_a, consult.case))
    consulting.looked(clinician_a, is_usable=False, faults=("blurred", "too_dark"))
    page = page_of(browser, consult)
    assert "Blurred, Too dark" in page and "Hold still" in page


def test_what_the_page_sends_is_a_part_from_its_first_piece_on(browser, clinician_a, consult):
    page = page_of(browser, consult)
    place = f"/api/v1/consults/{consult.pk}/files"
    assert page.count(place) == 2  # of the microphone, and of the camera

    wish = {"name": "photo.png", "size": len(consulting.png())}
    told = told_by(lambda: browser.post(place, wish, "application/json"))
    assert told == ["consult.file_begun", "upload_session.opened"]
    with clinician_a.at_work():
        assert [(part.sort, part.state) for part in Part.objects.filter(consult=consult)] == [("picture", "coming")]


def test_answering_again_takes_what_stands_now_and_cancelling_keeps_what_came(browser, clinician_a, answered):
    assert browser.post(f"/consults/{answered.pk}/again/").status_code == 302
    told = told_by(lambda: browser.post(f"/consults/{answered.pk}/cancel/"))
    assert told == ["run.cancelled"]
    with clinician_a.at_work():
        stands = standing.of(answered)
        assert [one.number for one in stands.answers] == [1, 2]
        assert not stands.is_under_way and stands.parts[0].state == PartState.THERE


def test_waiting_times_are_the_sites_own(as_person, staff_a: Staff, clinician_a, consult):
    admin = as_person(staff_a[Role.ADMIN])
    assert told_by(lambda: admin.post("/consults/waits/", {"voice_s": 3, "picture_s": 20})) == ["consult.waits_changed"]
    assert admin.post("/consults/waits/", {"voice_s": 0, "picture_s": 20}).status_code == 422

    part = consulting.brought(clinician_a, consult, consulting.picture(clinician_a, consult.case))
    assert part.due_at is not None and part.came_at is not None
    assert round((part.due_at - part.came_at).total_seconds() + gathering.ANSWERING_S, 3) == 20
    with clinician_a.at_work():
        assert ConsultWaits.objects.get().voice_s == 3


def test_another_site_finds_nothing(as_person, clinician_b, answered):
    foreign = as_person(clinician_b)
    for place in ("", "live/", "trace/"):
        assert foreign.get(f"/consults/{answered.pk}/{place}").status_code == 404
    for place in ("words/", "again/", "cancel/", "seen/1/", "parts/1/again/"):
        assert foreign.post(f"/consults/{answered.pk}/{place}", {"text": "Something"}).status_code == 404


def test_who_may_not_read_files_sees_no_consult(as_person, staff_a: Staff, answered):
    assert as_person(staff_a[Role.AUDITOR]).get(f"/consults/{answered.pk}/").status_code == 403


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_as_often_for_many_as_for_few(browser, clinician_a, count, django_assert_max_num_queries):
    case = make.case(clinician_a)
    for number in range(count):
        made = consulting.begun(clinician_a, case)
        consulting.typed(clinician_a, made, f"Cough number {number}")
    with django_assert_max_num_queries(22):
        browser.get("/consults/")


def test_the_list_keeps_the_red_flags_of_the_answer_that_was_given_while_another_comes_or_fails(
    browser, clinician_a, answered
):
    browser.post(f"/consults/{answered.pk}/again/")
    page = browser.get("/consults/").content.decode()
    assert "1 red flag" in page and "answering again" in page
    consulting.failed(clinician_a, kinds.ANSWER)
    page = browser.get("/consults/").content.decode()
    assert "1 red flag" in page and "answering again" not in page


def test_the_trace_draws_what_ran_side_by_side(browser, clinician_a, consult):
    consulting.brought(clinician_a, consult, consulting.picture(clinician_a, consult.case))
    consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case))
    consulting.heard(clinician_a)
    consulting.looked(clinician_a)
    page = page_of(browser, consult, "trace/")
    assert "Voice to text" in page and "Photo: quality and kind" in page and "Answer with sources" in page


@pytest.mark.parametrize(("looked_from_s", "saved"), [
    (9, "Side by side the branches took 1.5 s less than one after the other."),
    (4, "Nothing ran side by side: nothing was saved."),
])  # fmt: skip
def test_the_trace_counts_as_saved_only_what_was_worked_on_at_the_same_time(
    browser, clinician_a, consult, looked_from_s: int, saved: str
):
    consulting.brought(clinician_a, consult, consulting.picture(clinician_a, consult.case))
    consulting.brought(clinician_a, consult, consulting.recording(clinician_a, consult.case))
    consulting.heard(clinician_a)
    consulting.looked(clinician_a)
    now = timezone.now()
    with clinician_a.at_work():
        for kind, from_s, seconds in ((speech.KIND, 10, 5.0), (kinds.LOOK, looked_from_s, 1.5)):
            began = now - timedelta(seconds=from_s)
            Run.objects.filter(kind=kind).update(started_at=began, finished_at=began + timedelta(seconds=seconds))

    assert saved in page_of(browser, consult, "trace/")


def test_the_note_goes_into_the_report_sentence_by_sentence_and_advice_of_rules_does_not(browser, answered):
    page = browser.get(f"/cases/{answered.case_id}/report/").content.decode()
    assert "From the consult" in page and "Chest pain for two hours." in page
    assert "Call." not in page


def test_an_answer_waits_for_a_person_in_the_queue(browser, clinician_a, answered):
    with clinician_a.at_work():
        run = ConsultAnswer.objects.get(consult=answered).run
        assert Run.objects.get(pk=run.pk).kind == kinds.ANSWER
    page = browser.get("/review/?show=all").content.decode()
    assert "Consult" in page
