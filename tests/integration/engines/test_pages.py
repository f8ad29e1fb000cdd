"""The pages of engines: what is shown to whom, and that each act goes the way of the actions."""

import pytest

from clinic import step_up
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Deployment, Notification, Proposal, Run
from tests.integration.engines.challengers import WHY, candidate, decided, live, prove, shadow
from tests.make import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(as_person, staff_a: Staff):
    return as_person(staff_a[Role.ENGINEER])


@pytest.fixture
def lead(as_person, staff_a: Staff):
    return as_person(staff_a[Role.LEAD])


@pytest.fixture
def freshly_confirmed(monkeypatch) -> None:
    monkeypatch.setattr(step_up, "is_fresh", lambda _confirmed: True)


def words(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_list_when_opened_then_ladder_states_and_figures_with_n_and_interval(engineer, staff_a, tmp_path):
    shadow(staff_a, tmp_path)

    said = words(engineer.get("/engines/"))

    for told in ("Letter urgency", "Letters linear", "Letter rules", "Live", "Shadow", "0.86", "n 2", "Not asked yet",
                 "asked first", "6 engines are live, 1 in the shadow.", "Nothing about a patient leaves"):  # fmt: skip
        assert told in said, told


def test_list_when_no_engine_may_answer_then_it_says_that_people_do(engineer, staff_a):
    from django.utils import timezone

    with scope(site=staff_a.site_id):
        Deployment.objects.update(out_since=timezone.now(), out_reason="alarm")

    assert "its work goes to people" in words(engineer.get("/engines/"))


def test_page_when_in_the_shadow_then_the_gate_says_what_is_missing(engineer, staff_a, tmp_path):
    held = shadow(staff_a, tmp_path)

    said = words(engineer.get(f"/engines/{held.pk}/"))

    assert "0 of 500 decided live cases, 500 more needed" in said
    assert "Test cases must be asked" in said
    assert "Generated letters only" in said
    assert "No winner is named" in said
    assert "do/promote" not in said


@pytest.mark.usefixtures("freshly_confirmed")
def test_promotion_when_asked_and_agreed_on_the_pages_then_live_and_the_second_person_was_told(
    engineer, lead, staff_a, case_a, tmp_path
):
    held = shadow(staff_a, tmp_path)
    with staff_a[Role.CLINICIAN].at_work():
        prove(held)
        decided(staff_a[Role.CLINICIAN], case_a, held, cases=600, live_wrong=60, shadow_wrong=30)
    assert f"/engines/{held.pk}/do/promote/" in words(engineer.get(f"/engines/{held.pk}/"))

    assert engineer.post(f"/engines/{held.pk}/do/promote/", {"reason": WHY}).status_code == 302

    with scope(site=staff_a.site_id):
        proposal = Proposal.objects.get()
    with staff_a[Role.LEAD].at_work():
        assert Notification.objects.filter(person=staff_a.ids[Role.LEAD], kind="proposal").count() == 1
    assert "another person must agree" in words(engineer.get("/proposals/"))
    assert WHY in words(lead.get("/proposals/"))
    assert engineer.post(f"/proposals/{proposal.pk}/agree/").status_code == 409
    assert lead.post(f"/proposals/{proposal.pk}/agree/", {"note": "Looked at both."}).status_code == 302
    assert live(staff_a).pk == held.pk
    said = words(engineer.get(f"/engines/{held.pk}/"))
    assert "Made live" in said
    assert "points against the live one" in said

    assert engineer.post(f"/engines/{held.pk}/do/back/", {"reason": "Complaints from the ward."}).status_code == 302
    assert live(staff_a).pk != held.pk


def test_agreeing_when_who_she_is_was_not_proved_lately_then_asked_to_confirm_and_nothing_moves(
    engineer, lead, staff_a, tmp_path
):
    held = shadow(staff_a, tmp_path)
    prove(held)
    engineer.post(f"/engines/{held.pk}/do/trial/", {"reason": WHY, "percent": "10"})
    with scope(site=staff_a.site_id):
        proposal = Proposal.objects.get()

    answer = lead.post(f"/proposals/{proposal.pk}/agree/")

    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)
    with scope(site=staff_a.site_id):
        assert Deployment.objects.get(pk=held.pk).percent == 0


@pytest.mark.usefixtures("freshly_confirmed")
def test_trial_when_agreed_and_ended_on_the_pages_then_shown_and_over(engineer, lead, staff_a, tmp_path):
    held = shadow(staff_a, tmp_path)
    prove(held)
    engineer.post(f"/engines/{held.pk}/do/trial/", {"reason": WHY, "percent": "10"})
    with scope(site=staff_a.site_id):
        lead.post(f"/proposals/{Proposal.objects.get().pk}/agree/")
    assert "On trial, 10 %" in words(engineer.get("/engines/"))

    engineer.post(f"/engines/{held.pk}/trial/end/")

    assert "On trial, 10 %" not in words(engineer.get("/engines/"))


@pytest.mark.parametrize(("act", "sent", "status"), [
    ("shadow", {"reason": "short"}, 422), ("shadow", {"reason": WHY}, 302), ("promote", {"reason": WHY}, 409),
    ("unheard", {"reason": WHY}, 404), ("retire", {"reason": WHY}, 302), ("back", {"reason": WHY}, 409),
    ("trial", {"reason": WHY, "percent": "0"}, 422),
])  # fmt: skip
def test_act_when_sent_then_done_or_refused_with_words(engineer, staff_a, tmp_path, act, sent, status):
    held = candidate(staff_a, tmp_path)

    assert engineer.post(f"/engines/{held.pk}/do/{act}/", sent).status_code == status


def test_act_when_the_person_may_only_look_then_no_button_and_refused(as_person, staff_a, tmp_path):
    held, browser = candidate(staff_a, tmp_path), as_person(staff_a[Role.CLINICIAN])

    assert f"/engines/{held.pk}/do/" not in words(browser.get(f"/engines/{held.pk}/"))
    assert browser.post(f"/engines/{held.pk}/do/shadow/", {"reason": WHY}).status_code == 403


def test_page_when_of_another_site_then_not_there(as_person, staff_a, staff_b, tmp_path):
    held = candidate(staff_a, tmp_path)

    assert as_person(staff_b[Role.ENGINEER]).get(f"/engines/{held.pk}/").status_code == 404


def test_data_when_asked_to_let_it_leave_then_it_waits_for_a_second_person(engineer, staff_a):
    engineer.post("/engines/data/", {"may_leave": "yes", "reason": WHY})

    assert "They may be asked about patients" in words(engineer.get("/proposals/"))
    assert "Nothing about a patient leaves" in words(engineer.get("/engines/"))


def test_proposal_when_taken_back_then_decided_and_listed(engineer, staff_a):
    engineer.post("/engines/data/", {"may_leave": "yes", "reason": WHY})
    with scope(site=staff_a.site_id):
        proposal = Proposal.objects.get()

    engineer.post(f"/proposals/{proposal.pk}/refuse/")

    assert "Withdrawn" in words(engineer.get("/proposals/"))


def test_test_cases_when_asked_for_then_a_run_waits(engineer, staff_a):
    engineer.post(f"/engines/{live(staff_a).pk}/prove/")

    with scope(site=staff_a.site_id):
        assert Run.objects.filter(kind="clinic.golden").count() == 1


def test_card_when_followed_from_an_answer_then_the_page_of_its_engine(as_person, ask_about, in_site_a, case_a):
    run = ask_about(in_site_a, case_a)
    browser = as_person(in_site_a)
    url = f"/engines/card/{run.result.engine_digest}/"

    assert url in words(browser.get(f"/runs/{run.pk}/"))
    assert "Letters linear" in words(browser.get(url, follow=True))
    assert browser.get(f"/engines/card/{'0' * 64}/").status_code == 404
