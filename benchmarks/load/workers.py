"""One worker process against two: the same number of documents is queued while both stand still, then one is let go,
or both. Each computes in one thread; whoever measures only sleeps."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.load import processes
from benchmarks.load.alone import gap_s
from benchmarks.load.figures import Told, mean_of
from benchmarks.load.ledger import RunSeen

NAMES = ("alder", "birch")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PATIENCE_S, LOOK_EVERY_S, READY_S = 240.0, 0.5, 240.0
TEXT = ("Dear colleague, this girl has had palpitations and chest pain on exertion for two months. The cardiogram shows"
        " a sinus rhythm, the heart sounds are normal, and there is no family history of sudden death. Her grandmother"
        " has diabetes. Please see her soon. Number {}.")  # fmt: skip


@dataclass(frozen=True)
class Drained:
    workers: int
    runs: int
    seconds: float
    cpu_s: dict[str, float]
    gap_s: float

    @property
    def per_s(self) -> float:
        return self.runs / self.seconds


def measure(wish: Any) -> Told:
    from tests.faults.installation import installation

    os.environ |= dict.fromkeys(ONE_THREAD, "1")
    with installation(dict.fromkeys(NAMES, ("cpu",))) as house:
        os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
        import django

        django.setup()
        bench = Bench(house)
        bench.drain(2, wish.documents // 4 or 1)  # warm
        rounds = [_round(bench, wish.documents, number) for number in range(wish.rounds)]
    return told(rounds, wish.documents)


def _round(bench: "Bench", documents: int, number: int) -> tuple[Drained, Drained]:
    """In turns which of the two comes first."""
    sides = (1, 2) if number % 2 == 0 else (2, 1)
    done = {workers: bench.drain(workers, documents) for workers in sides}
    return done[1], done[2]


def told(rounds: list[tuple[Drained, Drained]], documents: int) -> Told:
    ones, twos = zip(*rounds, strict=True)
    every, runs = [*ones, *twos], sum(each.runs for each in (*ones, *twos))
    return {
        "documents": documents, "rounds": len(rounds), "runs": ones[0].runs,
        "one_per_s": mean_of([one.per_s for one in ones]), "two_per_s": mean_of([two.per_s for two in twos]),
        "ratio": mean_of([two.per_s / one.per_s for one, two in rounds]),
        "cpu_ms_a_run": {part: round(1000 * sum(each.cpu_s[part] for each in every) / runs, 2)
                         for part in ("workers", "database", "beside")},
        "gap_ms": round(1000 * mean_of([each.gap_s for each in every]).value, 2),
    }  # fmt: skip


class Bench:
    def __init__(self, house: Any) -> None:
        from tests.faults.ledger import Ledger

        self.house, self.ledger, self.number = house, Ledger(), 0
        house.crew.start()
        self._until(self._all_beat, READY_S)

    def drain(self, workers: int, documents: int) -> Drained:
        from django.utils import timezone

        self._signal(signal.SIGSTOP, NAMES)
        since = timezone.now()
        try:
            with self.ledger.at_site():
                self._queue(documents)
            before = self._cpu()
        finally:
            self._signal(signal.SIGCONT, NAMES[:workers])
        try:
            self._until(self._is_drained, PATIENCE_S)
        finally:
            self._signal(signal.SIGCONT, NAMES)
        spent = processes.between(before, self._cpu())
        time.sleep(1.5)  # messages that tell of work which is done are looked into, and dropped
        return _drained(workers, self._done_since(since), spent)

    def _queue(self, documents: int) -> None:
        from classify.actions import documents as acts

        for _ in range(documents):
            case = self.ledger.cases[self.number % len(self.ledger.cases)][0]
            self.number += 1
            acts.paste(by=self.ledger.by, case=case, text=TEXT.format(self.number))

    def _signal(self, number: int, names: tuple[str, ...]) -> None:
        for member in self.house.workers:
            if member.name in names and member.process and member.exit_code is None:
                os.kill(member.process.pid, number)

    def _cpu(self) -> dict[str, float]:
        return processes.cpu_by_part(os.getpid())

    def _is_drained(self) -> bool:
        from benchmarks.load.world import runs_under_way

        return not runs_under_way(("cpu",))

    def _all_beat(self) -> bool:
        from clinic.models import WorkerBeat

        return {name.partition("@")[0] for name in WorkerBeat.objects.values_list("name", flat=True)} >= set(NAMES)

    def _until(self, is_so: Callable[[], bool], patience_s: float) -> None:
        until = time.monotonic() + patience_s
        while not is_so():
            self.house.tend()
            time.sleep(LOOK_EVERY_S)
            if time.monotonic() > until:
                raise SystemExit("load: the workers do not come to an end")

    def _done_since(self, since: datetime) -> list[RunSeen]:
        from benchmarks.load.world import runs_since

        return [run for run in runs_since(since) if run.lane == "cpu" and run.is_done]


def _drained(workers: int, runs: list[RunSeen], cpu_s: dict[str, float]) -> Drained:
    """From the first start to the last end, by the house's own clock."""
    first = min(run.started_at for run in runs if run.started_at)
    last = max(run.finished_at for run in runs if run.finished_at)
    return Drained(workers, len(runs), (last - first).total_seconds(), cpu_s, gap_s(runs))
