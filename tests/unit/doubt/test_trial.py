"""Two versions compared while they answer: looking early is safe, and nobody is told a winner too soon."""

import numpy as np
import pytest

from clinic.doubt.checked import Unfit
from clinic.doubt.trial import Plan, Says, bets, compared, log_wealth, says

PLAN = Plan(0.05, expected=0.85, spread=0.15)


def stream(seed: int, n: int, effect: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    second = rng.random(n) < 0.5
    rate = np.where(second, 0.85 + effect, 0.85)
    return second, rng.binomial(8, rng.beta(12 * rate, 12 * (1 - rate))) / 8


def look(told: tuple[np.ndarray, np.ndarray], n: int | None = None, plan: Plan = PLAN):
    second, scores = told
    return compared(second[:n].tolist(), scores[:n].tolist(), plan)


def test_plan_when_the_effect_is_half_as_large_then_four_times_as_many_documents():
    assert Plan(0.025, spread=0.15).needed == pytest.approx(4 * Plan(0.05, spread=0.15).needed, rel=0.05)


def test_plan_when_scores_hardly_differ_then_stakes_are_held_and_it_still_takes_what_it_says():
    plan = Plan(0.05, expected=0.85, spread=0.03)
    rng, found = np.random.default_rng(4), 0
    for _ in range(60):
        second = rng.random(plan.needed) < 0.5
        scores = np.clip(np.where(second, 0.9, 0.85) + rng.normal(0, 0.03, plan.needed), 0, 1)
        found += says(compared(second.tolist(), scores.tolist(), plan), plan) is Says.SECOND_WINS

    assert found >= 42


@pytest.mark.parametrize("wrong", [{"effect": 0.0}, {"effect": 0.05, "spread": 0.9}, {"effect": 0.05, "expected": 2.0}])
def test_plan_when_it_makes_no_sense_then_it_is_refused(wrong: dict[str, float]):
    with pytest.raises(Unfit):
        Plan(**wrong)


def test_equal_versions_when_looked_at_after_every_document_then_seldom_a_winner():
    limit = np.log(25)
    wins = [log_wealth(*bets(*stream(seed, 2 * PLAN.needed, 0.0), PLAN), 0.0).max() >= limit for seed in range(100)]

    assert sum(wins) <= 10


def test_planted_effect_when_as_many_documents_came_as_were_planned_then_mostly_found():
    verdicts = [says(look(stream(seed, PLAN.needed, 0.05)), PLAN) for seed in range(40)]

    assert verdicts.count(Says.SECOND_WINS) >= 28 and Says.HARM not in verdicts


def test_interval_when_more_documents_come_then_it_narrows_around_the_truth():
    told = stream(3, 4000, 0.05)
    early, late = look(told, 200), look(told)

    assert early is not None and late is not None
    assert late.figure.high - late.figure.low < early.figure.high - early.figure.low
    assert late.figure.low <= 0.05 <= late.figure.high and late.n == 4000
    assert late.first is not None and late.second is not None and late.first < late.second


def test_winner_when_fewer_documents_than_planned_then_none_however_clear():
    told = stream(1, 200, 0.14)
    assert PLAN.needed > 200

    found = look(told)

    assert found is not None and found.figure.low > 0 and says(found, PLAN) is Says.GO_ON


def test_harm_when_beyond_chance_then_it_may_be_stopped_before_the_planned_number():
    found = look(stream(1, 300, -0.2))

    assert found is not None and found.n < PLAN.needed and says(found, PLAN) is Says.HARM


def test_futility_when_an_effect_worth_finding_is_excluded_then_it_may_be_stopped():
    assert says(look(stream(5, 6 * PLAN.needed, 0.0)), PLAN) is Says.FUTILE


def test_nothing_decided_yet_when_looked_at_then_nothing_is_said():
    assert look(stream(0, 0, 0.0)) is None and says(None, PLAN) is Says.GO_ON


def test_score_when_outside_its_range_then_it_is_refused():
    with pytest.raises(Unfit):
        compared([True], [1.2], PLAN)
