"""What the house may know of how engines do: of five people or nothing, and a failure is what was asked and failed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic.authorization.roles import Role
from coaching import tallies, weeks
from coaching.actions import attempts, reading
from coaching.models import Attempt, Practice, TalliedPerson, Tally
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


def test_engine_when_policy_a_breaker_or_the_clock_kept_it_away_then_it_has_not_failed(clinician_a, engineer):
    told(clinician_a, f"{OLLAMA}: out_of_service", f"{OPENAI}: remote_not_allowed")
    told(clinician_a, f"{OLLAMA}: timeout", f"{OPENAI}: not_reached")

    with clinician_a.at_work():
        kept = dict(Tally.objects.values_list("engine", "failed"))

    assert kept == {RULES: 0, OLLAMA: 1}


def test_who_stands_behind_counts_nobody_can_look_up(clinician_a, engineer):
    told(clinician_a)

    with engineer.at_work():
        assert not TalliedPerson.objects.exists()
    with clinician_a.at_work():
        assert TalliedPerson.objects.get().person_id == clinician_a.user.pk


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
