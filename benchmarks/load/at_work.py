"""People in all five capabilities, workers killed meanwhile: how long pages take, whether a promised run is lost."""

import os
from datetime import datetime
from typing import Any

from benchmarks.clients import figures as clients_figures
from benchmarks.installation import Installation
from benchmarks.load import alone, ledger, processes
from benchmarks.load.figures import Told, mean_of, quantile_of
from benchmarks.load.kills import Killer
from benchmarks.load.ledger import RunSeen
from benchmarks.load.people import THINK_S, WORKED_ON, Notes, crowd
from benchmarks.load.world import prepare, runs_since, wait_until_done

DRAIN_S, BEFORE_S, RECOVERY_S = 180.0, 5.0, 30.0


def measure(at: Installation, wish: Any) -> Told:
    from django.utils import timezone

    wait_until_done()
    world = prepare(at.port, max(1, wish.people))
    told = alone.measure(at.pid, world, wish.alone)
    since, before, own = timezone.now(), processes.cpu_by_part(at.pid), own_cpu_s()
    events, killer = alone.audit_events(), Killer(at.pid, wish.kills, wish.seconds)
    killer.start()
    notes, wall_s = crowd(wish.people, world, wish.seconds)
    killer.stop()
    own = own_cpu_s() - own
    has_ended = wait_until_done(DRAIN_S)
    cpu = processes.between(before, processes.cpu_by_part(at.pid))
    runs = runs_since(since)
    lost = ledger.lost(notes.acknowledged, runs)
    return {
        "people": wish.people, "seconds": wish.seconds, "think_s": THINK_S, "ready_s": round(at.ready_s, 1),
        "alone": told, "load": _pages(notes, wall_s), "names": _names(notes),
        "kills": {"wanted": wish.kills, "done": len(killer.killed), "at_work": killer.at_work, "who": killer.killed},
        "runs": _runs(notes, runs, [str(each) for each in lost], has_ended=has_ended)
        | _undisturbed(runs, killer.killed_at),
        "cpu_s": {part: round(seconds, 2) for part, seconds in cpu.items()}, "people_cpu_s": round(own, 2),
        "wall_s": round(wall_s, 1), "audit_events": alone.audit_events() - events,
    }  # fmt: skip


def own_cpu_s() -> float:
    """Of this process, which is all the people."""
    spent = os.times()
    return spent.user + spent.system


def _pages(notes: Notes, wall_s: float) -> Told:
    every = notes.every_ms
    whole = clients_figures(every, wall_s)
    return {
        "requests": whole.n, "per_second": round(whole.per_second, 2), "median_ms": round(whole.median_ms, 1),
        "p95_ms": quantile_of(every, 0.95), "p99_ms": quantile_of(every, 0.99), "errors": notes.error_count,
        "problems": sorted({f"{name}: {each}" for name, found in notes.errors.items() for each in found})[:20],
    }  # fmt: skip


def _names(notes: Notes) -> Told:
    return {
        name: {"n": len(ms), "median_ms": round(quantile_of(ms, 0.5).value, 1), "p95_ms": quantile_of(ms, 0.95),
               "errors": len(notes.errors.get(name, ()))}
        for name, ms in sorted(notes.times.items())
    }  # fmt: skip


def _runs(notes: Notes, runs: list[RunSeen], lost: list[str], *, has_ended: bool) -> Told:
    done = [run for run in runs if run.is_done and run.started_at and run.finished_at]
    return {
        "acknowledged": len(notes.acknowledged), "asked": len(runs), "done": len(done), "lost": lost,
        "has_ended": has_ended, "taken_up_again": sum(run.attempts > 1 for run in runs),
        "lanes": _lanes(done),
        "kinds": alone.runs_told(done), "gap_ms": round(1000 * alone.gap_s(done), 2),
        "sent": sum(len(notes.times.get(name, ())) for name in WORKED_ON),
    }  # fmt: skip


def _undisturbed(runs: list[RunSeen], killed_at: list[datetime]) -> Told:
    """Those that nobody asked for around a kill: what waits for a worker to come back is told apart."""
    calm = [run for run in runs if run.is_done and not any(_is_around(at, run.requested_at) for at in killed_at)]
    return {"undisturbed": _lanes(calm)}


def _is_around(killed_at: datetime, requested_at: datetime) -> bool:
    return -BEFORE_S <= (requested_at - killed_at).total_seconds() <= RECOVERY_S


def _lanes(runs: list[RunSeen]) -> Told:
    return {lane: _lane([run for run in runs if run.lane == lane]) for lane in sorted({run.lane for run in runs})}


def _lane(runs: list[RunSeen]) -> Told:
    waits = [(run.started_at - run.requested_at).total_seconds() for run in runs if run.started_at]
    takes = [alone.worked_s(run) for run in runs]
    ends = [wait + take for wait, take in zip(waits, takes, strict=True)]
    return {
        "n": len(runs), "wait_p95_s": quantile_of(waits, 0.95), "end_p50_s": quantile_of(ends, 0.5),
        "end_p95_s": quantile_of(ends, 0.95), "takes_mean_s": mean_of(takes),
    }  # fmt: skip
