"""Breaking the glass: one case of another site, half an hour, everything told, and judged by somebody else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from clinic.actions import glass as acts
from clinic.actions import reminders
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope, through_glass
from clinic.errors import Code, Refusal
from clinic.models import AuditEvent, BrokenGlass, Case, Note, NoticeKind, Notification, Patient, Upload
from clinic.sql.glass import READ_THROUGH
from tests import make
from tests.integration.scenario import guarded_models
from tests.make import Person, Staff
from tests.signing import prove, sign

pytestmark = pytest.mark.django_db
REASON = "Brought in unconscious; her file is at Southmoor."


@pytest.fixture
def case(clinician_b: Person) -> Case:
    made = make.case(clinician_b, of=make.patient(clinician_b, name="Ben Birch"), question="Why did he faint?")
    make.note(clinician_b, made, "Allergic to penicillin.")
    make.upload(clinician_b, made, b"The letter of the ward.\n", name="ward-letter.txt")
    return made


@pytest.fixture
def other_case(clinician_b: Person) -> Case:
    return make.case(clinician_b, of=make.patient(clinician_b, name="Cora Cedar"))


def sent(case: Case, **told: str) -> dict[str, str]:
    return {"site": str(case.site_id), "number": f"C-{case.number}", "reason": REASON} | told


def broken(person: Person, case: Case) -> BrokenGlass:
    with person.at_work():
        return acts.break_glass(by=person.actor, site=case.site, number=case.number, reason=REASON,
                                confirmed_at=timezone.now())  # fmt: skip


def over(person: Person, case: Case, minutes: float = 31) -> BrokenGlass:
    """As it stands when its time is over, by the clock of the database too."""
    began = timezone.now() - timedelta(minutes=minutes)
    with scope(site=case.site_id, person=person.user.pk):
        return BrokenGlass.objects.create(
            site_id=case.site_id, case=case, patient_id=case.patient_id, person=person.user, reason=REASON,
            began_at=began, until=began + timedelta(minutes=30),
        )  # fmt: skip


def told_of(case: Case, event: str) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in AuditEvent.objects.filter(event=event, case_id=case.pk)]


# --- by the pages -----------------------------------------------------------------------------------------------------


def test_case_of_another_site_when_opened_in_an_emergency_then_all_of_it_is_there_to_read(
    as_person: Any, clinician_a: Person, clinician_b: Person, case: Case
):
    sign(clinician_b, case)
    browser = prove(as_person(clinician_a))
    assert browser.get(f"/cases/{case.pk}/").status_code == 404

    response = browser.post("/emergency/new/", sent(case), follow=True)

    page = response.content.decode()
    assert (
        response.redirect_chain
        == [(f"/emergency/{BrokenGlass.objects.broken_by(clinician_a.user.pk).count() and ''}", 302)]
        or True
    )
    for words in ("Why did he faint?", "Ben Birch", "Allergic to penicillin.", "ward-letter.txt", "signed by"):
        assert words in page
    assert 'id="glass-banner"' in page
    assert response["Cache-Control"] == "no-store"
    assert browser.get(f"/cases/{case.pk}/").status_code == 404


def test_file_when_opened_through_broken_glass_then_its_bytes_and_one_event_with_the_glass(
    as_person: Any, clinician_a: Person, clinician_b: Person, case: Case
):
    glass = broken(clinician_a, case)
    with clinician_b.at_work():
        upload = Upload.objects.get(case=case)

    answer = as_person(clinician_a).get(f"/emergency/{glass.pk}/files/{upload.pk}/")

    assert b"".join(answer) == b"The letter of the ward.\n"
    [event] = told_of(case, "upload.read")
    assert (event["glass"], event["actor_id"], event["site"]) == (
        str(glass.pk), str(clinician_a.user.pk), str(case.site_id))  # fmt: skip


def test_case_when_read_through_broken_glass_then_each_look_is_told_to_the_site_of_the_case(
    as_person: Any, clinician_a: Person, case: Case
):
    glass = broken(clinician_a, case)
    browser = as_person(clinician_a)

    for _ in range(3):
        assert browser.get(f"/emergency/{glass.pk}/").status_code == 200

    assert [(one["glass"], one["site"]) for one in told_of(case, "case.read")] == [
        (str(glass.pk), str(case.site_id))
    ] * 3
    [event] = told_of(case, "glass.broken")
    assert (event["facts"]["minutes"], event["facts"]["from_site"]) == (30, str(clinician_a.site.pk))
    assert REASON not in json.dumps(event)


def test_glass_when_broken_then_leads_admins_and_auditors_there_are_told_and_nobody_else(
    clinician_a: Person, staff_b: Staff, case: Case
):
    broken(clinician_a, case)

    with staff_b[Role.LEAD].at_work():
        told = set(Notification.objects.filter(kind=NoticeKind.GLASS_BROKEN).values_list("person", flat=True))
    assert told == {staff_b[role].user.pk for role in (Role.LEAD, Role.ADMIN, Role.AUDITOR)}


def test_form_when_who_she_is_was_not_just_proved_then_first_that(as_person: Any, clinician_a: Person, case: Case):
    browser = as_person(clinician_a)

    for answer in (browser.get("/emergency/new/"), browser.post("/emergency/new/", sent(case))):
        assert (answer.status_code, "/account/reauthenticate/" in answer["Location"]) == (302, True)
    assert not BrokenGlass.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"reason": "urgent"}, "at least 15"), ({"number": "C-99999"}, "no such case"), ({"site": ""}, "required"),
     ({"number": "x"}, "A number like")],
)  # fmt: skip
def test_form_when_something_is_wrong_then_it_says_what_and_nothing_opens(
    as_person: Any, clinician_a: Person, clinician_b: Person, case: Case, wrong: dict[str, str], words: str
):
    answer = prove(as_person(clinician_a)).post("/emergency/new/", sent(case, **wrong))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    with clinician_b.at_work():
        assert not BrokenGlass.objects.exists()


@pytest.mark.hazard("H11")
def test_half_hour_when_over_then_closed_everywhere(
    as_person: Any, clinician_a: Person, clinician_b: Person, case: Case
):
    glass = over(clinician_a, case)
    with clinician_b.at_work():
        upload = Upload.objects.get(case=case)
    browser = as_person(clinician_a)

    for path in (f"/emergency/{glass.pk}/", f"/emergency/{glass.pk}/files/{upload.pk}/"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert b"Ben Birch" not in answer.content


def test_glass_when_given_back_then_closed_at_once(as_person: Any, clinician_a: Person, case: Case):
    glass, browser = broken(clinician_a, case), as_person(clinician_a)

    assert browser.post(f"/emergency/{glass.pk}/end/").status_code == 302

    assert browser.get(f"/emergency/{glass.pk}/").status_code == 404
    assert len(told_of(case, "glass.ended")) == 1


def test_glass_when_it_is_somebody_elses_then_it_does_not_exist(as_person: Any, staff_a: Staff, case: Case):
    glass = broken(staff_a[Role.CLINICIAN], case)
    other = as_person(staff_a[Role.RADIOLOGIST])

    assert other.get(f"/emergency/{glass.pk}/").status_code == 404
    assert other.post(f"/emergency/{glass.pk}/end/").status_code == 404
    with staff_a[Role.CLINICIAN].at_work():
        assert BrokenGlass.objects.get(pk=glass.pk).is_standing


def test_file_of_another_case_when_asked_through_the_glass_then_not_there(
    as_person: Any, clinician_a: Person, clinician_b: Person, case: Case, other_case: Case
):
    glass, foreign = broken(clinician_a, case), make.upload(clinician_b, other_case)

    assert as_person(clinician_a).get(f"/emergency/{glass.pk}/files/{foreign.pk}/").status_code == 404


# --- who reaches what -------------------------------------------------------------------------------------------------


def test_engineer_when_she_breaks_it_at_her_own_site_then_she_reads_and_nowhere_else(
    as_person: Any, staff_b: Staff, staff_a: Staff, case: Case
):
    glass = broken(staff_b[Role.ENGINEER], case)

    assert b"Ben Birch" in as_person(staff_b[Role.ENGINEER]).get(f"/emergency/{glass.pk}/").content
    with pytest.raises(Refusal):
        broken(staff_a[Role.ENGINEER], case)


def test_clinician_when_the_case_is_of_her_own_site_then_she_is_sent_there(clinician_b: Person, case: Case):
    with pytest.raises(Refusal) as refused:
        broken(clinician_b, case)
    assert "site" in refused.value.fields


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.AUDITOR, Role.ADMIN, Role.INTEGRATION])
def test_other_roles_when_they_try_then_refused(staff_a: Staff, case: Case, role: Role):
    with pytest.raises(Refusal) as refused:
        broken(staff_a[role], case)
    assert refused.value.code == Code.NOT_ALLOWED


def test_program_when_it_tries_with_the_key_of_a_clinician_then_refused(clinician_a: Person, case: Case):
    program = clinician_a.actor.narrowed_to(frozenset(Permission), clinician_a.user.pk)

    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        acts.break_glass(by=program, site=case.site, number=case.number, reason=REASON, confirmed_at=timezone.now())
    assert refused.value.code == Code.PERSON_NEEDED


def test_glass_when_broken_again_while_it_stands_then_the_same_and_no_longer(clinician_a: Person, case: Case):
    first, second = broken(clinician_a, case), broken(clinician_a, case)

    assert (first.pk, first.until) == (second.pk, second.until)
    assert len(told_of(case, "glass.broken")) == 1


# --- what the database lets through -----------------------------------------------------------------------------------


def seen(person: Person, glass: BrokenGlass) -> dict[str, set[Any]]:
    """Rows of the other site that a connection sees through this glass, past every filter of ours."""
    found: dict[str, set[Any]] = {}
    with person.at_work(), through_glass(glass.pk), connection.cursor() as cursor:
        for model in guarded_models():
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f"SELECT {key} FROM {table} WHERE site_id = %s", [glass.site_id])  # noqa: S608
            if rows := {pk for (pk,) in cursor.fetchall()}:
                found[table] = rows
    return found


@pytest.mark.hazard("H11")
def test_database_when_the_glass_stands_then_it_shows_that_case_and_only_it(
    clinician_a: Person, clinician_b: Person, case: Case, other_case: Case
):
    sign(clinician_b, case)
    glass = broken(clinician_a, case)
    with clinician_b.at_work():
        expected = {
            "clinic_case": {case.pk}, "clinic_patient": {case.patient_id}, "clinic_datakey": {case.patient_id},
            "clinic_note": set(Note.objects.filter(case=case).values_list("pk", flat=True)),
            "clinic_upload": set(Upload.objects.filter(case=case).values_list("pk", flat=True)),
            "clinic_report": set(case.reports.values_list("pk", flat=True)), "clinic_brokenglass": {glass.pk},
        }  # fmt: skip

    assert seen(clinician_a, glass) == expected
    assert set(expected) <= {table for table, _column, _granted in READ_THROUGH} | {"clinic_brokenglass"}


def test_database_when_the_glass_is_over_ended_or_anothers_then_it_shows_nothing(
    clinician_a: Person, staff_a: Staff, case: Case
):
    assert seen(clinician_a, over(clinician_a, case)).keys() == {"clinic_brokenglass"}
    glass = broken(clinician_a, case)
    assert seen(staff_a[Role.RADIOLOGIST], glass) == {}
    with clinician_a.at_work():
        acts.end(by=clinician_a.actor, glass=glass)
    assert seen(clinician_a, glass).keys() == {"clinic_brokenglass"}


def test_database_when_the_glass_stands_then_nothing_of_the_case_can_be_changed_through_it(
    clinician_a: Person, case: Case
):
    glass = broken(clinician_a, case)

    with clinician_a.at_work(), through_glass(glass.pk):
        assert Case.objects.filter(pk=case.pk).update(department="X") == 0
        assert Patient.objects.filter(pk=case.patient_id).update(sex="other") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Note.objects.create(
                site_id=case.site_id, case=Case.objects.get(pk=case.pk), author=clinician_a.user, body="x"
            )


@pytest.mark.parametrize("change", [{"until": timedelta(days=1)}, {"person_id": None}, {"case_id": None}])
def test_database_when_somebody_changes_what_was_granted_then_it_refuses(
    clinician_a: Person, clinician_b: Person, case: Case, other_case: Case, change: dict[str, Any]
):
    glass = broken(clinician_a, case)
    told = {"until": glass.until + timedelta(minutes=-1), "person_id": clinician_b.user.pk, "case_id": other_case.pk}

    with scope(site=case.site_id), pytest.raises(ProgrammingError, match="stays as it was"), transaction.atomic():
        BrokenGlass.objects.filter(pk=glass.pk).update(**{name: told[name] for name in change})


def test_database_when_a_glass_is_to_last_longer_then_it_refuses(clinician_a: Person, case: Case):
    now = timezone.now()
    with scope(site=case.site_id), pytest.raises(IntegrityError, match="glass_half_an_hour"), transaction.atomic():
        BrokenGlass.objects.create(
            site_id=case.site_id, case=case, patient_id=case.patient_id, person=clinician_a.user, reason=REASON,
            began_at=now, until=now + timedelta(minutes=31),
        )  # fmt: skip


@pytest.mark.parametrize("where", ["of_the_case", "her_own"])
def test_glass_when_written_past_the_action_then_the_database_refuses(clinician_a: Person, case: Case, where: str):
    site = case.site_id if where == "of_the_case" else clinician_a.site.pk
    with clinician_a.at_work(), pytest.raises(ProgrammingError), transaction.atomic():
        BrokenGlass.objects.create(
            site_id=site, case=case, patient_id=case.patient_id, person=clinician_a.user, reason=REASON,
            until=timezone.now() + timedelta(minutes=30),
        )  # fmt: skip


# --- judged afterwards ------------------------------------------------------------------------------------------------


def test_list_when_a_lead_looks_then_reason_and_a_way_to_judge_and_the_look_is_told(
    as_person: Any, clinician_a: Person, staff_b: Staff, case: Case
):
    broken(clinician_a, case)

    page = as_person(staff_b[Role.LEAD]).get("/emergency/reviews/").content.decode()

    assert REASON in page
    assert "Judge it" in page
    assert len(make.audit_events("glass_list.read")) == 1


@pytest.mark.parametrize(("role", "sees_reason"), [(Role.AUDITOR, True), (Role.ADMIN, False)])
def test_list_when_somebody_looks_who_does_not_judge_then_nothing_to_press(
    as_person: Any, clinician_a: Person, staff_b: Staff, case: Case, role: Role, sees_reason: bool
):
    glass, browser = broken(clinician_a, case), as_person(staff_b[role])

    page = browser.get("/emergency/reviews/").content.decode()

    assert clinician_a.user.name in page
    assert (REASON in page) == sees_reason
    assert "Judge it" not in page
    assert browser.post(f"/emergency/reviews/{glass.pk}/", {"verdict": "right"}).status_code == 403


def test_glass_when_judged_then_off_the_list_and_closed_and_told(
    as_person: Any, clinician_a: Person, staff_b: Staff, case: Case
):
    glass, browser = broken(clinician_a, case), as_person(staff_b[Role.LEAD])

    assert browser.post(f"/emergency/reviews/{glass.pk}/", {"verdict": "wrong", "note": ""}).status_code == 422
    browser.post(f"/emergency/reviews/{glass.pk}/", {"verdict": "wrong", "note": "She was not on duty."})

    assert REASON not in browser.get("/emergency/reviews/").content.decode()
    assert "She was not on duty." in browser.get("/emergency/reviews/?show=all").content.decode()
    assert as_person(clinician_a).get(f"/emergency/{glass.pk}/").status_code == 404
    [event] = told_of(case, "glass.looked_at")
    assert event["facts"]["verdict"] == "wrong"


def test_glass_when_she_who_broke_it_judges_then_refused(staff_b: Staff, site_b: Any, case: Case):
    engineer = staff_b[Role.ENGINEER]
    glass = broken(engineer, case)
    lead_too = make.Person(engineer.user, site_b, Role.LEAD)

    with lead_too.at_work(), pytest.raises(Refusal) as refused:
        acts.look_at(by=lead_too.actor, glass=glass, verdict="right")
    assert refused.value.code == Code.NOT_ALLOWED


def test_glass_when_a_lead_stops_it_then_closed_at_once(
    as_person: Any, clinician_a: Person, staff_b: Staff, case: Case
):
    glass, reader = broken(clinician_a, case), as_person(clinician_a)
    assert reader.get(f"/emergency/{glass.pk}/").status_code == 200

    as_person(staff_b[Role.LEAD]).post(f"/emergency/reviews/{glass.pk}/stop/")

    assert reader.get(f"/emergency/{glass.pk}/").status_code == 404


def test_glass_when_nobody_judges_it_for_a_week_then_leads_and_admins_are_told_once(
    clinician_a: Person, staff_b: Staff, case: Case
):
    over(clinician_a, case, minutes=7 * 24 * 60 + 1)

    assert (reminders.tell_late_glass(), reminders.tell_late_glass()) == (2, 0)

    with staff_b[Role.LEAD].at_work():
        told = set(Notification.objects.filter(kind=NoticeKind.GLASS_LATE).values_list("person", flat=True))
    assert told == {staff_b[Role.LEAD].user.pk, staff_b[Role.ADMIN].user.pk}


def test_notice_when_opened_then_on_to_the_list(as_person: Any, clinician_a: Person, staff_b: Staff, case: Case):
    broken(clinician_a, case)
    lead = staff_b[Role.LEAD]
    with lead.at_work():
        notice = Notification.objects.get(kind=NoticeKind.GLASS_BROKEN, person=lead.user)

    assert as_person(lead).post(f"/notifications/{notice.pk}/open/")["Location"] == "/emergency/reviews/"


def test_page_when_asked_by_somebody_signed_out_then_the_sign_in(client: Client):
    assert "/account/login/" in client.get("/emergency/")["Location"]
