"""The list of cases: whose, in which order, page by page, and at what cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.models import Case, CaseState, Urgency
from tests import make
from tests.integration.pages.cases.helpers import HTMX, links, queries_of, references, text_of
from tests.signing import sign

LIST = "/cases/"


def move(person, case, *states):
    with person.at_work():
        for state in states:
            cases.move(by=person.actor, case=case, to=state)


def test_home_when_signed_in_then_leads_to_the_list(as_person, clinician_a):
    assert as_person(clinician_a).get("/").headers["Location"] == LIST


def test_list_when_not_signed_in_then_asks_to(client, db):
    assert client.get(LIST).headers["Location"].startswith("/account/login/")


def test_list_when_role_reads_no_cases_then_refused(as_person, admin_a):
    assert as_person(admin_a).get(LIST).status_code == 403


def test_list_when_opened_then_shows_cases_of_the_own_site_only(as_person, clinician_a, case_a, case_b):
    shown = as_person(clinician_a).get(f"{LIST}?show=all")

    assert "Question of site A" in text_of(shown)
    assert "Question of site B" not in text_of(shown)


def test_list_when_opened_then_begins_with_mine_that_need_work(as_person, clinician_a, staff_a):
    mine = make.case(clinician_a, question="Mine", assignee=clinician_a.user)
    make.case(clinician_a, question="Of a colleague", assignee=staff_a[Role.RADIOLOGIST].user)
    done = make.case(clinician_a, question="Mine and signed", assignee=clinician_a.user)
    sign(clinician_a, done)

    assert references(as_person(clinician_a).get(LIST)) == [mine.reference]


def test_list_when_shown_then_urgency_comes_first_then_waiting_and_done_last(as_person, clinician_a):
    done = make.case(clinician_a, urgency=Urgency.EMERGENCY)
    move(clinician_a, done, CaseState.CLOSED)
    first, second = (make.case(clinician_a) for _ in range(2))
    urgent = make.case(clinician_a, urgency=Urgency.URGENT)
    emergency = make.case(clinician_a, urgency=Urgency.EMERGENCY)

    found = references(as_person(clinician_a).get(f"{LIST}?show=all"))

    assert found == [case.reference for case in (emergency, urgent, first, second, done)]


def test_list_when_longer_than_a_page_then_next_and_previous_show_each_case_once(as_person, clinician_a, patient_a):
    made = [make.case(clinician_a, of=patient_a) for _ in range(35)]
    for case in made[:5]:
        move(clinician_a, case, CaseState.CLOSED)
    client = as_person(clinician_a)

    first = client.get(f"{LIST}?show=all")
    second = client.get(links(first, "next"))
    back = client.get(links(second, "prev"))

    assert len(references(first)) == 30
    assert sorted(references(first) + references(second)) == sorted(case.reference for case in made)
    assert references(back) == references(first)
    assert not links(second, "next")
    assert not links(first, "prev")


def test_list_when_cases_come_between_pages_then_none_is_skipped_or_repeated(as_person, clinician_a, patient_a):
    made = [make.case(clinician_a, of=patient_a).reference for _ in range(32)]
    client = as_person(clinician_a)

    first = client.get(f"{LIST}?show=all")
    make.case(clinician_a, of=patient_a, urgency=Urgency.EMERGENCY)
    second = client.get(links(first, "next"))

    assert references(first) + references(second) == made


@pytest.mark.parametrize("place", ["x", "W10", "WzksMCwxXQ", "WzAsMCwieCIsIngiLCJ4Il0", "WzAsMCwxXQ"])
def test_list_when_the_place_is_made_up_then_refused_in_words(as_person, clinician_a, place):
    assert as_person(clinician_a).get(f"{LIST}?at={place}").status_code == 400


@pytest.mark.parametrize(("show", "count"), [("human", 1), ("ai", 1), ("signed", 1), ("all", 4), ("nonsense", 0)])
def test_filter_when_chosen_then_shows_what_its_number_says(as_person, clinician_a, show, count):
    human, ai, signed, _open = (make.case(clinician_a) for _ in range(4))
    move(clinician_a, human, CaseState.AWAITING_HUMAN)
    move(clinician_a, ai, CaseState.AWAITING_AI)
    sign(clinician_a, signed)

    shown = as_person(clinician_a).get(f"{LIST}?show={show}")

    assert len(references(shown)) == count
    words = text_of(shown)
    assert "Awaiting human 1" in words
    assert "Awaiting AI 1" in words
    assert "Signed 1" in words
    assert "All at this site 4" in words


def test_tiles_when_cases_wait_then_count_them(as_person, clinician_a):
    late = make.case(clinician_a, urgency=Urgency.EMERGENCY, assignee=clinician_a.user)
    move(clinician_a, late, CaseState.AWAITING_HUMAN)
    past = timezone.now() - timedelta(hours=3)
    with clinician_a.at_work():
        Case.objects.filter(pk=late.pk).update(opened_at=past, due_at=past + timedelta(hours=1))

    words = text_of(as_person(clinician_a).get(LIST))

    assert "Waiting for you 1 1 emergency" in words
    assert "Overdue 1 The longest by 2 h" in words
    assert "Longest wait, this site 3 h" in words
    assert "Signed today 0" in words


def test_list_when_narrowed_then_shows_what_fits_and_says_so(as_person, clinician_a, staff_a):
    held = make.case(clinician_a, urgency=Urgency.URGENT, assignee=clinician_a.user)
    make.upload(clinician_a, held)
    make.case(clinician_a, urgency=Urgency.URGENT, assignee=clinician_a.user)
    make.case(clinician_a, assignee=staff_a[Role.RADIOLOGIST].user)
    nobodys = make.case(clinician_a)
    client = as_person(clinician_a)

    narrowed = client.get(f"{LIST}?show=all&urgency=urgent&assignee=me&kind=document")

    assert references(narrowed) == [held.reference]
    assert "Narrowed: Urgent · Me · Document" in text_of(narrowed)
    assert references(client.get(f"{LIST}?show=all&assignee=nobody")) == [nobodys.reference]
    assert len(references(client.get(f"{LIST}?show=all&urgency=never"))) == 4


def test_list_when_a_case_holds_things_then_shows_what(as_person, clinician_a, case_a, work_lane):
    upload = make.upload(clinician_a, case_a)
    make.run(clinician_a, case_a, inputs=(upload,))
    make.run(clinician_a, case_a, mode="fail")
    work_lane("cpu")

    page = as_person(clinician_a).get(f"{LIST}?show=all").content.decode()

    assert 'aria-label="Document"' in page
    assert 'aria-label="Engine result"' in page
    assert "A run failed" in page
    assert 'aria-label="Film"' not in page


def test_list_when_htmx_asks_then_answers_with_the_panel_alone(as_person, clinician_a, case_a):
    part = as_person(clinician_a).get(f"{LIST}?show=all", **HTMX).content.decode()

    assert part.lstrip().startswith('<section class="panel" id="case-list"')
    assert "<html" not in part


def test_list_when_shown_then_reading_it_is_one_event_that_names_the_cases(as_person, clinician_a, case_a):
    as_person(clinician_a).get(f"{LIST}?show=all")

    (event,) = make.audit_events("case_list.read")
    assert event["facts"] == {"count": 1, "cases": [str(case_a.pk)]}


def test_list_when_shown_then_leaves_nothing_in_the_browser_and_no_words_in_the_title(as_person, clinician_a, case_a):
    shown = as_person(clinician_a).get(f"{LIST}?show=all")

    assert shown.headers["Cache-Control"] == "no-store"
    assert "<title>Cases · Rounds</title>" in shown.content.decode()


def test_list_when_a_patient_was_erased_then_shows_her_cases_without_words(as_person, clinician_a, case_a, erased):
    erased(case_a.patient_id)

    shown = as_person(clinician_a).get(f"{LIST}?show=all")

    assert shown.status_code == 200
    assert "Erased" in text_of(shown)
    assert "Question of site A" not in text_of(shown)


def test_list_when_cases_are_many_then_asks_the_database_no_more_often(as_person, clinician_a):
    def queries() -> int:
        return queries_of(lambda: client.get(f"{LIST}?show=all"))

    client = as_person(clinician_a)
    for _ in range(3):
        make.upload(clinician_a, make.case(clinician_a))
    few = queries()
    for number in range(25):
        make.case(clinician_a, urgency=list(Urgency)[number % 3])
    many = queries()

    assert many <= few + 1  # keys of patients not seen before are fetched together
    assert many <= 22
