import pytest

from clinic.language.breaker import LEAST_CALLS, REST_S, WINDOW_S, Breaker, State
from clinic.language.failures import RETRYABLE, CallFailed, Failure
from clinic.language.retrying import Patience, Tried, retried
from clinic.language.usage import Usage


class Clock:
    def __init__(self) -> None:
        self.now, self.waits = 0.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def failing(*failures: Failure | None, retry_after_s: float | None = None):
    """Fails so, one after the other; None is an answer."""
    waiting = iter(failures)

    def call() -> tuple[str, Usage]:
        failure = next(waiting)
        if failure:
            raise CallFailed(failure, Usage(1, 10, 0), retry_after_s)
        return "answer", Usage(1, 10, 5)

    return call


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_call_that_fails_four_times_then_was_retried_three_times_within_two_to_ten_seconds(chance):
    clock, tried = Clock(), Tried[str]()
    with pytest.raises(CallFailed):
        retried(failing(*[Failure.SERVER] * 4), Patience(sleep=clock.sleep, chance=lambda: chance), tried)
    assert clock.waits == [min(10.0, wait * (1 + 0.25 * chance)) for wait in (2.0, 4.0, 8.0)]
    assert all(2 <= wait <= 10 for wait in clock.waits)
    assert (len(tried.failures), tried.usage) == (4, Usage(4, 40, 0))


def test_a_call_that_succeeds_at_the_third_try_then_what_the_failed_ones_used_is_counted():
    clock, tried = Clock(), Tried[str]()
    retried(failing(Failure.TIMEOUT, Failure.GARBAGE, None), Patience(sleep=clock.sleep), tried)
    assert (tried.answer, tried.usage, len(clock.waits)) == ("answer", Usage(3, 30, 5), 2)


@pytest.mark.parametrize("failure", [each for each in Failure if each not in RETRYABLE])
def test_a_failure_that_waiting_cannot_mend_then_is_not_retried(failure):
    clock = Clock()
    with pytest.raises(CallFailed):
        retried(failing(failure), Patience(sleep=clock.sleep), Tried[str]())
    assert clock.waits == []


@pytest.mark.parametrize(("asked", "waited"), [(7.5, 7.5), (0.1, 2.0), (3600.0, 10.0)])
def test_a_provider_that_says_when_to_come_back_then_is_heard_within_the_limits(asked, waited):
    clock = Clock()
    patience = Patience(sleep=clock.sleep, chance=lambda: 0.0)
    retried(failing(Failure.RATE_LIMIT, None, retry_after_s=asked), patience, Tried[str]())
    assert clock.waits == [waited]


def broken(clock: Clock, changes: list[State] | None = None) -> Breaker:
    breaker = Breaker(clock=clock, announce=(changes if changes is not None else []).append)
    for _ in range(LEAST_CALLS):
        breaker.failed()
    return breaker


def test_a_breaker_when_half_of_twenty_calls_fail_then_stays_closed_and_opens_at_one_more():
    breaker = Breaker(clock=Clock())
    for _ in range(10):
        breaker.succeeded()
    for _ in range(10):
        breaker.failed()
    assert breaker.state is State.CLOSED
    breaker.failed()
    assert (breaker.state, breaker.may_call()) == (State.OPEN, False)


def test_a_breaker_when_fewer_than_twenty_calls_were_made_then_does_not_judge():
    breaker = Breaker(clock=Clock())
    for _ in range(LEAST_CALLS - 1):
        breaker.failed()
    assert breaker.state is State.CLOSED


def test_failures_of_long_ago_then_do_not_count():
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(LEAST_CALLS - 1):
        breaker.failed()
    clock.now += WINDOW_S + 1
    breaker.failed()
    assert breaker.state is State.CLOSED


def test_an_open_breaker_when_it_rested_then_lets_one_call_through_and_no_second():
    clock = Clock()
    breaker = broken(clock)
    clock.now += REST_S
    assert [breaker.may_call(), breaker.may_call()] == [True, False]


def test_a_probe_that_succeeds_then_closes_and_one_that_fails_opens_again_and_all_is_announced():
    clock, changes = Clock(), list[State]()
    breaker = broken(clock, changes)
    clock.now += REST_S
    breaker.may_call()
    breaker.failed()
    assert not breaker.may_call()
    clock.now += REST_S
    breaker.may_call()
    breaker.succeeded()
    assert breaker.may_call()
    assert changes == [State.OPEN, State.HALF_OPEN, State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_a_probe_whose_answer_never_came_then_another_goes_out_after_a_rest():
    clock = Clock()
    breaker = broken(clock)
    clock.now += REST_S
    assert breaker.may_call()
    clock.now += REST_S
    assert breaker.may_call()
