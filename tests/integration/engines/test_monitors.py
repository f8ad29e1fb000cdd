"""What an engine is asked, and how right it is, is watched behind its answers; an alarm has consequences."""

import itertools

import pytest

from clinic.actions import engine_moves, monitors
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import (
    Deployment,
    DriftAlarm,
    DriftWatch,
    Engine,
    Incident,
    NoticeKind,
    Notification,
    Result,
    ReviewItem,
    ReviewPolicy,
)
from clinic.review_rules import Rules
from tests import make
from tests.integration.engines.challengers import WHY, shadow
from tests.integration.engines.stream import CLASSES, KIND, answered, decided, say, soon_learned, watched
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_reference(monkeypatch):
    monkeypatch.setattr(monitors, "fresh", soon_learned)


@pytest.fixture
def linear(db: None) -> Engine:
    return Engine.objects.get(name="Letters linear")


def usual(count: int) -> list:
    kinds = itertools.cycle(("routine", "routine", "urgent", "routine", "emergency"))
    return [say(next(kinds)) for _ in range(count)]


def test_letter_when_answered_then_watched_and_no_word_of_it_stands_in_the_answer(
    ask_about, in_site_a: Person, case_a, linear: Engine
):
    run = ask_about(in_site_a, case_a)

    row = DriftWatch.objects.get()
    assert (row.capability, row.monitor, row.seen) == (KIND, monitors.monitor_name(linear.digest), 1)
    assert "terms" not in run.result.outcome


def test_watch_when_it_fails_then_the_answer_stands(ask_about, in_site_a: Person, case_a, monkeypatch):
    monkeypatch.setattr(monitors, "_locked", lambda *_: 1 / 0)

    assert ask_about(in_site_a, case_a).state == "succeeded"


def test_stream_when_nothing_changes_then_no_alarm(in_site_a: Person, case_a, linear: Engine):
    assert watched(in_site_a, case_a, usual(500), linear) == 0
    assert DriftWatch.objects.get().seen == 500


def test_mix_when_it_shifts_then_alarm_samples_queued_and_people_told_but_no_engine_is_taken_out(
    in_site_a: Person, staff_a: Staff, case_a, linear: Engine
):
    watched(in_site_a, case_a, usual(250), linear)

    raised = watched(in_site_a, case_a, [say("emergency") for _ in range(250)], linear)

    alarms = {alarm.monitor: alarm for alarm in DriftAlarm.objects.all()}
    assert raised == len(alarms) >= 1
    assert alarms["mix"].queued == 25
    assert ReviewItem.objects.filter(reasons=["drift"], sampling=0).count() >= 25
    told = set(Notification.objects.filter(kind=NoticeKind.DRIFT).values_list("person_id", flat=True))
    assert told == {staff_a.ids[Role.ENGINEER], staff_a.ids[Role.LEAD]}
    assert not Incident.objects.exists()


def test_words_when_new_ones_come_then_the_alarm_names_them(in_site_a: Person, case_a, linear: Engine):
    watched(in_site_a, case_a, usual(250), linear)

    watched(in_site_a, case_a, [say("routine", terms=("fever", "zoonosis", "outbreak")) for _ in range(450)], linear)

    moved = monitors.explained(DriftAlarm.objects.get(monitor="vocabulary"))
    assert {"zoonosis", "outbreak"} <= {term["term"] for term in moved["terms"]}


def test_decisions_when_taken_in_then_each_once(in_site_a: Person, case_a, linear: Engine):
    watched(in_site_a, case_a, usual(20), linear)
    results = list(Result.objects.order_by("at"))
    decided(in_site_a, results, [result.facets["label"] for result in results])

    assert (monitors.take_in_decisions(), monitors.take_in_decisions()) == (20, 0)


def wrong_from_some_day(by: Person, case, engine: Engine) -> None:
    """First 150 that people agree with, then 150 that they do not."""
    watched(by, case, usual(1), engine)
    results = answered(by, case, usual(300), engine)
    said = [result.facets["label"] for result in results]
    turned = [CLASSES[(CLASSES.index(label) + 1) % 3] for label in said[150:]]
    decided(by, results, said[:150] + turned)


def test_errors_when_they_rise_then_its_work_goes_to_people_by_itself_and_an_incident_is_open(
    in_site_a: Person, case_a, linear: Engine
):
    wrong_from_some_day(in_site_a, case_a, linear)

    monitors.take_in_decisions()

    assert DriftAlarm.objects.filter(monitor__in=["errors_flagged", "accuracy", "coverage"]).exists()
    held = Deployment.objects.get(engine=linear)
    assert (held.out_reason, Incident.objects.get().cause) == (monitors.DEMOTED, "drift")
    assert make.audit_events("engine.taken_out")


def test_errors_when_policy_leaves_it_to_people_then_only_the_alarm(in_site_a: Person, case_a, linear: Engine):
    policy(in_site_a, "nothing")
    wrong_from_some_day(in_site_a, case_a, linear)

    monitors.take_in_decisions()

    assert DriftAlarm.objects.exists()
    assert (Deployment.objects.get(engine=linear).out_since, Incident.objects.count()) == (None, 0)


def policy(by: Person, on_alarm: str) -> None:
    ReviewPolicy.objects.create(site=by.site, capability=KIND, rules=Rules(on_alarm=on_alarm).as_json())


def test_errors_when_policy_names_the_engine_before_then_it_takes_over_with_an_incident(
    in_site_a: Person, staff_a: Staff, case_a, linear: Engine, tmp_path
):
    policy(in_site_a, "previous")
    newer = shadow(staff_a, tmp_path)
    with staff_a[Role.LEAD].at_work():
        engine_moves.promote(by=staff_a[Role.LEAD].actor, deployment=newer, reason=WHY,
                             asked_by=staff_a.ids[Role.ENGINEER], gate={})  # fmt: skip
    wrong_from_some_day(in_site_a, case_a, newer.engine)

    monitors.take_in_decisions()

    newer.refresh_from_db()
    assert (newer.state, Deployment.objects.get(engine=linear).state) == ("retired", "live")
    assert Deployment.objects.get(engine=linear).out_since is None
    assert (Incident.objects.get().engine, Incident.objects.get().cause) == (newer.engine, "drift")
    assert Notification.objects.filter(kind=NoticeKind.ENGINE_OUT).exists()


def test_errors_when_policy_names_the_engine_before_and_there_is_none_then_its_work_goes_to_people(
    in_site_a: Person, case_a, linear: Engine
):
    policy(in_site_a, "previous")
    wrong_from_some_day(in_site_a, case_a, linear)

    monitors.take_in_decisions()

    held = Deployment.objects.get(engine=linear)
    assert (held.state, held.out_reason, Incident.objects.get().engine) == ("live", monitors.DEMOTED, linear)


def test_alarm_when_somebody_has_looked_then_it_can_be_raised_anew_but_not_by_everybody(
    in_site_a: Person, staff_a: Staff, case_a, linear: Engine
):
    watched(in_site_a, case_a, usual(250), linear)
    watched(in_site_a, case_a, [say("emergency") for _ in range(250)], linear)
    alarm = DriftAlarm.objects.get(monitor="mix")
    engineer = staff_a[Role.ENGINEER].actor
    with pytest.raises(Refusal) as hers:
        monitors.watch_on(by=in_site_a.actor, alarm=alarm)

    monitors.watch_on(by=engineer, alarm=alarm)

    with pytest.raises(Refusal) as again:
        monitors.watch_on(by=engineer, alarm=alarm)
    assert (hers.value.code, again.value.code) == (Code.NOT_ALLOWED, Code.ALREADY_DECIDED)
    watched(in_site_a, case_a, [say("emergency") for _ in range(250)], linear)
    assert DriftAlarm.objects.filter(monitor="mix").count() == 2


def test_watch_when_of_another_site_then_its_own(clinician_a: Person, clinician_b: Person, case_a, case_b, linear):
    for person, case in ((clinician_a, case_a), (clinician_b, case_b)):
        with person.at_work():
            watched(person, case, usual(3), linear)
            assert DriftWatch.objects.get().seen == 3
