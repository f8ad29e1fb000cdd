"""Who is asked first: no database, engines as rows that were never saved."""

import pytest

from clinic.doubt.intervals import Figure
from clinic.engines.receipts import Why
from clinic.engines.routing import Because, Demand, Task, Unheard, Yardstick, route, sentences
from clinic.models import Deployment, Engine, EngineState, EngineWish

BEST, LOCAL, BY_RULES = EngineWish.BEST, EngineWish.LOCAL, EngineWish.RULES


def placed(name: str, rung: int, *, backend: str = "language", is_remote: bool = False, state: str = EngineState.LIVE,
           ) -> Deployment:  # fmt: skip
    engine = Engine(name=name, version="1", digest=name * 64, is_remote=is_remote, manifest={"backend": backend})
    return Deployment(engine=engine, rung=rung, state=state)


REMOTE, HOUSE, RULES = placed("a", 0, is_remote=True), placed("b", 1), placed("c", 2, backend="rules")
HELD = [REMOTE, HOUSE, RULES]


def figure(low: float) -> Figure:
    return Figure(min(1.0, low + 0.05), low, min(1.0, low + 0.1), 40)


def demand(task: Task = Task.ROUTINE, *, quality: float = 0.7, **low: float) -> Demand:
    measured = {name * 64: figure(one) for name, one in low.items()}
    return Demand(task, quality, measured, Yardstick.SAMPLES, {"a" * 64: 18.0})


def told(made: Demand, wish: str = BEST, *, barred: tuple[Deployment, ...] = (), why: Why = Why.REMOTE,
         held: list[Deployment] | None = None):  # fmt: skip
    return route(held or HELD, made, wish, lambda one: why if one in barred else None)


def test_routine_text_then_the_cheapest_that_is_good_enough_and_of_equals_as_the_site_placed_them():
    found = told(demand(a=0.9, b=0.75, c=0.72))
    assert found.order == (HOUSE, RULES, REMOTE) and found.told["because"] == Because.CHEAPEST


def test_cheaper_engines_below_what_is_asked_then_the_dearer_one_answers_and_they_follow_the_best_first():
    found = told(demand(Task.LONG, quality=0.8, a=0.9, b=0.5, c=0.6))
    assert found.order == (REMOTE, RULES, HOUSE)


def test_nobody_good_enough_then_the_best_of_them_and_it_is_said():
    found = told(demand(quality=0.95, a=0.5, b=0.6))
    assert found.order == (HOUSE, REMOTE, RULES) and found.told["because"] == Because.NONE_REACHES


def test_safety_critical_then_the_strictest_whatever_it_costs_and_who_was_never_measured_may_not_answer():
    found = told(demand(Task.SAFETY, a=0.9, c=0.8))
    assert (found.order, found.unmeasured) == ((REMOTE, RULES), (HOUSE,))
    assert found.told["because"] == Because.STRICTEST


def test_nobody_measured_then_nobody_answers_what_is_safety_critical_and_all_may_answer_routine():
    assert told(demand(Task.SAFETY)).order == ()
    assert told(demand()).order == tuple(HELD)


def test_engine_on_trial_then_it_goes_before_the_one_it_is_to_follow_but_not_where_it_could_harm():
    trial = placed("d", 1, state=EngineState.SHADOW)
    held = [REMOTE, trial, HOUSE, RULES]
    assert told(demand(a=0.9, b=0.8, c=0.8), held=held).order == (trial, HOUSE, RULES, REMOTE)
    assert told(demand(Task.SAFETY, b=0.8), held=held).unmeasured == (REMOTE, trial, RULES)


@pytest.mark.parametrize(
    ("wish", "order"),
    [(LOCAL, (HOUSE, RULES)), (BY_RULES, (RULES,)), ("a" * 64, (REMOTE, HOUSE, RULES))],
)
def test_wish_that_policy_and_quality_allow_then_it_is_done(wish, order):
    found = told(demand(a=0.9, b=0.8, c=0.8), wish)
    assert found.order == order and found.told["because"] == Because.WISHED
    assert found.told["wish"] == {"asked": wish, "unheard": ""}


@pytest.mark.parametrize(
    ("made", "wish", "barred", "why", "unheard"),
    [
        (demand(a=0.9, b=0.8, c=0.8), "a" * 64, (REMOTE,), Why.REMOTE, Unheard.POLICY),
        (demand(a=0.9, b=0.8, c=0.8), "b" * 64, (HOUSE,), Why.OUT_OF_SERVICE, Unheard.OUT),
        (demand(a=0.9, b=0.8, c=0.8), "f" * 64, (), Why.REMOTE, Unheard.NOT_HERE),
        (demand(a=0.9, b=0.8, c=0.3), BY_RULES, (), Why.REMOTE, Unheard.BELOW),
        (demand(Task.SAFETY, a=0.9, b=0.8, c=0.7), LOCAL, (), Why.REMOTE, Unheard.SAFETY),
        (demand(Task.SAFETY, a=0.9, c=0.7), "b" * 64, (), Why.REMOTE, Unheard.SAFETY),
    ],
)
def test_wish_that_may_not_be_done_then_it_is_told_and_the_order_is_as_without_it(made, wish, barred, why, unheard):
    found = told(made, wish, barred=barred, why=why)
    assert found.order == told(made, barred=barred, why=why).order
    assert found.told["wish"]["unheard"] == unheard
    assert "wished for is not asked first" in " ".join(sentences(found.told))


def test_wish_for_rules_where_they_are_the_strictest_that_may_answer_then_safety_is_no_reason_against_it():
    found = told(demand(Task.SAFETY, a=0.9, b=0.7, c=0.8), BY_RULES, barred=(REMOTE,))
    assert found.order == (RULES,) and not found.told["wish"]["unheard"]


def test_sentences_then_each_engine_with_its_figure_or_that_it_has_none():
    said = " ".join(sentences(told(demand(Task.SAFETY, a=0.9, c=0.8)).told))
    assert (
        said.startswith("Safety-critical: ")
        and "a 1: 95 % found in made-up documents (90 to 100, n=40)." in said
        and "b 1: not measured." in said
    )
    assert sentences(None) == []
