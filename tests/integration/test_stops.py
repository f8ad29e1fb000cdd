"""The stop cord: one person stops, results of that time are marked, two persons let go."""

from collections.abc import Iterator

import pytest

from clinic import checklist, stops
from clinic.actions import incidents, proposals
from clinic.actions import stops as acts
from clinic.authorization.roles import Role
from clinic.capabilities import Capability
from clinic.errors import Code, Refusal
from clinic.models import Incident, IncidentState, NoticeKind, Notification, Run, Stop, StopMark
from tests import make
from tests.integration.answering import answered, say
from tests.integration.reviewing import NAME, urgency_capability
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
NOTE = "Called a stroke routine"


@pytest.fixture(autouse=True)
def capability() -> Iterator[Capability]:
    with urgency_capability() as made:
        yield made


@pytest.fixture
def reviewer(staff_a: Staff) -> Person:
    return staff_a[Role.REVIEWER]


def pull(by: Person, class_name: str = "", note: str = NOTE) -> Stop:
    with by.at_work():
        return acts.pull(by=by.actor, capability=NAME, class_name=class_name, note=note)[0]


def test_pull_when_done_then_it_stands_at_this_site_only(clinician_a: Person, clinician_b: Person):
    stop = pull(clinician_a, "emergency")

    with clinician_a.at_work():
        here = stops.standing(clinician_a.site.pk, NAME)
    with clinician_b.at_work():
        there = stops.standing(clinician_b.site.pk, NAME)
    assert (here.classes, here.is_all, here.over(["emergency"])) == (frozenset({"emergency"}), False, [stop.pk])
    assert here.covers("emergency") and not here.covers("routine")
    assert not there


def test_pull_when_all_is_stopped_then_whatever_it_says_is_covered(clinician_a: Person):
    pull(clinician_a)

    with clinician_a.at_work():
        held = stops.standing(clinician_a.site.pk, NAME)
    assert held.is_all and held.covers("routine") and held.covers()


def test_pull_when_done_then_an_incident_is_open_and_its_pack_is_asked_for(clinician_a: Person):
    stop = pull(clinician_a)

    with clinician_a.at_work():
        incident = Incident.objects.get(stop=stop)
        assert (incident.reference, incident.state, incident.capability) == ("I-1", "open", NAME)
        assert [entry.words for entry in incident.entries.all()] == [NOTE]
        assert Run.objects.filter(kind="clinic.incident_pack", params__incident=str(incident.pk)).count() == 1


def test_pull_when_pulled_again_then_one_stop_and_both_notes(clinician_a: Person, reviewer: Person):
    first = pull(clinician_a, "urgent")

    with reviewer.at_work():
        second, is_new = acts.pull(by=reviewer.actor, capability=NAME, class_name="urgent", note="Seen it too")

        assert (second, is_new, Incident.objects.count()) == (first, False, 1)
        assert {entry.words for entry in second.incident.entries.all()} == {NOTE, "Seen it too"}


@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR, Role.ADMIN, Role.INTEGRATION])
def test_pull_when_the_role_may_not_then_refused(staff_a: Staff, role: Role):
    with pytest.raises(Refusal) as refused:
        pull(staff_a[role])

    assert refused.value.code == Code.NOT_ALLOWED


@pytest.mark.parametrize(
    ("capability_name", "class_name", "note", "code"),
    [(NAME, "unheard", NOTE, Code.INVALID), (NAME, "", " ", Code.INVALID), ("none.such", "", NOTE, Code.NOT_FOUND)],
)
def test_pull_when_it_names_nothing_or_says_nothing_then_refused(
    in_site_a: Person, capability_name: str, class_name: str, note: str, code: Code
):
    with pytest.raises(Refusal) as refused:
        acts.pull(by=in_site_a.actor, capability=capability_name, class_name=class_name, note=note)

    assert (refused.value.code, Stop.objects.count()) == (code, 0)


def test_pull_when_done_then_engineers_leads_and_those_who_rely_on_it_are_told(clinician_a: Person, staff_a: Staff):
    radiologist = staff_a[Role.RADIOLOGIST]
    case = make.case(radiologist)
    answered(radiologist, case)

    pull(clinician_a)

    with clinician_a.at_work():
        told = set(Notification.objects.filter(kind=NoticeKind.ENGINE_STOPPED).values_list("person_id", flat=True))
    assert told == {staff_a.ids[role] for role in (Role.ENGINEER, Role.LEAD, Role.RADIOLOGIST)}


# --- results of that time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stopped", "answer", "is_marked"),
    [
        ("", say("routine"), True),
        ("urgent", say("urgent"), True),
        ("urgent", say("routine", also=("urgent",)), True),
        ("urgent", say("routine"), False),
    ],
)
def test_result_when_written_while_stopped_then_it_is_marked(clinician_a: Person, case_a, stopped, answer, is_marked):
    result = answered(clinician_a, case_a, answer, meanwhile=lambda: pull(clinician_a, stopped))

    with clinician_a.at_work():
        assert (result.pk in stops.marked([result.pk])) == is_marked
    (event,) = [one for one in make.audit_events("run.succeeded") if one["target_id"] == str(result.run_id)]
    assert event["facts"]["stops"] == int(is_marked)


def test_result_when_written_before_or_after_then_it_is_not_marked(clinician_a: Person, staff_a: Staff, case_a):
    before = answered(clinician_a, case_a)
    stop = pull(clinician_a)
    release(stop, clinician_a, staff_a[Role.LEAD])
    after = answered(clinician_a, case_a)

    with clinician_a.at_work():
        assert stops.marked([before.pk, after.pk]) == frozenset()


# --- release ----------------------------------------------------------------------------------------------------------


def release(stop: Stop, first: Person, second: Person) -> None:
    with first.at_work():
        proposal = acts.ask_for_release(by=first.actor, stop=stop, reason="Cause found and mended")
    with second.at_work():
        proposals.agree(by=second.actor, proposal=proposal, note="Seen the figures")


def test_release_when_two_persons_agree_then_it_stands_no_more_and_the_incident_waits_for_its_review(
    clinician_a: Person, staff_a: Staff
):
    stop = pull(clinician_a)

    release(stop, clinician_a, staff_a[Role.LEAD])

    with clinician_a.at_work():
        stop.refresh_from_db()
        assert stop.released_at and stop.release_id
        assert not stops.standing(clinician_a.site.pk, NAME)
        assert Incident.objects.get(stop=stop).state == IncidentState.RESOLVED


def test_release_when_the_same_person_agrees_then_it_stands(staff_a: Staff):
    engineer = staff_a[Role.ENGINEER]
    stop = pull(engineer)
    with engineer.at_work():
        proposal = acts.ask_for_release(by=engineer.actor, stop=stop, reason="Cause found and mended")

        with pytest.raises(Refusal) as refused:
            proposals.agree(by=engineer.actor, proposal=proposal)

        assert refused.value.code == Code.SECOND_PERSON_NEEDED
        assert stops.standing(engineer.site.pk, NAME)


def test_release_when_asked_for_twice_or_after_it_then_refused(clinician_a: Person, staff_a: Staff):
    stop = pull(clinician_a)
    with clinician_a.at_work():
        acts.ask_for_release(by=clinician_a.actor, stop=stop, reason="Cause found and mended")
        with pytest.raises(Refusal) as twice:
            acts.ask_for_release(by=clinician_a.actor, stop=stop, reason="Cause found and mended")
        open_one = acts.open_release(stop)
        assert open_one is not None
        with staff_a[Role.LEAD].at_work():
            proposals.agree(by=staff_a[Role.LEAD].actor, proposal=open_one)
        stop.refresh_from_db()
        with pytest.raises(Refusal) as late:
            acts.ask_for_release(by=clinician_a.actor, stop=stop, reason="Cause found and mended")

    assert (twice.value.code, late.value.code) == (Code.ALREADY_EXISTS, Code.ALREADY_DECIDED)


def test_release_when_the_database_is_asked_to_do_it_without_two_persons_then_it_refuses(clinician_a: Person):
    from django.db import IntegrityError, transaction
    from django.utils import timezone

    stop = pull(clinician_a)

    with clinician_a.at_work(), pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(released_at=timezone.now())


# --- the incident -----------------------------------------------------------------------------------------------------

REVIEW = {name: f"About {name}" for name in checklist.REVIEW}


def test_incident_when_still_stopped_or_without_review_then_it_is_not_closed(clinician_a: Person, staff_a: Staff):
    stop = pull(clinician_a)
    with clinician_a.at_work():
        with pytest.raises(Refusal) as standing:
            incidents.close(by=clinician_a.actor, incident=stop.incident)
        with pytest.raises(Refusal) as by_hand:
            incidents.resolve_by_hand(by=clinician_a.actor, incident=stop.incident, note="It is over")
    release(stop, clinician_a, staff_a[Role.LEAD])
    with clinician_a.at_work():
        with pytest.raises(Refusal) as unwritten:
            incidents.close(by=clinician_a.actor, incident=stop.incident)
        with pytest.raises(Refusal) as partly:
            incidents.write_review(by=clinician_a.actor, incident=stop.incident, parts=REVIEW | {"why": " "})
        incidents.write_review(by=clinician_a.actor, incident=stop.incident, parts=REVIEW)
        closed = incidents.close(by=clinician_a.actor, incident=stop.incident)
        with pytest.raises(Refusal) as after:
            incidents.note(by=clinician_a.actor, incident=closed, words="One more thing")

    codes = [refused.value.code for refused in (standing, by_hand, unwritten, partly, after)]
    assert codes == [Code.STILL_STOPPED, Code.STILL_STOPPED, Code.REVIEW_MISSING, Code.INVALID, Code.INCIDENT_IS_CLOSED]
    assert closed.state == IncidentState.CLOSED


def test_step_when_ticked_twice_then_told_once(clinician_a: Person, reviewer: Person):
    incident = pull(clinician_a).incident
    for person in (clinician_a, reviewer):
        with person.at_work():
            incidents.tick(by=person.actor, incident=incident, step="on_duty")

    with clinician_a.at_work():
        (entry,) = incident.entries.filter(step="on_duty")
        assert entry.by == clinician_a.user
        with pytest.raises(Refusal):
            incidents.tick(by=clinician_a.actor, incident=incident, step="no such step")
    assert len(make.audit_events("incident.step_done")) == 1


def test_lines_and_marks_when_changed_then_the_database_refuses(clinician_a: Person, case_a):
    from django.db import ProgrammingError, connection, transaction

    answered(clinician_a, case_a, meanwhile=lambda: pull(clinician_a))

    with clinician_a.at_work():
        assert StopMark.objects.exists()
        for table in ("clinic_incidententry", "clinic_stopmark", "clinic_incidentpack"):
            for statement in (f"UPDATE {table} SET site_id = site_id", f"DELETE FROM {table}"):  # noqa: S608
                with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
