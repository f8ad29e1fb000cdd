"""The simulation of a larger house does what theory says of queues, and the same again with the same seed."""

import random
from collections.abc import Callable

import pytest

from benchmarks.load.simulation.clock import Clock, Cores, Slots, Story
from benchmarks.load.simulation.theory import erlang_c, mean_stay_when_shared_s, mean_wait_s

SECONDS = 40_000.0


def arrivals(clock: Clock, chance: random.Random, per_second: float, story: Callable[[], Story]) -> Story:
    while True:
        yield clock.after(chance.expovariate(per_second))
        clock.tell(story())


def waits(servers: int, per_second: float, work_s: float, seed: int = 1) -> tuple[list[float], float]:
    clock, chance = Clock(), random.Random(seed)
    slots, found = Slots(clock, servers), list[float]()

    def customer() -> Story:
        came = clock.now
        yield slots.take()
        found.append(clock.now - came)
        yield clock.after(chance.expovariate(1 / work_s))
        slots.give_back()

    clock.tell(arrivals(clock, chance, per_second, customer))
    clock.run(SECONDS)
    return found, slots.share_busy()


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "per_second"), [(1, 0.7), (2, 1.6), (5, 4.0)])
def test_wait_when_arrivals_and_work_are_random_then_erlangs(servers: int, per_second: float):
    found, busy = waits(servers, per_second, work_s=1.0)

    assert sum(found) / len(found) == pytest.approx(mean_wait_s(servers, per_second, 1.0), rel=0.1)
    assert sum(wait > 0 for wait in found) / len(found) == pytest.approx(erlang_c(servers, per_second), abs=0.03)
    assert busy == pytest.approx(per_second / servers, abs=0.02)


def test_erlang_when_there_is_one_server_then_one_waits_as_often_as_it_is_busy():
    assert erlang_c(1, 0.6) == pytest.approx(0.6)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)


@pytest.mark.slow
@pytest.mark.parametrize("draw", [lambda chance: chance.expovariate(1.0), lambda chance: 1.0], ids=["random", "same"])
def test_core_when_shared_then_one_stays_as_long_as_theory_says_however_work_varies(
    draw: Callable[[random.Random], float],
):
    clock, chance = Clock(), random.Random(3)
    cores, stays = Cores(clock, 1), list[float]()

    def customer() -> Story:
        came = clock.now
        yield cores.work(draw(chance))
        stays.append(clock.now - came)

    clock.tell(arrivals(clock, chance, 0.6, customer))
    clock.run(SECONDS)

    assert sum(stays) / len(stays) == pytest.approx(mean_stay_when_shared_s(0.6, 1.0), rel=0.1)
    assert cores.share_busy() == pytest.approx(0.6, abs=0.02)


def test_cores_when_three_share_two_then_each_goes_on_at_two_thirds():
    clock, ends = Clock(), list[float]()
    cores = Cores(clock, 2)

    def work() -> Story:
        yield cores.work(2.0)
        ends.append(clock.now)

    for _ in range(3):
        clock.tell(work())
    clock.run(10)

    assert ends == pytest.approx([3.0, 3.0, 3.0])


def test_row_when_a_place_is_given_back_then_who_waited_longest_has_it():
    clock, order = Clock(), list[str]()
    slots = Slots(clock, 1)

    def customer(name: str) -> Story:
        yield slots.take()
        order.append(name)
        yield clock.after(1)
        slots.give_back()

    for name in ("first", "second", "third"):
        clock.tell(customer(name))
    clock.run(10)

    assert order == ["first", "second", "third"]
    assert (slots.free, slots.longest_row) == (1, 2)


def test_simulation_when_the_seed_is_the_same_then_so_is_all_of_it():
    assert waits(2, 1.5, 1.0, seed=5)[0] == waits(2, 1.5, 1.0, seed=5)[0]
    assert waits(2, 1.5, 1.0, seed=5)[0] != waits(2, 1.5, 1.0, seed=6)[0]
