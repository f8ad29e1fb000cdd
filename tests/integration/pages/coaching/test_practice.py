"""The pages of coaching: what she sees of her own, and that each act goes the way of the actions."""

import json
import re
from functools import partial

import pytest

from clinic.authorization.roles import Role
from coaching import asking
from coaching.inference import bank
from coaching.models import Attempt, AttemptState, LawfulPurpose, Practice, SiteQuestion, Speaker
from tests.integration.coaching import practice as made
from tests.telling import told_by

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def browser(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def attempt(clinician_a, work_lane):
    return made.told(clinician_a, work_lane)


def page_of(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    text: str = answer.content.decode()
    return text


def test_who_listens_is_chosen_and_asks_further(browser, clinician_a, work_lane):
    practice = made.begun(clinician_a)
    at = f"/coaching/practices/{practice.pk}/"
    assert "Doubtful patient" in page_of(browser, at)

    chosen = browser.post(f"{at}listener/", {"persona": "sceptical_patient"})
    unknown = browser.post(f"{at}listener/", {"persona": "somebody"})
    browser.post(f"{at}typed/", {"text": made.TYPED})
    work_lane("cpu")

    assert (chosen.status_code, unknown.status_code) == (302, 400)
    assert re.search(r'class="says-persona"[^>]*>.*?<span>[^<]{10,}', page_of(browser, at), re.S)


def test_a_question_is_given_and_answered_in_writing(browser, clinician_a, work_lane):
    went = browser.post("/coaching/draw/", {"role": "nurse", "category": "hand_over"})
    asked = page_of(browser, went["Location"])
    assert "Drawn for you" in asked and "Hand-over" in asked

    browser.post(f"{went['Location']}typed/", {"text": made.TYPED})
    assert "Being read" in page_of(browser, went["Location"])
    work_lane("cpu")
    page = page_of(browser, went["Location"])

    assert "One strength" in page and "Three things to try" in page
    assert "Coaching rules" in page and "For practice only" in page
    assert made.TYPED[:20] in re.sub(r"<[^>]+>|\s+", " ", page).replace("  ", " ")


def test_an_answer_that_is_none_comes_back_with_the_reason(browser, clinician_a):
    practice = made.begun(clinician_a)

    assert browser.post(f"/coaching/practices/{practice.pk}/typed/", {"text": ""}).status_code == 422


def test_looking_at_ones_own_leaves_no_trace_and_every_act_leaves_one(browser, attempt):
    at = f"/coaching/practices/{attempt.practice_id}/"

    for path in (at, f"{at}attempts/1/", f"{at}compare/", "/coaching/", "/coaching/progress/", "/coaching/measures/",
                 f"/coaching/attempts/{attempt.pk}/trace/", "/coaching/questions/export/"):  # fmt: skip
        assert told_by(partial(browser.get, path)) == [], path
    assert told_by(lambda: browser.post(f"/coaching/attempts/{attempt.pk}/useful/", {"useful": "yes"})) == [
        "coaching.feedback_judged"
    ]
    assert told_by(lambda: browser.post(f"{at}rate/", {"satisfaction": "4"})) == ["coaching.practice_rated"]
    assert told_by(lambda: browser.post(f"{at}rate/", {"satisfaction": "4"})) == []
    assert told_by(lambda: browser.post(f"{at}close/")) == ["coaching.practice_closed"]
    assert told_by(lambda: browser.post(f"/coaching/attempts/{attempt.pk}/delete/")) == ["coaching.attempt_deleted"]
    assert told_by(lambda: browser.post(f"{at}delete/")) == ["coaching.practice_deleted"]


def test_news_are_nothing_until_something_changes_and_lead_to_the_whole_at_the_end(browser, clinician_a, work_lane):
    practice = made.begun(clinician_a)
    made.typed(clinician_a, practice)
    at = f"/coaching/practices/{practice.pk}/"
    asked = re.search(r'hx-get="([^"]+)"', page_of(browser, at).partition('id="practice-progress"')[2])
    assert asked

    same = browser.get(asked[1], **HTMX)
    work_lane("cpu")
    ended = browser.get(asked[1], **HTMX)

    assert same.status_code == 204
    assert ended["HX-Redirect"] == f"{at}attempts/1/"


def test_two_attempts_stand_side_by_side(browser, attempt, clinician_a, work_lane):
    made.typed(clinician_a, attempt.practice, "It is bad. We give amoxicillin.")
    work_lane("cpu")

    page = page_of(browser, f"/coaching/practices/{attempt.practice_id}/compare/")

    assert "Attempt 1" in page and "Attempt 2" in page
    assert "We give amoxicillin" in page


def test_a_recording_is_heard_again_by_her_in_part_or_whole(browser, clinician_a):
    attempt = made.recorded(clinician_a, made.begun(clinician_a))

    whole = browser.get(f"/coaching/attempts/{attempt.pk}/sound/")
    part = browser.get(f"/coaching/attempts/{attempt.pk}/sound/", HTTP_RANGE="bytes=0-99")

    assert (whole.status_code, whole["Content-Type"], whole["Cache-Control"]) == (200, "audio/wav", "no-store")
    assert len(b"".join(whole)) == attempt.received
    assert (part.status_code, len(b"".join(part))) == (206, 100)


def test_she_searches_by_words_at_once_and_waits_for_what_is_meant(browser, clinician_a):
    page = browser.get("/coaching/?q=biopsy+result+cancer", **HTMX).content.decode()

    assert "biopsy" in page.lower()
    asked = re.search(r'hx-get="(/coaching/searches/[^"]+)"', page)
    assert asked and browser.get(asked[1], **HTMX).status_code == 204


def test_she_looks_at_all_questions_of_a_kind(browser):
    few = page_of(browser, "/coaching/?q=&category=consent")
    led_to = re.search(r'href="(\?[^"]*all=1)"', few)
    assert led_to
    every = page_of(browser, f"/coaching/{led_to[1].replace('&amp;', '&')}")

    wanted = {one.id for one in bank.questions() if one.category == "consent"}
    assert set(re.findall(r"/coaching/begin/([a-z0-9-]+)/", every)) == wanted and len(wanted) > 5
    assert len(re.findall(r"/coaching/begin/([a-z0-9-]+)/", few)) == 5 and "Show all" not in every


def test_she_says_how_she_practises(browser, clinician_a):
    told = {"role": "nurse", "language": "es", "keeps": "session", "engines": "local"}
    assert browser.post("/coaching/preferences/", told).status_code == 302
    with clinician_a.at_work():
        liked = Speaker.objects.get()
    assert (liked.keeps, liked.counts_disfluency) == ("session", False)

    browser.post("/coaching/draw/")
    with clinician_a.at_work():
        practice = Practice.objects.get()
    assert (practice.keeps, practice.language) == ("session", "es")
    assert browser.post("/coaching/preferences/", told | {"language": "xx"}).status_code == 422


def test_a_question_is_written_read_by_another_and_asked(browser, as_person, staff_a, clinician_a):
    new = page_of(browser, "/coaching/questions/new/")
    assert "our-first-question" in new
    body = asking.told(bank.questions()[0]) | {"id": "our-own"}
    went = browser.post("/coaching/questions/new/", {"body": json.dumps(body)})
    assert "Somebody else has to read" in page_of(browser, went["Location"])
    assert browser.post(f"{went['Location']}decide/", {"act": "publish"}).status_code == 409
    reader = as_person(staff_a[Role.LEAD])
    assert reader.post(f"{went['Location']}decide/", {"act": "publish"}).status_code == 302
    assert "our-own" in page_of(browser, "/coaching/questions/")
    with clinician_a.at_work():
        assert SiteQuestion.objects.get().state == "published"
    assert any(one["id"] == "our-own" for one in browser.get("/coaching/questions/export/").json()["questions"])


WRITTEN = {
    "title": "Llamada de noche: _-_ UCI", "text": "Llame a la guardia y pida ayuda.", "language": "es",
    "category": "hand_over", "difficulty": "2", "roles": ["nurse", "student"],
    "points": "Dice quién es: me llamo, soy enfermera/enfermero\n\nPide ayuda: necesit* ayuda/venga",
    "follow_ups": "¿Qué constantes tiene?",
}  # fmt: skip


def test_a_question_is_written_in_fields_and_shown_in_the_language_it_has(browser, clinician_a):
    went = browser.post("/coaching/questions/new/", WRITTEN)
    again = browser.post("/coaching/questions/new/", WRITTEN)

    page = page_of(browser, went["Location"])
    assert "Llame a la guardia" in page and "Pide ayuda" in page and "¿Qué constantes tiene?" in page
    assert went["Location"] != again["Location"]
    with clinician_a.at_work():
        first, second = SiteQuestion.objects.order_by("written_at")
        question = asking.read(first.body)
    assert (first.version, second.version) == (1, 1) and first.code.startswith("llamada-de-noche")
    assert [point.says for point in question.points] == [
        ("es: me llamo", "es: soy enfermera/enfermero"), ("es: necesit* ayuda/venga",),
    ]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), [
    ({"points": "Says who she is"}, "Line 1: after the point a colon"),
    ({"points": "Says who: I am\nAsks: n**"}, "Line 2: “n**” cannot be looked for."),
    ({"roles": []}, "required"),
    ({"points": "\n".join(f"Point {n}: word{n}" for n in range(11))}, "11 where 1 to 10 are allowed"),
])  # fmt: skip
def test_a_question_in_fields_that_is_none_comes_back_with_the_reason(browser, wrong, said):
    answer = browser.post("/coaching/questions/new/", WRITTEN | wrong)

    assert answer.status_code == 422 and said in answer.content.decode()


def test_all_her_practices_stand_on_pages_of_their_own(browser, clinician_a, monkeypatch):
    monkeypatch.setattr("coaching.views.home.ROWS", 2)
    made_ones = [made.begun(clinician_a, number=number) for number in range(3)]

    first = page_of(browser, "/coaching/practices/")
    following = re.search(r'href="(\?at=[^"]+)" rel="next"', first)
    assert following
    second = page_of(browser, f"/coaching/practices/{following[1]}")

    seen = [[str(one.pk) in page for one in made_ones] for page in (first, second)]
    assert seen == [[False, True, True], [True, False, False]]
    assert "All my practices" in page_of(browser, "/coaching/")


@pytest.mark.parametrize("body", ["no json", "[]", json.dumps({"id": "x"})])
def test_a_question_that_is_none_comes_back_with_the_reason(browser, body):
    assert browser.post("/coaching/questions/new/", {"body": body}).status_code == 422


def test_nothing_about_feelings_without_purpose_and_consent(browser, as_person, staff_a, clinician_a):
    practice = made.begun(clinician_a)
    at = f"/coaching/practices/{practice.pk}/"
    assert "how lively" not in page_of(browser, at)
    assert browser.post(f"{at}agree/", {"agree": "yes"}).status_code == 403

    admin = as_person(staff_a[Role.ADMIN])
    admin.post("/coaching/purpose/", {"purpose": "Training of voice in a study, agreed with the works council."})
    assert "how lively" in page_of(browser, at)
    browser.post(f"{at}agree/", {"agree": "yes"})
    with clinician_a.at_work():
        assert Practice.objects.get().says_emotions
    admin.post("/coaching/purpose/", {"act": "end"})
    with staff_a[Role.ADMIN].at_work():
        assert LawfulPurpose.objects.get().ended_at
    assert "how lively" not in page_of(browser, at)


def test_a_voice_that_may_still_lie_elsewhere_is_told_to_the_speaker(browser, as_person, staff_a, clinician_a):
    practice = made.begun(clinician_a)
    attempt = made.typed(clinician_a, practice)
    as_person(staff_a[Role.ADMIN]).post("/coaching/purpose/", {"purpose": "Training of voice, agreed with everybody."})
    at = f"/coaching/practices/{practice.pk}/"
    browser.post(f"{at}agree/", {"agree": "yes"})
    with clinician_a.at_work():
        attempt.expression = {"remote": [{"name": "Calmness", "score": 0.8}], "left_there": True}
        attempt.save(update_fields=["expression"])

    page = page_of(browser, at)

    assert "Hume names: Calmness 0.80." in page
    assert "Hume did not confirm that it deleted the recording." in page


def test_she_says_how_satisfied_she_is_by_a_key_and_sees_what_she_said(browser, attempt):
    at = f"/coaching/practices/{attempt.practice_id}/"
    before = page_of(browser, at)

    sent = browser.post(f"{at}rate/", {"satisfaction": "2"})
    after = page_of(browser, at)

    assert sent.status_code == 302 and "Only if you like." in before and 'data-key="5"' in before
    assert re.findall(r'value="(\d)" data-key="\d"[^>]*aria-pressed="true"', before) == []
    assert re.findall(r'value="(\d)" data-key="\d"[^>]*aria-pressed="true"', after) == ["2"]
    assert browser.post(f"{at}rate/", {"satisfaction": "9"}).status_code == 400
    part = browser.post(f"{at}rate/", {"satisfaction": "5"}, **HTMX).content.decode()
    assert re.findall(r'value="(\d)" data-key="\d"[^>]*aria-pressed="true"', part) == ["5"] and "<html" not in part


def test_figures_of_few_answers_are_not_shown(as_person, staff_a, attempt):
    page = page_of(as_person(staff_a[Role.ENGINEER]), "/coaching/figures/")

    assert "Too few to be shown" in page


def test_a_closed_session_shows_that_its_words_are_gone(browser, clinician_a, work_lane):
    attempt = made.told(clinician_a, work_lane, keeps="session")
    at = f"/coaching/practices/{attempt.practice_id}/"

    browser.post(f"{at}close/")
    page = page_of(browser, at)

    assert "Sound and words are deleted" in page
    assert made.TYPED[:20] not in page
    with clinician_a.at_work():
        assert Attempt.objects.get().state == AttemptState.DONE
