"""A private installation that may be broken: its own database server, real worker processes, a scheduler, no web."""

import os
import random
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from clinic.embedded.crew import Crew, Member, run_to_end
from clinic.embedded.home import default_home, make_home
from clinic.embedded.plan import Plan, manage
from clinic.embedded.postgres import Embedded
from clinic.storage.local import LocalObjectStore

Workers = Mapping[str, tuple[str, ...]]
WORKERS: Workers = {
    "alder": ("cpu",),
    "birch": ("cpu", "io"),
    "cedar": ("cpu", "cpu_batch"),
    "maple": ("cpu_batch",),
}
CHECK_LIMIT_S = 5  # so that a hanging run is dead after seconds, not minutes


@contextmanager
def installation(workers: Workers = WORKERS) -> Iterator["Installation"]:
    """This process's environment names the new home, so that its Django and the workers' see one database."""
    home = default_home() / f"faults-{os.getpid()}"
    make_home(home)
    LocalObjectStore.prepare(home / "files")
    os.environ |= {"ROUNDS_HOME": str(home), "ROUNDS_MODE": "demo", "ROUNDS_LOG_LEVEL": "ERROR",
                   "ROUNDS_CHECK_LIMIT_SECONDS": str(CHECK_LIMIT_S)}  # fmt: skip
    try:
        with Embedded(home).running() as server:
            yield from _brought_up(Installation(home, server, workers))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _brought_up(installation: "Installation") -> Iterator["Installation"]:
    run_to_end(manage("migrate", "--database=owner", "-v0"), installation.crew.environment)
    try:
        yield installation
    finally:
        installation.crew.stop()


class Installation:
    def __init__(self, home: Path, server: Embedded, workers: Workers) -> None:
        plan = Plan(home=home, workers=dict(workers))
        commands = {name: command for name, command in plan.commands().items() if name != "web"}
        self.home, self.server, self.crew = home, server, Crew(commands, plan.environment())
        self.names = frozenset(workers)
        self.kills = self.kills_at_work = 0

    @property
    def workers(self) -> list[Member]:
        return [member for member in self.crew.members if member.name in self.names]

    def kill_any(self, busy: set[str]) -> bool:
        """Whichever it is, idle or at work; not one that is dead already."""
        living = [member for member in self.workers if member.process and member.exit_code is None]
        if not living:
            return False
        self.kill(random.choice(living), busy)
        return True

    def kill_all(self, busy: set[str]) -> None:
        for member in self.workers:
            if member.process and member.exit_code is None:
                self.kill(member, busy)

    def kill(self, member: Member, busy: set[str]) -> None:
        assert member.process is not None
        os.kill(member.process.pid, signal.SIGKILL)
        member.process.wait()
        self.kills += 1
        self.kills_at_work += member.name in busy

    def kill_database(self) -> None:
        assert self.server.process is not None
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()

    def tend(self) -> None:
        self.crew.tend()
        if self.server.is_gone:
            self.server.start()

    def wipe_queues(self) -> None:
        with psycopg.connect(self.server.dsn("rounds_queue")) as queue:
            rows = queue.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                                 " WHERE schemaname = 'pgmq' AND tablename LIKE 'q\\_%'").fetchall()  # fmt: skip
            queue.execute(f"TRUNCATE {', '.join(name for (name,) in rows)}".encode())
