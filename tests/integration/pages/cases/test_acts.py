"""What is done to a case from its page: with htmx and without script, rightly and wrongly, by those who may and not."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.errors import Refusal
from clinic.models import Case, CaseState, Consent, Note, Notification, Patient, StateChange, Urgency
from clinic.models.cases import MOVES, SIGNED_STATES
from tests import make
from tests.integration.pages.cases.helpers import HTMX, text_of
from tests.signing import sign


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def url(case_a):
    return f"/cases/{case_a.pk}/"


def fresh(person, case) -> Case:
    with person.at_work():
        return Case.objects.select_related("patient", "assignee", "site").get(pk=case.pk)


# --- notes ------------------------------------------------------------------------------------------------------------


def test_note_when_written_with_htmx_then_the_form_comes_back_empty_and_the_story_is_told(client, url, clinician_a):
    answer = client.post(f"{url}notes/", {"body": "No change."}, **HTMX)

    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger-After-Swap"]) == {"entries-changed": ""}
    assert "No change." not in text_of(answer)
    with clinician_a.at_work():
        assert Note.objects.select_related("case").get().body == "No change."


def test_note_when_written_without_script_then_leads_back_to_the_case(client, url):
    answer = client.post(f"{url}notes/", {"body": "No change."}, follow=True)

    assert answer.redirect_chain == [(url, 302)]
    assert "The note is written." in text_of(answer)


def test_note_when_it_mentions_somebody_who_is_not_here_then_is_written_and_says_who_was_not_told(
    client, url, clinician_a, staff_a
):
    body = f"@{staff_a[Role.RADIOLOGIST].user.email} and @nobody@x.example: see above."

    answer = client.post(f"{url}notes/", {"body": body}, **HTMX)

    toast = json.loads(answer.headers["HX-Trigger-After-Swap"])["toast"]
    assert toast["tone"] == "warn"
    assert toast["words"].startswith("Not told: nobody@x.example. ")
    with clinician_a.at_work():
        assert Note.objects.count() == 1


def test_note_when_it_mentions_nobody_here_without_script_then_the_page_says_so(client, url):
    answer = client.post(f"{url}notes/", {"body": "@nobody@x.example look"}, follow=True)

    assert "Not told: nobody@x.example." in text_of(answer)


@pytest.mark.parametrize("body", ["", "   ", "x" * 10_001])
def test_note_when_empty_or_too_long_then_comes_back_with_why(client, url, clinician_a, body):
    answer = client.post(f"{url}notes/", {"body": body}, **HTMX)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    with clinician_a.at_work():
        assert not Note.objects.exists()


def test_note_when_a_colleague_is_mentioned_then_she_is_told(client, url, staff_a, case_a):
    colleague = staff_a[Role.RADIOLOGIST]

    client.post(f"{url}notes/", {"body": f"Look, @{colleague.user.email}, please"}, **HTMX)

    with colleague.at_work():
        assert Notification.objects.get(person=colleague.user).case_id == case_a.pk


def test_colleagues_when_a_name_is_begun_then_offers_those_of_the_site(client, staff_a, staff_b):
    people = client.get("/cases/colleagues/?q=radio").json()["people"]

    assert [person["email"] for person in people] == [staff_a[Role.RADIOLOGIST].user.email]
    assert client.get("/cases/colleagues/?q=southmoor").json()["people"] == []


# --- handing over -----------------------------------------------------------------------------------------------------


def test_case_when_handed_over_then_says_so_to_the_page(client, url, clinician_a, staff_a, case_a):
    colleague = staff_a[Role.RADIOLOGIST].user

    answer = client.post(f"{url}assign/", {"to": str(colleague.pk)}, **HTMX)

    told = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204
    assert set(told) == {"case-changed", "entries-changed", "toast"}
    assert told["toast"]["words"] == f"Handed to {colleague.name}."
    assert fresh(clinician_a, case_a).assignee == colleague


def test_case_when_handed_to_nobody_then_is_nobodys(client, url, clinician_a, case_a):
    with clinician_a.at_work():
        cases.assign(by=clinician_a.actor, case=case_a, to=clinician_a.user)

    client.post(f"{url}assign/", {"to": ""}, **HTMX)

    assert fresh(clinician_a, case_a).assignee is None


def test_case_when_handed_to_somebody_elsewhere_then_comes_back_with_why(client, url, clinician_a, staff_b, case_a):
    answer = client.post(f"{url}assign/", {"to": str(staff_b[Role.CLINICIAN].user.pk)}, **HTMX)

    assert answer.status_code == 422
    assert fresh(clinician_a, case_a).assignee is None


# --- moving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(CaseState))
def test_moves_when_offered_then_are_exactly_the_legal_ones(as_person, clinician_a, case_a, state):
    ways = {CaseState.OPEN: [], CaseState.AWAITING_AI: [CaseState.AWAITING_AI],
            CaseState.AWAITING_HUMAN: [CaseState.AWAITING_HUMAN], CaseState.CLOSED: [CaseState.CLOSED]}  # fmt: skip
    with clinician_a.at_work():
        for step in ways.get(state, []):
            cases.move(by=clinician_a.actor, case=case_a, to=step)
    for _version in range({CaseState.SIGNED: 1, CaseState.AMENDED: 2}.get(state, 0)):
        sign(clinician_a, case_a)

    form = as_person(clinician_a).get(f"/cases/{case_a.pk}/move/").context["move_form"]

    assert {value for value, _words in form.fields["to"].choices} == {to.value for to in MOVES[state] - SIGNED_STATES}


def test_case_when_moved_then_keeps_the_reason_sealed(client, url, clinician_a, case_a):
    answer = client.post(f"{url}move/", {"to": "awaiting_human", "reason": "Second look"}, **HTMX)

    assert answer.status_code == 204
    assert fresh(clinician_a, case_a).state == CaseState.AWAITING_HUMAN
    with clinician_a.at_work():
        assert StateChange.objects.select_related("case").get().reason == "Second look"


@pytest.mark.parametrize("to", ["signed", "amended", "nonsense", ""])
def test_case_when_the_move_is_not_legal_then_stays_and_says_why(client, url, clinician_a, case_a, to):
    answer = client.post(f"{url}move/", {"to": to}, **HTMX)

    assert answer.status_code == 422
    assert fresh(clinician_a, case_a).state == CaseState.OPEN


def test_case_when_somebody_else_was_quicker_then_the_refusal_is_in_words(
    client, url, clinician_a, case_a, monkeypatch
):
    """The form was legal when it was drawn and checked; the row had moved on when the action locked it."""
    monkeypatch.setattr("clinic.views.case_acts.MoveForm.is_valid", lambda form: True)
    monkeypatch.setattr("clinic.views.case_acts.MoveForm.cleaned_data", {"to": "signed", "reason": ""}, raising=False)

    answer = client.post(f"{url}move/", {"to": "signed"}, **HTMX)

    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#failures"
    assert fresh(clinician_a, case_a).state == CaseState.OPEN


# --- consent ----------------------------------------------------------------------------------------------------------


def test_consent_when_given_and_withdrawn_then_both_are_kept(client, url, clinician_a):
    client.post(f"{url}consents/", {"purpose": "training", "is_given": "yes"}, **HTMX)
    answer = client.post(f"{url}consents/", {"purpose": "training", "is_given": "no"}, **HTMX)

    assert answer.status_code == 204
    with clinician_a.at_work():
        assert list(Consent.objects.order_by("at").values_list("purpose", "is_given")) == [
            ("training", True), ("training", False)
        ]  # fmt: skip


@pytest.mark.parametrize("sent", [{"purpose": "sport", "is_given": "yes"}, {"purpose": "care"}, {}])
def test_consent_when_it_makes_no_sense_then_refused(client, url, clinician_a, sent):
    assert client.post(f"{url}consents/", sent, **HTMX).status_code == 422
    with clinician_a.at_work():
        assert not Consent.objects.exists()


# --- editing ----------------------------------------------------------------------------------------------------------


def as_shown(client, url):
    """What a browser sends when nothing was touched."""
    form = client.get(f"{url}edit/").context["edit_form"]
    values: dict[str, Any] = {field.name: field.value() or "" for field in form}
    return values | {"due_at": values["due_at"].strftime("%Y-%m-%dT%H:%M")}


def test_case_when_edited_then_only_what_changed_is_told(client, url, clinician_a, case_a):
    sent = as_shown(client, url) | {"question": "Is it sprained?", "encounter": "ED-9"}

    answer = client.post(f"{url}edit/", sent)

    changed = fresh(clinician_a, case_a)
    assert answer.headers["Location"] == url
    assert (changed.question, changed.encounter) == ("Is it sprained?", "ED-9")
    (event,) = make.audit_events("case.edited")
    assert event["fields"] == ["question", "encounter"]
    assert not make.audit_events("case.urgency_set")


def test_case_when_only_the_urgency_changes_then_the_limit_of_the_site_is_due(client, url, clinician_a, case_a):
    sent = as_shown(client, url) | {"urgency": "emergency"}

    client.post(f"{url}edit/", sent)

    changed = fresh(clinician_a, case_a)
    assert changed.urgency == "emergency"
    assert changed.due_at == changed.opened_at + timedelta(minutes=changed.site.emergency_wait_minutes)


def test_case_when_a_due_time_is_written_then_it_holds(client, url, clinician_a, case_a):
    tomorrow = timezone.localtime().replace(second=0, microsecond=0) + timedelta(days=1)
    sent = as_shown(client, url) | {"due_at": tomorrow.strftime("%Y-%m-%dT%H:%M")}

    client.post(f"{url}edit/", sent)

    assert fresh(clinician_a, case_a).due_at == tomorrow


@pytest.mark.parametrize(
    "changes", [{"question": ""}, {"urgency": "x"}, {"due_at": "2001-01-01T10:00"}, {"due_at": "soon"}]
)
def test_case_when_edited_wrongly_then_nothing_changes(client, url, clinician_a, case_a, changes):
    sent = as_shown(client, url) | changes

    assert client.post(f"{url}edit/", sent).status_code == 422
    assert fresh(clinician_a, case_a).question == "Question of site A"


def test_patient_when_edited_then_changed_for_all_her_cases(client, url, clinician_a, patient_a):
    answer = client.post(f"{url}patient/", {"name": "Ana Birch", "birth_date": "2001-02-03", "sex": "female"})

    with clinician_a.at_work():
        changed = Patient.objects.get(pk=patient_a.pk)
        assert (changed.name, changed.birth_date, changed.sex) == ("Ana Birch", "2001-02-03", "female")
    assert answer.headers["Location"] == url


def test_patient_when_a_field_is_wrong_then_comes_back(client, url):
    assert client.post(f"{url}patient/", {"name": "x", "birth_date": "2999-01-01", "sex": "female"}).status_code == 422


# --- who may ----------------------------------------------------------------------------------------------------------

ACTS = ("assign/", "move/", "edit/", "patient/", "consents/", "uploads/", "runs/")


@pytest.mark.parametrize("act", ACTS)
def test_act_when_the_role_may_not_then_refused(as_person, staff_a, url, act):
    reviewer = as_person(staff_a[Role.REVIEWER])

    assert reviewer.post(f"{url}{act}", {"to": "closed", "purpose": "care", "is_given": "yes"}).status_code == 403


@pytest.mark.parametrize("act", [*ACTS, "notes/"])
def test_act_when_sent_without_its_token_then_refused(client, as_person, clinician_a, url, act):
    strict = as_person(clinician_a)
    strict.handler.enforce_csrf_checks = True

    assert strict.post(f"{url}{act}", {"to": "closed", "body": "x"}).status_code == 403


@pytest.mark.parametrize("act", ["assign/", "move/", "edit/", "patient/", "notes/", "uploads/", "runs/"])
def test_act_when_script_is_off_then_its_form_is_a_page(client, url, case_a, act):
    page = client.get(f"{url}{act}")

    assert page.status_code == 200
    assert f"<title>{case_a.reference} · Rounds</title>" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_note_when_the_case_is_closed_then_refused_in_words(client, url, clinician_a, case_a):
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=case_a, to=CaseState.CLOSED)

    answer = client.post(f"{url}notes/", {"body": "Too late"}, **HTMX)

    assert answer.status_code == 409
    assert "The case is closed." in text_of(answer)


def test_edit_when_one_part_is_refused_then_none_is_made(clinician_a, case_a):
    before = fresh(clinician_a, case_a)
    with clinician_a.at_work(), pytest.raises(Refusal):
        cases.revise(by=clinician_a.actor, case=before, question="Another question", urgency=Urgency.URGENT,
                     due_at=before.opened_at - timedelta(days=1))  # fmt: skip

    after = fresh(clinician_a, case_a)
    assert (after.question, after.urgency) == (before.question, before.urgency)
    assert make.audit_events("case.edited") == []
