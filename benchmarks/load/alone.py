"""What each request and each run takes while nobody else is there: what the simulation draws from."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from benchmarks.load import processes
from benchmarks.load.figures import Told, shape
from benchmarks.load.ledger import Chains, RunSeen
from benchmarks.load.people import LISTS, Notes, Person, World
from benchmarks.load.world import runs_since, wait_until_done

IDLE_S, CHAIN_WRITERS, CHAIN_S, READS_A_SENDING = 8.0, 4, 4.0, 3


def measure(root: int, world: World, times: int) -> Told:
    """`times` of each thing sent and three times as many of each page, one after the other by one person."""
    idle = idle_rates(root)
    person = Person(0, world, Notes())
    _each_once(person)  # warm: templates, connections, engines
    wait_until_done()
    reading = _watched(root, lambda: _read(person, READS_A_SENDING * times), person, idle)
    sending = _watched(root, lambda: _send(person, times), person, idle)
    return {"idle": idle, "reading": reading.told(), "sending": sending.told(), "chain_per_s": chain_links_per_second()}


def idle_rates(root: int, seconds: float = IDLE_S) -> dict[str, float]:
    """CPU seconds a second of each part while nothing is asked."""
    before, began = processes.cpu_by_part(root), time.monotonic()
    time.sleep(seconds)
    spent, wall = processes.between(before, processes.cpu_by_part(root)), time.monotonic() - began
    return {part: s / wall for part, s in spent.items()}


def _each_once(person: Person) -> None:
    _read(person, 1)
    for send in person.sendings():
        send()


def _read(person: Person, times: int) -> None:
    for _ in range(times):
        for name in LISTS:
            person.look_at_list(name)
        for name, paths in person.world.pages.items():
            if paths:
                person.look_at_one(name)
        person.look_at_case()


def _send(person: Person, times: int) -> None:
    """The next only when all that the one before asked for is done: no run waits, none slows a request."""
    for _ in range(times):
        for send in person.sendings():
            send()
            wait_until_done(look_every_s=0.1)


class _Watched:
    def __init__(self, notes: Notes, runs: Sequence[RunSeen], cpu: dict[str, float], events: int) -> None:
        self.notes, self.runs, self.cpu, self.events = notes, runs, cpu, events

    def told(self) -> Told:
        return {
            "requests": {name: {"n": len(ms), "ms": shape(ms)} for name, ms in sorted(self.notes.times.items())},
            "requests_s": round(sum(self.notes.every_ms) / 1000, 3), "errors": self.notes.error_count,
            "runs": runs_told(self.runs), "runs_s": round(sum(map(worked_s, self.runs)), 3),
            "chains": chains_told(self.notes, self.runs),
            "cpu_s": {part: round(seconds, 3) for part, seconds in self.cpu.items()}, "audit_events": self.events,
        }  # fmt: skip


def _watched(root: int, do: Callable[[], None], person: Person, idle: dict[str, float]) -> _Watched:
    """What was computed for it, without what the house does by itself meanwhile."""
    from django.utils import timezone

    person.notes, since = Notes(), timezone.now()
    before, links, began = processes.cpu_by_part(root), audit_events(), time.monotonic()
    do()
    wall = time.monotonic() - began
    spent = processes.between(before, processes.cpu_by_part(root))
    cpu = {part: max(0.0, seconds - wall * idle[part]) for part, seconds in spent.items()}
    return _Watched(person.notes, runs_since(since), cpu, audit_events() - links)


# --- runs -------------------------------------------------------------------------------------------------------------


def worked_s(run: RunSeen) -> float:
    return (run.finished_at - run.started_at).total_seconds() if run.started_at and run.finished_at else 0.0


def runs_told(runs: Iterable[RunSeen]) -> dict[str, Told]:
    by_kind: dict[tuple[str, str], list[float]] = {}
    for run in runs:
        if run.is_done:
            by_kind.setdefault((run.kind, run.lane), []).append(1000 * worked_s(run))
    return {kind: {"lane": lane, "n": len(ms), "ms": shape(ms)} for (kind, lane), ms in sorted(by_kind.items())}


def chains_told(notes: Notes, runs: Sequence[RunSeen]) -> dict[str, list[str]]:
    """The kinds of run that a thing sent asks for, in their order: as most often seen."""
    chains, seen = Chains(runs), dict[str, Counter[tuple[str, ...]]]()
    for one in notes.acknowledged:
        seen.setdefault(one.name, Counter())[tuple(run.kind for run in chains.of(one))] += 1
    return {name: list(count.most_common(1)[0][0]) for name, count in sorted(seen.items())}


def gap_s(runs: Iterable[RunSeen]) -> float:
    """Between the end of a run and the start of the next one of the same worker, where that one was waiting already."""
    gaps: list[float] = []
    last: dict[str, datetime] = {}
    for run in sorted((run for run in runs if run.started_at and run.finished_at), key=lambda run: run.started_at):  # type: ignore[arg-type,return-value]
        before = last.get(run.worker)
        if before and run.requested_at < before and run.started_at and run.started_at >= before:
            gaps.append((run.started_at - before).total_seconds())
        assert run.finished_at
        last[run.worker] = run.finished_at
    return statistics.median(gaps) if gaps else 0.0


# --- the chain of the audit -------------------------------------------------------------------------------------------


def audit_events() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM audit_head")
        (seq,) = cursor.fetchone()
    return int(seq)


def chain_links_per_second(writers: int = CHAIN_WRITERS, seconds: float = CHAIN_S) -> float:
    """Each event takes its place in the one chain when it is committed, one after the other: how fast at most."""
    import psycopg
    from django.conf import settings

    dsn, until = settings.EMBEDDED.dsn("rounds_app"), time.monotonic() + seconds

    def write() -> None:
        with psycopg.connect(dsn, autocommit=True) as line:
            while time.monotonic() < until:
                line.execute("INSERT INTO audit_event (id, body) VALUES (%s, %s)", [uuid4(), '{"event": "load"}'])

    first, threads = audit_events(), [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (audit_events() - first) / seconds
