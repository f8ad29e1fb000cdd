"""What the house may know of how engines do: of five people or nothing, and a failure is what was asked and failed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic.authorization.roles import Role
from clinic.errors import Refusal
from coaching import kinds, tallies, weeks
from coaching.actions import attempts, counting, forgetting, practising, reading
from coaching.models import Attempt, AttemptState, Keeps, Practice, TalliedPerson, Tally
from coaching.outcomes import Advised
from tests import make
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db
RULES, OLLAMA, OPENAI = "Coaching rules for tests", "ollama/speaker", "openai/speaker"


def told(by: make.Person, *passed: str) -> Attempt:
    """An attempt with its feedback, as a worker hands it over: on a connection without a person."""
    attempt = made.typed(by, made.begun(by))
    read: dict[str, Any] = {
        "told_by": RULES,
        "passed": list(passed),
        "feedback": {},
        "content": None,
        "measures": [],
        "pace": [],
    }
    outcome = Advised(told_by=RULES, passed=passed, private={"read": read, "figures": {"content": 50.0}, "weak": {}})
    with by.at_work():
        run = made.fresh(by, attempt).feedback_run
        assert run is not None
        reading.told(run=run, outcome=outcome, by=by.actor)
    return made.fresh(by, attempt)


def line(by: make.Person, engine: str = RULES) -> tallies.Line:
    with by.at_work():
        return next(one for one in tallies.lines(by.actor) if one.engine == engine)


@pytest.fixture
def engineer(staff_a) -> make.Person:
    found: make.Person = staff_a[Role.ENGINEER]
    return found


def people(site, count: int) -> list[make.Person]:
    return [make.person(site, Role.CLINICIAN) for _ in range(count)]


def test_many_answers_of_one_person_are_still_one_person(clinician_a, engineer):
    for _ in range(7):
        told(clinician_a)

    found = line(engineer)

    assert (found.n, found.people, found.is_hidden) == (7, 1, True)
    assert (found.success, found.seconds, found.answer_seconds, found.useful) == (None, None, None, None)


def test_of_five_people_figures_are_shown_and_opinions_when_five_have_one(clinician_a, engineer):
    everybody = people(clinician_a.site, 5)
    done = [(by, told(by)) for by in everybody]
    for by, attempt in done[:4]:
        with by.at_work():
            attempts.judge(by=by.actor, attempt=attempt, is_useful=True)
    four = line(engineer)
    by, attempt = done[4]
    with by.at_work():
        attempts.judge(by=by.actor, attempt=attempt, is_useful=False)
    five = line(engineer)

    assert not four.is_hidden and four.success and four.success.value == 1 and four.useful is None
    assert five.useful is not None and five.useful.value == 0.8


def rated(by: make.Person, attempt: Attempt, satisfaction: int) -> Practice:
    with by.at_work():
        return practising.rate(by=by.actor, practice=attempt.practice, satisfaction=satisfaction)


def test_satisfaction_is_shown_where_five_people_said_it_however_often_four_did(clinician_a, engineer):
    everybody = people(clinician_a.site, 5)
    done = [(by, told(by)) for by in everybody]
    for by, attempt in done[:4]:
        rated(by, attempt, 5)
        rated(by, told(by), 4)
    four = line(engineer)
    by, attempt = done[4]
    rated(by, attempt, 3)
    five, every = line(engineer), line(engineer, counting.ALL)

    assert four.success and four.satisfied is None
    assert five.satisfied is not None and five.satisfied.n == 9 and round(five.satisfied.value, 3) == round(8 / 9, 3)
    assert every.satisfied == five.satisfied


def test_satisfaction_when_she_changes_her_mind_in_another_week_then_counted_once(clinician_a, monkeypatch):
    attempt = told(clinician_a)
    rated(clinician_a, attempt, 5)
    later = timezone.now() + timedelta(weeks=2)
    monkeypatch.setattr(timezone, "now", lambda: later)

    rated(clinician_a, attempt, 2)
    practice = rated(clinician_a, attempt, 2)

    with clinician_a.at_work():
        kept = list(Tally.objects.filter(engine=RULES).values_list("rated", "satisfied"))
        assert practice.satisfaction == 2
    assert [sum(column) for column in zip(*kept, strict=True)] == [1, 0] and len(kept) == 2


@pytest.mark.parametrize("wrong", [0, 6, -1])
def test_satisfaction_when_it_is_not_from_1_to_5_then_refused(clinician_a, wrong):
    with pytest.raises(Refusal):
        rated(clinician_a, told(clinician_a), wrong)


def test_session_only_when_closed_then_it_can_still_be_rated_and_its_feedback_no_longer_judged(clinician_a):
    attempt = told(clinician_a)
    with clinician_a.at_work():
        Practice.objects.update(keeps=Keeps.SESSION)
        forgetting.close(by=clinician_a.actor, practice=attempt.practice)

    practice = rated(clinician_a, attempt, 4)
    with clinician_a.at_work():
        judged = attempts.judge(by=clinician_a.actor, attempt=attempt, is_useful=True)
        kept = {one.engine: (one.rated, one.useful) for one in Tally.objects.all()}

    assert (practice.satisfaction, practice.satisfied_with, judged.is_useful) == (4, counting.ALL, None)
    assert kept == {RULES: (0, 0), counting.ALL: (1, 0)}


def test_errors_are_counted_by_their_reason_and_an_answer_without_feedback_by_nobody_in_particular(
    clinician_a, engineer
):
    everybody = people(clinician_a.site, 5)
    for by in everybody:
        told(by, f"{OLLAMA}: timeout")
    told(everybody[0], f"{OLLAMA}: key_refused")
    attempt = made.typed(everybody[1], made.begun(everybody[1]))
    with everybody[1].at_work():
        run = made.fresh(everybody[1], attempt).feedback_run
        assert run is not None and run.kind == kinds.FEEDBACK
        run.state = "failed"
        reading.run_ended(by=everybody[1].actor, run=run)

    asked, every = line(engineer, OLLAMA), line(engineer, counting.ALL)

    assert asked.faults == {"timeout": 5, "key_refused": 1} and [n for _words, n in asked.errors] == [5, 1]
    assert made.fresh(everybody[1], attempt).state == AttemptState.FAILED
    assert (every.n, every.faults) == (6, {"broke": 1}) and every.success and round(every.success.value, 3) == 0.857


def test_engine_when_policy_a_breaker_or_the_clock_kept_it_away_then_it_has_not_failed(clinician_a, engineer):
    told(clinician_a, f"{OLLAMA}: out_of_service", f"{OPENAI}: remote_not_allowed")
    told(clinician_a, f"{OLLAMA}: timeout", f"{OPENAI}: not_reached")

    with clinician_a.at_work():
        kept = dict(Tally.objects.values_list("engine", "failed"))

    assert kept == {RULES: 0, OLLAMA: 1, counting.ALL: 0}


def test_who_stands_behind_counts_nobody_can_look_up(clinician_a, engineer):
    told(clinician_a)

    with engineer.at_work():
        assert not TalliedPerson.objects.exists()
    with clinician_a.at_work():
        assert {one.person_id for one in TalliedPerson.objects.all()} == {clinician_a.user.pk}


def test_weeks_when_she_practised_in_each_of_the_last_ten_then_eight_of_eight(clinician_a, monkeypatch):
    """On a Wednesday, where the last 56 days touch nine weeks."""
    wednesday = datetime(2026, 3, 18, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: wednesday)
    for week in range(10):
        practice = made.begun(clinician_a)
        with clinician_a.at_work():
            Practice.objects.filter(pk=practice.pk).update(began_at=wednesday - timedelta(weeks=week))

    with clinician_a.at_work():
        assert weeks.practised(clinician_a.actor) == weeks.WEEKS == 8
