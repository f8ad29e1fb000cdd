"""Finds workers that live but no longer beat.

A worker's own watch is a thread: computation that never lets go of the interpreter stops it too, and then nobody but
the process above can end the run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

LOOK_EVERY_SECONDS = 5.0
SILENT_AFTER = "45 seconds"
SILENT = f"SELECT pid FROM clinic_workerbeat WHERE at < now() - interval '{SILENT_AFTER}'"  # noqa: S608


@dataclass
class StuckWorkers:
    dsn: str
    end: Callable[[int], None]
    suspected: set[int] = field(default_factory=set)
    next_look: float = 0.0

    def look(self) -> None:
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + LOOK_EVERY_SECONDS
        silent = self._silent()
        for process_id in silent & self.suspected:  # twice: a database that was away makes all of them look silent once
            self.end(process_id)
        self.suspected = silent

    def _silent(self) -> set[int]:
        try:
            with psycopg.connect(self.dsn, connect_timeout=2) as connection:
                return {process_id for (process_id,) in connection.execute(SILENT)}
        except psycopg.Error:
            return set()  # no database, no verdict
