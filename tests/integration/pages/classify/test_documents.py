"""The inboxes and the page of a document; every act and every look is one event, and foreign documents do not exist."""

from collections.abc import Callable

import pytest
from django.test import Client

from classify.models import Document
from clinic.authorization.roles import Role
from tests import make
from tests.integration.classify.sorting import LETTER, document, read, routed, say
from tests.integration.pages.cases.helpers import queries_of
from tests.make import Person
from tests.telling import told_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(clinician_a: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(clinician_a)


@pytest.fixture
def found(clinician_a: Person) -> Document:
    return document(clinician_a, make.case(clinician_a))


def test_inbox_holds_its_documents_and_counts_them(browser, clinician_a, found):
    routed(clinician_a, found)

    page = browser.get("/documents/?in=cardiology").content.decode()
    other = browser.get("/documents/?in=dermatology").content.decode()

    assert f"/documents/{found.pk}/" in page and "letter.txt" in page and "0.95" in page
    assert f"/documents/{found.pk}/" not in other


def test_page_marks_the_words_that_moved_the_answer_in_the_text(browser, clinician_a, found):
    routed(clinician_a, found)

    page = browser.get(f"/documents/{found.pk}/").content.decode()

    assert '<mark class="for">palpitations</mark>' in page
    assert "+0.41" in page and "90 % set" in page


def test_page_while_the_text_is_read_says_so_and_goes_on_by_itself(browser, clinician_a, found):
    page = browser.get(f"/documents/{found.pk}/").content.decode()
    address = f"/documents/{found.pk}/news/"

    assert "is being read" in page and address in page
    assert browser.get(f"{address}?known=").status_code == 204
    routed(clinician_a, found)
    assert browser.get(f"{address}?known=").headers["HX-Refresh"] == "true"


def test_page_of_an_unreadable_document_says_why_and_what_to_do(browser, clinician_a, found):
    read(clinician_a, text="", problem="encrypted_pdf", pages=())

    page = browser.get(f"/documents/{found.pk}/").content.decode()

    assert "Locked with a password" in page and "Save it without a password" in page


def test_unread_document_is_not_called_routine_nor_like_anything(browser, clinician_a, found):
    routed(clinician_a, found, say(label="", refusal="empty_scan", probabilities=None, prediction_set=()))

    for address in (f"/documents/{found.pk}/", "/documents/?in=waiting"):
        page = browser.get(address).content.decode()
        assert "Urgency unknown" in page and "Routine" not in page
        assert "How unlike" not in page


def test_page_says_that_the_case_is_urgent_where_its_text_is_not(browser, clinician_a):
    found = document(clinician_a, make.case(clinician_a, urgency="urgent"))
    routed(clinician_a, found, say(urgency=0.1054, urgent_from=0.1146))

    page = browser.get(f"/documents/{found.pk}/").content.decode()

    assert "The case is urgent. Reads as routine: 0.105, urgent from 0.115" in page


def test_order_of_each_list_is_told_as_it_is(browser, clinician_a, found):
    routed(clinician_a, found)

    assert "The newest stands first." in browser.get("/documents/").content.decode()
    assert "What is urgent stands first" in browser.get("/documents/?in=cardiology").content.decode()


def test_page_names_what_the_engine_doubts(browser, clinician_a, found):
    routed(clinician_a, found, say(doubts=("new_kind",), document=found))

    page = browser.get(f"/documents/{found.pk}/").content.decode()

    assert "unlike the documents the engine learned from" in page and "For a person" in page


def test_pasted_text_becomes_a_document_and_each_step_is_told(browser, clinician_a):
    case = make.case(clinician_a)
    sent = {"text": LETTER, "name": "letter"}

    told = told_by(lambda: browser.post(f"/documents/add/{case.pk}/paste/", sent))

    assert told == ["document.taken_in", "run.requested", "upload.added"]
    assert told_by(lambda: browser.get("/documents/")) == ["document_list.read"]


def test_text_of_nine_characters_is_refused_beside_its_field_and_nothing_is_kept(browser, clinician_a):
    case = make.case(clinician_a)

    answer = browser.post(f"/documents/add/{case.pk}/paste/", {"text": "123456789"})

    assert answer.status_code == 422 and "at least 10 characters" in answer.content.decode()
    with clinician_a.at_work():
        assert not Document.objects.exists()


def test_chosen_files_of_a_case_are_sorted(browser, clinician_a):
    case = make.case(clinician_a)
    upload = make.upload(clinician_a, case, data=LETTER.encode(), name="referral.txt")

    page = browser.get(f"/documents/add/{case.pk}/").content.decode()
    answer = browser.post(f"/documents/add/{case.pk}/", {"upload": str(upload.pk)})

    assert "referral.txt" in page
    with clinician_a.at_work():
        assert answer.headers["Location"] == f"/documents/{Document.objects.get().pk}/"


def test_case_is_named_by_its_number(browser, clinician_a):
    case = make.case(clinician_a)

    assert browser.post("/documents/add/", {"case": case.reference}).headers["Location"].endswith(f"{case.pk}/")
    assert browser.post("/documents/add/", {"case": "C-999999"}).status_code == 422


def test_engineer_sees_what_was_decided_and_asks_for_more(as_person, staff_a, clinician_a, found):
    routed(clinician_a, found)
    engineer = as_person(staff_a[Role.ENGINEER])

    page = engineer.get("/documents/learning/").content.decode()
    told = told_by(lambda: engineer.post("/documents/learning/labels/", {"count": "5"}))

    assert "Not learned from yet" in page and "palpitations" not in page
    assert told in (["case.moved", "labels.asked_for", "review.flagged"], [])  # it may have been drawn before
    assert engineer.post("/documents/learning/labels/", {"count": "0"}).status_code == 422
    assert engineer.post("/documents/learning/start/").status_code == 409


def test_clinician_has_no_page_of_what_engines_learn(browser):
    assert browser.get("/documents/learning/").status_code == 403


def test_document_of_another_site_does_not_exist(as_person, clinician_b, found):
    stranger = as_person(clinician_b)

    for address in (f"/documents/{found.pk}/", f"/documents/{found.pk}/news/", f"/documents/add/{found.case_id}/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/documents/{found.pk}/again/").status_code == 404
    assert str(found.pk) not in stranger.get("/documents/").content.decode()


def test_sorting_again_asks_the_engine_that_answers_now(browser, clinician_a, found):
    routed(clinician_a, found)

    assert told_by(lambda: browser.post(f"/documents/{found.pk}/again/")) == ["run.requested"]


def test_case_leads_from_a_file_to_its_document_and_asks_no_more_often_for_many(browser, clinician_a, found):
    address = f"/cases/{found.case_id}/"
    browser.get(address)
    page, few = browser.get(address).content.decode(), queries_of(lambda: browser.get(address))
    more = [document(clinician_a, found.case, f"{LETTER} {number}") for number in range(3)]

    assert f'href="/documents/{found.pk}/"' in page
    assert queries_of(lambda: browser.get(address)) == few
    assert all(f'href="/documents/{one.pk}/"' in browser.get(address).content.decode() for one in more)


def test_only_what_came_during_this_visit_is_ticked_whatever_its_kind(browser, clinician_a):
    case = make.case(clinician_a)
    make.upload(clinician_a, case, data=LETTER.encode(), name="earlier.txt")
    address = f"/documents/add/{case.pk}/"

    assert " checked>" not in browser.get(address).content.decode()
    assert browser.get(f"{address}?since=9999999999").content.decode().count(" checked>") == 0
    assert browser.get(f"{address}?since=0").content.decode().count(" checked>") == 1
