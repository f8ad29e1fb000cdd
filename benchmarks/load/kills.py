"""Workers killed while people work, as `make faults` kills them: at once and without a word, at work if possible."""

import os
import signal
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.load import processes

WAIT_FOR_WORK_S, LOOK_EVERY_S = 20.0, 0.02


@dataclass
class Killer:
    """`times` of them, spread evenly over `seconds`; the supervisor brings each back."""

    root: int
    times: int
    seconds: float
    killed: list[str] = field(default_factory=list)
    killed_at: list[datetime] = field(default_factory=list)
    at_work: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()

    def _go(self) -> None:
        from django.db import connection

        try:
            for _ in range(self.times):
                if self.ended.wait(self.seconds / (self.times + 1)):
                    return
                self._kill_one()
        finally:
            connection.close()

    def _kill_one(self) -> None:
        """One at work, of those the one that was killed least; nobody at work for long: any."""
        for _ in range(int(WAIT_FOR_WORK_S / LOOK_EVERY_S)):
            if self._kill_of(busy()) or self.ended.wait(LOOK_EVERY_S):
                self.at_work += not self.ended.is_set()
                return
        self._kill_of(set(processes.workers(self.root)))

    def _kill_of(self, names: set[str]) -> bool:
        living = processes.workers(self.root) if names else {}
        found = sorted(names & set(living), key=self.killed.count)
        if not found:
            return False
        os.kill(living[found[0]], signal.SIGKILL)
        self.killed.append(found[0])
        self.killed_at.append(datetime.now(UTC))
        return True


def busy() -> set[str]:
    """With work that somebody waits for: that is what may not be lost."""
    from clinic.authorization.scope import machinery
    from clinic.lanes import INTERACTIVE_LANES
    from clinic.models import Run, RunState

    at_work = Run.objects.filter(state=RunState.RUNNING, lane__in=INTERACTIVE_LANES)
    with machinery():
        working = list(at_work.values_list("worker", flat=True))
    return {name.partition("@")[0] for name in working}
