"""The queue as a reader works it: take, read, decide, take back. A blind reader is sent nothing of what was said."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.actions import claims, reviews
from clinic.authorization.roles import Role
from clinic.models import HeldDecision, Result, Review, ReviewItem, ReviewPolicy
from clinic.review_rules import Rules
from clinic.views import reviews as review_views
from tests import make
from tests.integration.reviewing import NAME, RISKY, SURE, UNSURE, answered, failed, flagged
from tests.integration.second_opinion import LETTER, span
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(clinician_a: Person, case_a) -> ReviewItem:
    letter = make.upload(clinician_a, case_a, LETTER.encode(), "referral letter.txt")
    said = replace(UNSURE, evidence=(span(letter, "short of breath"), span(letter, "Kind regards", weight=-0.2)))
    return flagged(clinician_a, case_a, said, [letter])


def read(browser: Client, item: ReviewItem) -> str:
    return browser.get(f"/review/{item.pk}/").content.decode()


def take(browser: Client, item: ReviewItem) -> str:
    answer = browser.post("/review/claim/", {"item": str(item.pk)}, follow=True)
    return answer.content.decode()


def test_queue_when_something_waits_then_it_says_what_why_and_how_it_is_ordered(browser, item):
    page = browser.get("/review/").content.decode()

    assert "Urgency: Routine, Urgent" in page
    assert f"{item.case.reference} · Below the limit for this class" in page
    assert "1 result waits for a person." in page
    assert "What has waited 8 h comes first, whatever an engine says." in page


def test_item_when_taken_then_the_source_is_shown_with_what_the_engine_rests_on_marked(browser, item):
    page = take(browser, item)

    assert (
        'Dear colleague,\nfever for four days, and she is <mark class="for">short of breath<sup>1</sup></mark>' in page
    )
    assert '<mark class="against">Kind regards<sup>2</sup></mark>' in page
    assert "Yours until" in page
    assert "Urgency engine suggests" in page and 'data-safety="' in page
    assert "Question of site A" in page
    assert "checked" not in page.partition('id="decide-form"')[2].partition("</form>")[0]


def test_item_when_read_then_it_is_noted_once_who_read_what(browser, reader, item):
    browser.get(f"/review/{item.pk}/")

    (event,) = make.audit_events("review.read")
    assert (event["actor_id"], event["target_id"], event["case"]) == (
        str(reader.user.pk),
        str(item.pk),
        str(item.case_id),
    )


def test_decision_when_made_then_held_and_the_next_item_is_in_her_hands(browser, clinician_a, case_a, reader, item):
    second = flagged(clinician_a, case_a)
    take(browser, item)

    answer = browser.post(f"/review/{item.pk}/decide/", {"label": "routine", "looked": "chose"})

    assert answer.headers["Location"] == f"/review/{second.pk}/"
    page = browser.get(answer.headers["Location"]).content.decode()
    assert f"{item.case.reference}: Routine. Final at" in page
    with reader.at_work():
        assert HeldDecision.objects.get().item == item
        assert ReviewItem.objects.get(pk=second.pk).claimed_by == reader.user


def test_decision_when_taken_back_then_the_item_is_hers_again(browser, reader, item):
    take(browser, item)
    browser.post(f"/review/{item.pk}/decide/", {"label": "routine"})

    answer = browser.post(f"/review/{item.pk}/undo/")

    assert answer.headers["Location"] == f"/review/{item.pk}/"
    assert 'id="decide-form"' in read(browser, item)
    with reader.at_work():
        assert not Review.objects.exists() and not HeldDecision.objects.exists()


def test_decision_when_it_differs_without_a_note_then_the_form_comes_back_with_what_was_chosen(browser, item):
    take(browser, item)

    answer = browser.post(f"/review/{item.pk}/decide/", {"label": "urgent"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why: you differ from the engine, or send it back." in page
    assert 'value="urgent"' in page and "checked" in page


def test_decision_on_a_risky_item_when_she_has_not_looked_then_told_so(browser, clinician_a, case_a):
    item = flagged(clinician_a, case_a, RISKY)
    take(browser, item)

    answer = browser.post(f"/review/{item.pk}/decide/", {"label": "emergency", "looked": "chose"})

    assert answer.status_code == 422
    assert "look at the source first" in answer.content.decode()
    with clinician_a.at_work():
        ReviewItem.objects.update(claimed_at=timezone.now() - timedelta(seconds=5))
    answer = browser.post(f"/review/{item.pk}/decide/", {"label": "emergency", "confirmed": "1"})
    assert answer.status_code == 302


def test_item_when_a_colleague_reads_it_then_her_name_stands_there_and_nothing_can_be_sent(
    staff_a: Staff, browser, item
):
    colleague = staff_a[Role.RADIOLOGIST]
    with colleague.at_work():
        claims.claim(by=colleague.actor, item=item)

    assert colleague.user.name in browser.get("/review/").content.decode()
    assert 'id="decide-form"' not in read(browser, item)
    assert browser.post(f"/review/{item.pk}/decide/", {"label": "routine"}).status_code == 409
    assert browser.post("/review/claim/", {"item": str(item.pk)}).status_code == 409


def test_item_when_given_back_then_free_and_when_renewed_then_longer(browser, reader, item):
    take(browser, item)
    assert "Yours until" in browser.post(f"/review/{item.pk}/lock/").content.decode()

    browser.post(f"/review/{item.pk}/release/")

    with reader.at_work():
        assert ReviewItem.objects.get(pk=item.pk).claimed_by is None


def test_item_when_no_engine_answered_then_the_page_says_so_and_shows_no_card(browser, reader, clinician_a, case_a):
    failed(clinician_a, case_a)
    with reader.at_work():
        item = ReviewItem.objects.get()

    page = take(browser, item)

    assert "No engine answered" in page and "engine suggests" not in page


def test_queue_when_it_is_empty_then_it_says_so(browser):
    assert "Nothing waits for you" in browser.get("/review/").content.decode()
    assert b"Nothing more waits for you here." in browser.post("/review/next/", follow=True).content


def test_queue_when_longer_than_a_page_then_the_rest_is_one_link_away_and_taking_keeps_the_page(
    browser, clinician_a, case_a, monkeypatch
):
    monkeypatch.setattr(review_views, "SIZE", 2)
    items = [flagged(clinician_a, case_a) for _ in range(3)]

    first = browser.get("/review/").content.decode()
    (address,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = browser.get(unescape(address)).content.decode()

    assert "2 of 3 shown" in first and "3 results wait for a person." in second
    shown = [re.findall(r'name="item" value="([^"]+)"', page) for page in (first, second)]
    assert [len(page) for page in shown] == [2, 1]
    assert sorted(shown[0] + shown[1]) == sorted(str(item.pk) for item in items)
    (at,) = re.findall(r'name="at" value="([^"]+)"', second)
    taken = browser.post("/review/claim/", {"item": shown[1][0], "at": at}, follow=True).content.decode()
    assert re.findall(r'name="item" value="([^"]+)" aria-current', taken) == shown[1]
    assert 'rel="prev"' in taken


def test_queue_of_another_site_then_not_there(as_person, clinician_b, item):
    foreign = as_person(clinician_b)

    assert item.case.reference not in foreign.get("/review/").content.decode().partition("<main")[2]
    for address in (f"/review/{item.pk}/",):
        assert foreign.get(address).status_code == 404
    for act in ("decide", "undo", "release", "lock"):
        assert foreign.post(f"/review/{item.pk}/{act}/", {"label": "routine"}).status_code == 404
    assert foreign.post("/review/claim/", {"item": str(item.pk)}).status_code == 404


def test_queue_when_ten_times_as_long_then_no_more_questions_are_asked(browser, clinician_a, case_a):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get("/review/")
        return sum(
            query["sql"].startswith("SELECT") for query in asked.captured_queries
        )  # a session writes by the clock

    browser.get("/review/")  # what is asked once a process
    flagged(clinician_a, case_a)
    few = questions()
    for _ in range(9):
        flagged(clinician_a, make.case(clinician_a))

    assert questions() == few


# --- blind ------------------------------------------------------------------------------------------------------------

SECRETS = ("0.61", "0.38", "tests.urgency 1", "secret-evidence", "Below the limit", "A first reader&#x27;s note")


@pytest.fixture
def blind(staff_a: Staff, clinician_a: Person, case_a, urgency) -> ReviewItem:
    """Two readers, blind; the first has read. Every word that would tell is one that stands nowhere else."""
    with clinician_a.at_work():
        rules = Rules(readers=2, is_blind=True).as_json()
        ReviewPolicy.objects.create(site=clinician_a.site, capability=NAME, rules=rules)
    letter = make.upload(clinician_a, case_a, b"A letter with secret-evidence in it.\n")
    said = replace(UNSURE, probabilities={"routine": 0.6123, "urgent": 0.3777, "emergency": 0.01},
                   evidence=(span(letter, "secret-evidence", "A letter with secret-evidence in it.\n"),))  # fmt: skip
    item = flagged(clinician_a, case_a, said, [])
    first = staff_a[Role.RADIOLOGIST]
    with first.at_work():
        claims.claim(by=first.actor, item=item)
        reviews.decide(by=first.actor, item=item, label="urgent", note="A first reader's note")
    return item


@pytest.mark.hazard("H04")
def test_blind_reader_when_she_reads_then_no_byte_tells_what_engine_or_reader_said(browser, staff_a, blind):
    first = staff_a[Role.RADIOLOGIST].user.name
    pages = [browser.get("/review/"), browser.get(f"/review/{blind.pk}/"),
             browser.post("/review/claim/", {"item": str(blind.pk)}, follow=True),
             browser.post(f"/review/{blind.pk}/decide/", {"label": ""}),
             browser.post(f"/review/{blind.pk}/lock/")]  # fmt: skip

    assert 'id="decide-form"' in pages[2].content.decode()
    for page in pages:
        text = page.content.decode()
        assert [secret for secret in (*SECRETS, first) if secret in text] == []
        assert "engine suggests" not in text and 'class="ai' not in text
        assert f"/cases/{blind.case_id}/" not in text and f"/runs/{blind.run_id}/" not in text


def test_reader_who_is_not_blind_then_the_same_bytes_are_there(staff_a: Staff, as_person, clinician_a, blind):
    """So that the test above looks for what would really be shown."""
    with clinician_a.at_work():
        ReviewItem.objects.filter(pk=blind.pk).update(state="adjudication")

    page = as_person(staff_a[Role.REVIEWER]).get(f"/review/{blind.pk}/").content.decode()

    for secret in (*SECRETS, staff_a[Role.RADIOLOGIST].user.name):
        assert secret in page, secret
    assert "engine suggests" in page


def test_answer_when_a_person_sends_it_to_review_then_it_waits_with_her_question(as_person, clinician_a, browser, item):
    with clinician_a.at_work():
        result = Result.objects.get()
        ReviewItem.objects.update(state="withdrawn")
    asking = as_person(clinician_a)
    assert asking.get(f"/runs/{result.run_id}/review/").status_code == 200

    asking.post(f"/runs/{result.run_id}/review/", {"note": "Is she well?"})

    with clinician_a.at_work():
        asked = ReviewItem.objects.get(state="waiting")
    page = read(browser, asked)
    assert f"{clinician_a.user.name} asks" in page and "Is she well?" in page
    assert asking.post(f"/runs/{result.run_id}/review/", {"note": ""}).status_code == 409


def test_card_when_decided_accepted_or_waiting_then_the_case_and_the_run_say_which(
    as_person, clinician_a, case_a, browser, reader, item
):
    accepted = answered(clinician_a, case_a, SURE)
    clinician = as_person(clinician_a)
    story = clinician.get(f"/cases/{case_a.pk}/").content.decode()
    assert "Accepted by policy" in clinician.get(f"/runs/{accepted.run_id}/").content.decode()
    assert "Not decided" in clinician.get(f"/runs/{item.run_id}/").content.decode()
    assert "Accepted by policy: Urgency" in story
    with reader.at_work():
        claims.claim(by=reader.actor, item=item)
        reviews.decide(by=reader.actor, item=item, label="urgent", note="Because")

    page = clinician.get(f"/runs/{item.run_id}/").content.decode()

    assert "Decided: Urgent" in page and "Not decided" not in page
    assert f"/runs/{item.run_id}/review/" in page
