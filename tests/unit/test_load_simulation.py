"""The simulation of a larger house does what theory says of queues, and the same again with the same seed."""

import random
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.load import figures
from benchmarks.load.paper.simulated import simulation
from benchmarks.load.simulation import day, told
from benchmarks.load.simulation.clock import Clock, Cores, Slots, Story
from benchmarks.load.simulation.house import House, Size
from benchmarks.load.simulation.measured import Draw, read
from benchmarks.load.simulation.theory import erlang_c, mean_stay_when_shared_s, mean_wait_s
from benchmarks.load.simulation.told import demand, small

SECONDS = 40_000.0


def arrivals(clock: Clock, chance: random.Random, per_second: float, story: Callable[[], Story]) -> Story:
    while True:
        yield clock.after(chance.expovariate(per_second))
        clock.tell(story())


def waits(
    servers: int, per_second: float, work_s: float, seed: int = 1, seconds: float = SECONDS
) -> tuple[list[float], float]:
    clock, chance = Clock(), random.Random(seed)
    slots, found = Slots(clock, servers), list[float]()

    def customer() -> Story:
        came = clock.now
        yield slots.take()
        found.append(clock.now - came)
        yield clock.after(chance.expovariate(1 / work_s))
        slots.give_back()

    clock.tell(arrivals(clock, chance, per_second, customer))
    clock.run(seconds)
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
    one, again, other = (waits(2, 1.5, 1.0, seed=seed, seconds=500)[0] for seed in (5, 5, 6))

    assert one == again != other


# --- a house ----------------------------------------------------------------------------------------------------------


def people(**changes: Any) -> dict[str, Any]:
    """As `people` keeps it, of a house where a page takes 40 ms, half of it computed by the web server."""
    alone = {
        "idle": {"web": 0.0, "workers": 0.0, "database": 0.0, "beside": 0.1}, "chain_per_s": 1000.0,
        "reading": {"requests": {"read a case": {"n": 100, "ms": [40.0] * 51}}, "requests_s": 4.0,
                    "cpu_s": {"web": 2.0, "database": 1.0}, "audit_events": 100},
        "sending": {"requests": {"send a document": {"n": 20, "ms": [60.0] * 51}}, "requests_s": 1.2,
                    "runs": {"classify.document": {"lane": "cpu", "n": 20, "ms": [100.0] * 51}}, "runs_s": 2.0,
                    "chains": {"send a document": ["classify.document"]},
                    "cpu_s": {"web": 0.6, "database": 0.8, "workers": 1.0}, "audit_events": 80},
    }  # fmt: skip
    figure = {"value": 50.0, "low": 45.0, "high": 55.0, "n": 1000}
    lane = {"n": 50, "end_p50_s": figure | {"value": 0.1}, "end_p95_s": figure | {"value": 0.15}}
    return {
        "at": "2026-01-01", "commit": "abc1234", "command": "make load", "cores": 2, "others_cores": 0.0,
        "people": 40, "seconds": 60.0,
        "think_s": 8.0, "people_cpu_s": 1.0, "wall_s": 60.0, "alone": alone,
        "names": {"read a case": {"n": 900}, "send a document": {"n": 100}},
        "load": {"requests": 1000, "per_second": 5.0, "median_ms": 40.0, "p95_ms": figure},
        "runs": {"gap_ms": 5.0, "undisturbed": {"cpu": lane}}, "cpu_s": {"web": 20.0, "database": 10.0},
    } | changes  # fmt: skip


def test_draw_when_many_then_as_measured():
    draw, chance = Draw([0.0, 100.0, 200.0]), random.Random(1)
    drawn = [draw(chance) for _ in range(4000)]

    assert sum(drawn) / len(drawn) == pytest.approx(draw.mean_s, rel=0.05) == pytest.approx(0.1, rel=0.05)
    assert min(drawn) >= 0 and max(drawn) <= 0.2


def test_house_when_few_are_there_then_a_request_takes_as_long_as_alone():
    house = House(read(people()), Size(1, 2, 2, {"cpu": 1}, is_one_machine=True), seed=1)

    seen = house.play(people=1, documents_per_s=0, seconds=2000, warm_up_s=0)

    assert sum(seen.requests) / len(seen.requests) == pytest.approx(0.9 * 0.04 + 0.1 * 0.06, rel=0.05)


def test_house_when_more_come_than_its_cores_can_serve_then_requests_take_longer_and_machines_help():
    def p95(machines: int) -> float:
        house = House(read(people()), Size(machines, 2, 16, {"cpu": 20}), seed=1)
        seen = house.play(people=1200, documents_per_s=0, seconds=30, warm_up_s=10)
        return sorted(seen.requests)[int(0.95 * len(seen.requests))]

    assert p95(1) > 3 * p95(4)


def test_lane_when_documents_come_faster_than_one_worker_works_then_they_wait():
    def wait(workers: int) -> float:
        house = House(read(people()), Size(4, 2, 8, {"cpu_batch": workers}), seed=1)
        return max(house.play(people=0, documents_per_s=15, seconds=30, warm_up_s=0).waits["cpu_batch"])

    assert wait(1) > 5 > 1 > wait(3)


def test_small_end_when_played_then_each_figure_stands_beside_its_measurement():
    found = small(read(people()), people())

    assert found["requests a second"]["ratio"] == pytest.approx(1.0, abs=0.1)
    assert found["median of a request, ms"]["ratio"] == pytest.approx(1.0, abs=0.1)
    assert found["median of a run, asked to done, ms"]["ratio"] == pytest.approx(1.0, abs=0.1)
    assert set(found) >= {"95 of 100 requests within, ms", "95 of 100 runs within, ms", "cores at work"}


def test_need_when_reckoned_then_what_is_computed_for_each_adds_up():
    need = demand(read(people()), people=1000, documents_per_s=0)
    rate = 1000 / (8 + 0.9 * 0.04 + 0.1 * 0.06)

    assert need["web"] == pytest.approx(rate * (0.9 * 0.02 + 0.1 * 0.03))
    assert need["cpu"] == pytest.approx(rate * 0.1 * 0.105)
    assert need["chain"] == pytest.approx(rate * (0.9 * 1 + 0.1 * 2 + 0.1 * 2) / 1000)


def test_day_when_drawn_then_as_many_as_wanted_most_in_the_busiest_hour():
    hours = [int(moment // 3600) for moment in day.arrivals(20_000, random.Random(1))]

    assert len(hours) == pytest.approx(20_000, rel=0.03)
    assert max(set(hours), key=hours.count) == day.SHAPE.index(max(day.SHAPE))
    assert day.peak_per_s(20_000) * 3600 == pytest.approx(20_000 * 0.1, rel=0.05)


@pytest.mark.slow
def test_day_when_arrivals_and_work_are_random_then_waits_are_erlangs():
    chance = random.Random(4)
    came = day.arrivals(1.6 * 24 * 3600, random.Random(2), shape=(1.0,) * 24)

    found = day.waits(came, 2, lambda: chance.expovariate(1.0))

    assert sum(found) / len(found) == pytest.approx(mean_wait_s(2, 1.6, 1.0), rel=0.1)


@pytest.mark.slow
def test_simulation_when_it_ends_then_its_page_names_sizes_limits_and_what_was_assumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(told, "PEOPLE", 400)
    monkeypatch.setattr(told, "DOCUMENTS_A_DAY", 5_000)
    figures.keep("people", people(), tmp_path / "kept.json")

    found = told.simulate(SimpleNamespace(kept=tmp_path / "kept.json"))
    figures.keep("simulation", found, tmp_path / "kept.json")
    page = simulation(figures.kept(tmp_path / "kept.json")["simulation"])

    assert found["big"]["request_ms"]["p95"] <= 1000 * told.PAGE_P95_S
    assert found["big"]["size"]["workers"]["cpu_batch"] >= 1
    for words in ("| requests a second |", "What becomes the limit", "| cpu_batch |", "Extrapolated, and not measured"):
        assert words in page
    assert found == told.simulate(SimpleNamespace(kept=tmp_path / "kept.json"))


def test_simulation_when_nothing_was_measured_then_it_does_not_begin(tmp_path: Path):
    with pytest.raises(SystemExit, match="ONLY=people"):
        told.simulate(SimpleNamespace(kept=tmp_path / "kept.json"))
