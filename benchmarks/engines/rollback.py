"""The engine before takes over again, while letters are read and others wait."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection
from django.utils import timezone

from benchmarks.cord.world import KIND, World, add_letters, all_over, ask, wait_for
from benchmarks.doubt.report import Line
from benchmarks.engines.candidates import WHY, candidate, made_live
from clinic.actions import engine_moves
from clinic.authorization.scope import scope
from clinic.models import Deployment, EngineState, Result, Run, WorkerBeat

IN_FLIGHT, ANSWERED_BEFORE = 60, 5
WITHIN_S = 10.0


def rollback(world: World, rounds: int) -> Iterator[Line]:
    acted, first, last, lost = [], [], [], 0
    with scope(site=world.site.pk), watched_ladder(world) as seen:
        before, bad = _live(world), candidate(world)
        workers = _workers()
        for number in range(rounds):
            made_live(world, bad)
            asked = [ask(world, upload) for upload in add_letters(world, IN_FLIGHT, seed=3000 + number)]
            wait_for(lambda runs=asked: _answers(runs, bad).count() >= ANSWERED_BEFORE)  # type: ignore[misc]
            began = timezone.now()
            engine_moves.roll_back(by=world.engineer, deployment=bad, reason=WHY)
            acted.append((timezone.now() - began).total_seconds())
            wait_for(all_over(asked), every_s=0.1)
            lost += len(asked) - Result.objects.filter(run__in=asked).count()
            late = [at for at in _answers(asked, bad).values_list("at", flat=True) if at > began]
            good = _answers(asked, before).order_by("at").values_list("at", flat=True)
            first.append((good[0] - began).total_seconds())
            last.append(max(((at - began).total_seconds() for at in late), default=0.0))
        same = workers <= _workers()
    n = f"n={rounds} rollbacks, {IN_FLIGHT} letters in flight at each"
    yield Line("rollback: the action itself takes", f"{1000 * np.median(acted):.0f} ms in the middle ({n})")
    yield _within("rollback: first answer by the engine before after", first, n)
    yield _within("rollback: last answer by the bad engine after", last, n)
    yield Line("rollback: letters without an answer", str(lost), "none", not lost)
    yield Line("rollback: workers that were started anew", "none" if same else "some", "none", same and bool(workers))
    told = ", ".join(f"{count} live: {times:,} times" for count, times in sorted(seen.items()))
    yield Line("rollback: how many live engines a poller sees meanwhile", told, "always one",
               set(seen) == {1} and sum(seen.values()) > 100 * rounds)  # fmt: skip


def _within(what: str, seconds: list[float], n: str) -> Line:
    shown = f"{max(seconds):.2f} s at most, {np.median(seconds):.2f} s in the middle ({n})"
    return Line(what, shown, f"within {WITHIN_S:.0f} s", max(seconds) <= WITHIN_S)


def _live(world: World) -> Deployment:
    return Deployment.objects.get(site=world.site, capability=KIND, rung=0, state=EngineState.LIVE)


def _answers(runs: list[Run], held: Deployment):  # type: ignore[no-untyped-def]
    return Result.objects.filter(run__in=runs, engine_digest=held.engine.digest)


def _workers() -> set[tuple[str, int]]:
    return set(WorkerBeat.objects.exclude(lanes=[]).values_list("name", "pid"))


@contextmanager
def watched_ladder(world: World) -> Iterator[Counter[int]]:
    """What another connection sees of the first rung, as often as it can look."""
    seen, ended = Counter[int](), threading.Event()
    thread = threading.Thread(target=_look, args=(world, seen, ended), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def _look(world: World, seen: Counter[int], ended: threading.Event) -> None:
    with scope(site=world.site.pk):
        while not ended.is_set():
            rung = Deployment.objects.filter(site=world.site, capability=KIND, rung=0)
            seen[rung.filter(state=EngineState.LIVE).count()] += 1
            time.sleep(0.002)
    connection.close()
