"""The simulation as a part of `make load`: first the small house that was measured, then one that nobody has."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from benchmarks.load import figures
from benchmarks.load.figures import Told, mean_of, quantile
from benchmarks.load.simulation import day
from benchmarks.load.simulation.house import WEB_THREADS, House, Seen, Size
from benchmarks.load.simulation.measured import SENT_BY_SYSTEMS, Measured, read

SEEDS = (1, 2, 3, 4, 5)
DOCUMENTS_A_DAY, PEOPLE = 1_000_000, 10_000
BIG_S, WARM_UP_S = 60.0, 20.0
BUSY_AT_MOST = 0.7  # of cores and workers at the busiest hour
PAGE_P95_S, INTERACTIVE_P95_S, BATCH_P95_S = 1.0, 2.0, 60.0
CHAIN_AT_MOST = 0.9
LANES = ("io", "cpu", "vision", "speech", "llm")


def simulate(wish: Any) -> Told:
    every = figures.kept(wish.kept)
    people, workers = every.get("people"), every.get("workers")
    if not people or not people["load"]["requests"]:
        raise SystemExit("load: nothing to simulate from: `make load ONLY=people` first")
    measured = read(people)
    busy = replace(measured, gap_s=workers["gap_ms"] / 1000) if workers else measured  # as seen where none is idle
    return {
        "from": {name: people[name] for name in ("at", "commit", "command")},
        "others_cores": people["others_cores"],  # what disturbed the measurement disturbs what is drawn from it
        "small": small(measured, people), "big": big(busy), "seeds": list(SEEDS),
    }  # fmt: skip


# --- the small end ----------------------------------------------------------------------------------------------------


def small(measured: Measured, people: Mapping[str, Any]) -> Told:
    """The same people for the same time, five times over; beside each figure what was measured."""
    size = Size(1, measured.cores, measured.cores, {**dict.fromkeys(LANES, 1), **_batch_lanes(1)}, is_one_machine=True)
    played = [_played(measured, size, seed, people["people"], people["seconds"]) for seed in SEEDS]
    was = _was(people)
    return {
        name: {"predicted": mean_of([one[name] for one in played]), "measured": was[name],
               "ratio": round(mean_of([one[name] for one in played]).value / was[name], 3)}
        for name in was if was[name] and all(name in one for one in played)
    }  # fmt: skip


def _batch_lanes(count: int) -> dict[str, int]:
    return {f"{lane}_batch": count for lane in LANES}


def _played(measured: Measured, size: Size, seed: int, people: int, seconds: float) -> dict[str, float]:
    house = House(measured, size, seed)
    seen = house.play(people=people, documents_per_s=0, seconds=seconds, warm_up_s=0)
    told = {"requests a second": len(seen.requests) / seconds, "cores at work": _cores_at_work(house)}
    if seen.requests:
        told |= {
            "median of a request, ms": _ms(seen.requests, 0.5),
            "95 of 100 requests within, ms": _ms(seen.requests, 0.95),
        }
    if ends := seen.ends.get("cpu"):
        told |= {"median of a run, asked to done, ms": _ms(ends, 0.5), "95 of 100 runs within, ms": _ms(ends, 0.95)}
    return told


def _cores_at_work(house: House) -> float:
    return house.web[0].share_busy() * house.web[0].count + house.measured.idle_cores


def _ms(seconds: list[float], share: float) -> float:
    return 1000 * quantile(sorted(seconds), share)


def _was(people: Mapping[str, Any]) -> dict[str, float]:
    load, lane = people["load"], people["runs"]["undisturbed"].get("cpu")
    told = {
        "requests a second": load["per_second"], "median of a request, ms": load["median_ms"],
        "95 of 100 requests within, ms": load["p95_ms"]["value"],
        "cores at work": (sum(people["cpu_s"].values()) + people["people_cpu_s"]) / people["wall_s"],
    }  # fmt: skip
    if lane:
        told |= {"median of a run, asked to done, ms": 1000 * lane["end_p50_s"]["value"],
                 "95 of 100 runs within, ms": 1000 * lane["end_p95_s"]["value"]}  # fmt: skip
    return told


# --- the big end ------------------------------------------------------------------------------------------------------


def big(measured: Measured) -> Told:
    """At the busiest hour. An installation has one chain of the audit: where that cannot follow, people and documents
    are divided among several installations, and one of those is played."""
    need = demand(measured, PEOPLE, day.peak_per_s(DOCUMENTS_A_DAY))
    installations = max(1, math.ceil(need["chain"] / CHAIN_AT_MOST))
    people, a_day = math.ceil(PEOPLE / installations), math.ceil(DOCUMENTS_A_DAY / installations)
    per_s = day.peak_per_s(a_day)
    size, seen, house = _grown(measured, people, per_s)
    return {
        "people": PEOPLE, "documents_a_day": DOCUMENTS_A_DAY, "peak_documents_per_s": day.peak_per_s(DOCUMENTS_A_DAY),
        "need": need, "installations": installations, "played_people": people, "played_documents_a_day": a_day,
        "size": {"web_machines": size.web_machines, "web_processes": 2 * size.web_machines,
                 "cores_a_machine": size.cores_a_machine,
                 "database_cores": size.database_cores, "workers": {k: v for k, v in size.workers.items() if v},
                 "worker_machines": math.ceil(sum(size.workers.values()) / measured.cores)},
        "request_ms": {"p50": _ms(seen.requests, 0.5), "p95": _ms(seen.requests, 0.95), "n": len(seen.requests)},
        "waits_s": {lane: {"p50": quantile(sorted(waits), 0.5), "p95": quantile(sorted(waits), 0.95), "n": len(waits)}
                    for lane, waits in sorted(seen.waits.items())},
        "busy": {"web": _mean(cores.share_busy() for cores in house.web), "database": house.database.share_busy(),
                 "chain": house.chain.share_busy()},
        "day": _day(measured, size.workers.get("cpu_batch", 1), a_day),
        "limits": limits(measured),
    }  # fmt: skip


def _mean(values: Any) -> float:
    return mean_of(list(values)).value


def demand(measured: Measured, people: int, documents_per_s: float) -> dict[str, float]:
    """Seconds of each a second: cores of web servers and of the database, workers by lane, share of the chain."""
    need: dict[str, float] = {"web": 0.0, "database": 0.0, "chain": 0.0}
    total = sum(measured.weights.values())
    mean_s = sum(measured.requests[name].mean_s * n for name, n in measured.weights.items()) / total
    rate = people / (measured.think_s + mean_s)
    for name, n in measured.weights.items():
        _add(need, measured, name, rate * n / total, "")
    for name in SENT_BY_SYSTEMS:
        if name in measured.requests:
            _add(need, measured, name, documents_per_s, "_batch")
    return need


def _add(need: dict[str, float], measured: Measured, name: str, per_s: float, batch: str) -> None:
    share, seconds = measured.share_of(name), measured.requests[name].mean_s
    need["web"] += per_s * seconds * share.own
    need["database"] += per_s * seconds * share.database
    need["chain"] += per_s * share.events * measured.chain_s
    for kind in measured.chain_of(name):
        lane, draw = measured.runs[kind]
        lane = lane if lane.endswith("_batch") else lane + batch
        need[lane] = need.get(lane, 0.0) + per_s * (draw.mean_s + measured.gap_s)
        need["database"] += per_s * draw.mean_s * measured.running.database
        need["chain"] += per_s * measured.running.events * measured.chain_s


def _grown(measured: Measured, people: int, per_s: float) -> tuple[Size, Seen, House]:
    """From what has to be computed, a tenth larger each time until nobody waits longer than promised."""
    need = demand(measured, people, per_s)
    lanes = {
        name: max(1, math.ceil(s / BUSY_AT_MOST))
        for name, s in need.items()
        if name not in ("web", "database", "chain")
    }
    size = Size(
        _machines(need["web"], measured.cores),
        measured.cores,
        max(1, math.ceil(need["database"] / BUSY_AT_MOST)),
        lanes,
    )
    for _ in range(12):
        house = House(measured, size, SEEDS[0])
        seen = house.play(people=people, documents_per_s=per_s, seconds=BIG_S, warm_up_s=WARM_UP_S)
        slow_lanes = [lane for lane, waits in seen.waits.items() if quantile(sorted(waits), 0.95) > _patience(lane)]
        is_slow = quantile(sorted(seen.requests), 0.95) > PAGE_P95_S
        if not slow_lanes and not is_slow:
            break
        workers = {lane: _more(n) if lane in slow_lanes else n for lane, n in size.workers.items()}
        size = replace(size, workers=workers)
        if is_slow:
            size = replace(size, web_machines=_more(size.web_machines), database_cores=_more(size.database_cores))
    return size, seen, house


def _machines(cores: float, a_machine: int) -> int:
    return max(1, math.ceil(cores / (BUSY_AT_MOST * a_machine)))


def _more(count: int) -> int:
    return math.ceil(1.1 * count + 0.1)


def _patience(lane: str) -> float:
    return BATCH_P95_S if lane.endswith("_batch") else INTERACTIVE_P95_S


def _day(measured: Measured, workers: int, a_day: float) -> Told:
    """All hours, with the workers that the busiest one wants: each document as one piece of work for each of its two
    chains, since both wait for the same workers."""
    import random

    chance = random.Random(SEEDS[0])
    chains = [measured.chain_of(name) for name in SENT_BY_SYSTEMS if name in measured.requests]

    def work_s() -> float:
        kinds = chance.choice(chains)
        return sum(measured.runs[kind][1](chance) + measured.gap_s for kind in kinds)

    if not any(chains):
        return {}
    found = sorted(day.waits(day.arrivals(a_day * len(chains), random.Random(SEEDS[1])), workers, work_s))
    return {
        "workers": workers,
        "n": len(found),
        "p50_s": quantile(found, 0.5),
        "p95_s": quantile(found, 0.95),
        "longest_s": found[-1],
    }


def limits(measured: Measured) -> Told:
    """How many people alone, or documents a day alone, fill the one chain; and the cores that each of them want."""
    people, documents = demand(measured, 1000, 0), demand(measured, 0, day.peak_per_s(1_000_000))
    return {
        "people_of_the_chain": _filling(1000, people["chain"]),
        "documents_of_the_chain": _filling(1_000_000, documents["chain"]),
        "database_cores_for_1000_people": people["database"],
        "database_cores_for_a_million_documents": documents["database"],
        "web_cores_for_1000_people": people["web"],
        "web_cores_for_a_million_documents": documents["web"],
        "threads_a_machine": WEB_THREADS,
    }


def _filling(count: int, share: float) -> int:
    return int(count * CHAIN_AT_MOST / share) if share else 0
