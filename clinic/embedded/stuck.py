"""Finds workers that live but no longer beat.

A worker's own watch is a thread: computation that never lets go of the interpreter stops it too, and then nobody but
the process above can end the run.
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

LOOK_EVERY_SECONDS = 5.0
# This machine's only: elsewhere the same process id is somebody else.
SILENT = "SELECT name, pid FROM clinic_workerbeat WHERE host = %s AND at < now() - interval '45 seconds'"

Beat = tuple[str, int]


@dataclass
class StuckWorkers:
    dsn: str
    end: Callable[[str, int], None]
    suspected: set[Beat] = field(default_factory=set)
    next_look: float = 0.0

    def look(self) -> None:
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + LOOK_EVERY_SECONDS
        silent = self._silent()
        for name, process_id in silent & self.suspected:  # twice: while the database was away all of them were silent
            self.end(name.partition("@")[0], process_id)
        self.suspected = silent

    def _silent(self) -> set[Beat]:
        try:
            with psycopg.connect(self.dsn, connect_timeout=2) as connection:
                return {(name, process_id) for name, process_id in connection.execute(SILENT, [socket.gethostname()])}
        except psycopg.Error:
            return set()  # no database, no verdict
