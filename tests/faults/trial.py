"""The trial itself: runs are asked for while workers are killed, and the queue is emptied once."""

import random
import time
from dataclasses import dataclass, fields

from django.db import Error, connection
from django.utils import timezone

from clinic.models import Run, RunError
from clinic.models.runs import MAX_ATTEMPTS
from tests.faults.installation import WORKERS, Installation
from tests.faults.ledger import Ledger

PATIENCE_S = 280.0
REQUEUED_WITHIN_S = 60.0
TICK_S = 0.05
ASKED_A_TICK = 10
KILL_EVERY_S = (0.6, 1.4)


@dataclass
class Figures:
    runs: int
    lost: int
    doubled: int
    stuck: int
    kills: int
    kills_at_work: int
    database_kills: int
    requeued_after_wipe_s: float
    poison_attempts: int
    hang_attempts: int
    seconds: float

    def __post_init__(self) -> None:
        self.complaints: list[str] = []

    def line(self) -> str:
        told = ((f.name, getattr(self, f.name)) for f in fields(self))
        return " ".join(f"{name}={round(value, 1) if isinstance(value, float) else value}" for name, value in told)


class Trial:
    def __init__(self, installation: Installation, ledger: Ledger, *, runs: int, kills: int) -> None:
        self.installation, self.ledger, self.runs, self.kills = installation, ledger, runs, kills
        self.began = time.monotonic()
        self.next_kill_at = self.began + 2
        self.requeued_after_s: float | None = None
        self.database_kills = 0

    def go(self) -> Figures:
        with self.ledger.at_site():
            poison = self.ledger.ask_for("poison", mode="die")
            hang = self.ledger.ask_for("hang", mode="hang")
            self._work_off()
            return self._reckon(poison, hang)

    def _work_off(self) -> None:
        is_done = False
        while not is_done and time.monotonic() - self.began < PATIENCE_S:
            try:
                is_done = self._step()
            except Error:
                connection.close()  # the database was killed: so it goes for everybody who works with it

    def _step(self) -> bool:
        """Half of the work with its nudges, then without them; three quarters with a database, then with another."""
        self._tick()
        if len(self.ledger.asked) < self.runs:
            self.ledger.ask(min(ASKED_A_TICK, self.runs - len(self.ledger.asked)))
        elif self.requeued_after_s is None and self.ledger.done() >= self.runs // 2:
            self.requeued_after_s = self._wipe()
        elif not self.database_kills and self.ledger.done() >= 3 * self.runs // 4:
            self.database_kills += 1
            self.installation.kill_database()
        return self.database_kills > 0 and self.installation.kills >= self.kills and not self.ledger.unfinished()

    def _tick(self) -> None:
        time.sleep(TICK_S)
        self.installation.tend()
        for_the_wipe = len(WORKERS) if self.requeued_after_s is None else 0
        is_time = self.installation.kills < self.kills - for_the_wipe and time.monotonic() >= self.next_kill_at
        if is_time and self.installation.kill_any(self.ledger.busy_workers()):
            self.next_kill_at = time.monotonic() + random.uniform(*KILL_EVERY_S)

    def _wipe(self) -> float:
        """Until every lane that had work waiting is at it again. Everything that could tell a lane is out of the way: a
        living worker would at the end of its turn, and one that starts would for the runs its namesake left."""
        self.installation.kill_all(self.ledger.busy_workers())
        self.ledger.take_back_all()
        waiting = self.ledger.waiting_by_lane()
        self.installation.wipe_queues()
        wiped_at = timezone.now()
        while None in (firsts := [self.ledger.first_started(pks, wiped_at) for pks in waiting.values()]):
            self._tick()
            if (timezone.now() - wiped_at).total_seconds() > 2 * REQUEUED_WITHIN_S:
                return 2 * REQUEUED_WITHIN_S
        return max(((first - wiped_at).total_seconds() for first in firsts if first), default=0.0)

    # --- the reckoning ------------------------------------------------------------------------------------------------

    def _reckon(self, poison: Run, hang: Run) -> Figures:
        poison_is_dead = self.ledger.died_properly(poison, RunError.WORKER_LOST)
        hang_is_dead = self.ledger.died_properly(hang, RunError.TIMED_OUT, RunError.WORKER_LOST)  # killed at random too
        figures = Figures(
            runs=len(self.ledger.asked),
            lost=self.ledger.lost(),
            doubled=self.ledger.doubled(),
            stuck=self.ledger.unfinished(),
            kills=self.installation.kills,
            kills_at_work=self.installation.kills_at_work,
            database_kills=self.database_kills,
            requeued_after_wipe_s=self.requeued_after_s or 0.0,
            poison_attempts=poison.attempts,
            hang_attempts=hang.attempts,
            seconds=time.monotonic() - self.began,
        )
        wrong = {
            "not every run was asked for": figures.runs != self.runs,
            "runs were lost, done twice or left": bool(figures.lost or figures.doubled or figures.stuck),
            "too few kills": figures.kills < self.kills,
            "the database was not killed in time": not figures.database_kills,
            "the queue was not wiped in time": self.requeued_after_s is None,
            "waiting work was not taken up again": figures.requeued_after_wipe_s > REQUEUED_WITHIN_S,
            f"poison: {poison.state} {poison.error}": not poison_is_dead or poison.attempts != MAX_ATTEMPTS,
            f"hang: {hang.state} {hang.error}": not hang_is_dead or hang.attempts != MAX_ATTEMPTS,
        }
        figures.complaints = [words for words, is_so in wrong.items() if is_so]
        return figures
