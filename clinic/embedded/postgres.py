"""PostgreSQL 18 as a child of this process: nothing to install, nobody to trust, nothing left when we end."""

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from clinic.embedded import cluster, leash, preparation
from clinic.embedded.account import Account, account, known_account
from clinic.embedded.binaries import binaries
from clinic.embedded.home import check_private, check_reachable, default_home, make_home, make_private, socket_folder
from clinic.embedded.lock import Lock
from clinic.embedded.secret_files import read_or_make
from clinic.embedded.unavailable import Unavailable

__all__ = ["Embedded", "Unavailable", "default_home"]

SUPERUSER = "postgres"
READY = "ready"
OLD_SERVER_SECONDS = 15.0


class Embedded:
    """One server with its data in `home`. Asking where it is starts nothing; `running()` does."""

    def __init__(self, home: Path, database: str = "rounds", *, is_throwaway: bool = False) -> None:
        """`is_throwaway`: for tests, whose data need not outlive a power cut."""
        self.home, self.database, self.is_throwaway = home, database, is_throwaway
        self.data, self.log = home / "pg", home / "pg.log"
        self.process: subprocess.Popen[bytes] | None = None

    # --- for settings: cheap, and right before the server runs ------------------------------------------------------
    @cached_property
    def socket(self) -> Path:
        folder, known = socket_folder(self.home), known_account()
        if folder.parent != self.home and known and folder.exists():
            check_private(folder, known)  # we are about to send a password into it
        return folder

    @cached_property
    def passwords(self) -> dict[str, str]:
        """Url-safe ones: the queue's client joins its connection string without quotes."""
        roles = (SUPERUSER, *preparation.ROLES)
        made = {role: secrets.token_urlsafe(24) for role in roles}
        kept: dict[str, str] = json.loads(read_or_make(self.home / "database.json", lambda: json.dumps(made)))
        return kept

    def secret(self, name: str) -> str:
        """A secret of this installation, made at the first call."""
        return read_or_make(self.home / f"{name}.secret", lambda: secrets.token_urlsafe(64))

    def connection(self, role: str, database: str | None = None) -> dict[str, str]:
        return {
            "host": str(self.socket),
            "port": "5432",  # said, because PGPORT in the environment would be asked otherwise
            "user": role,
            "password": self.passwords[role],
            "dbname": database or self.database,
        }

    def dsn(self, role: str, database: str | None = None) -> str:
        return make_conninfo("", **self.connection(role, database))

    # --- start and stop ---------------------------------------------------------------------------------------------
    @contextmanager
    def running(self, wait_seconds: float = 30) -> Iterator["Embedded"]:
        """Start it, or use the one another of our processes has started. Whoever started it stops it."""
        make_home(self.home)
        lock = Lock(self.home / "pg.lock")
        if not self._own_or_join(lock, time.monotonic() + wait_seconds):
            yield self
            return
        try:
            self.start()
            lock.say(READY)
            yield self
        finally:
            self.stop()
            lock.release()

    def _own_or_join(self, lock: Lock, until: float) -> bool:
        while not lock.acquire():
            if lock.read() == READY:
                return False
            if time.monotonic() > until:
                raise Unavailable(f"another process holds the database in {self.home}, but it does not get ready")
            time.sleep(0.05)
        return True

    def start(self) -> None:
        who = self._prepare_folders()
        if not self.data.exists():
            self._create(who)
        if self._is_answering():  # we hold the lock: left by a killed run, where children outlive it
            cluster.end(self.data, binaries(self.home, who), who)
        cluster.keep_log_short(self.log)
        self._start_server(who)
        preparation.prepare(self.dsn(SUPERUSER, "postgres"), self.database, self.passwords)

    def _create(self, who: Account) -> None:
        cluster.create(
            self.data,
            self.socket,
            binaries(self.home, who),
            who,
            self.passwords[SUPERUSER],
            is_throwaway=self.is_throwaway,
        )

    @property
    def is_gone(self) -> bool:
        """The system may end it for memory. Started again, everything else finds it by itself."""
        return self.process is not None and self.process.poll() is not None

    def _prepare_folders(self) -> Account:
        who = account()
        make_home(self.home)
        check_reachable(self.home, who)
        make_private(self.socket, who)
        if self.data.exists():
            check_private(self.data, who)
        return who

    def _start_server(self, who: Account) -> None:
        """After a kill -9 the old backends hold the shared memory for about a second: then try again."""
        until = time.monotonic() + OLD_SERVER_SECONDS
        while True:
            said_before = self.log.stat().st_size if self.log.exists() else 0
            self._spawn(who)
            if self._gets_ready():
                return
            why = cluster.why_not_started(self.home, self.log, said_before)
            if time.monotonic() > until or not cluster.is_held_by_an_old_server(why):
                raise Unavailable(why)
            time.sleep(0.3)

    def _spawn(self, who: Account) -> None:
        command = cluster.server_command(
            binaries(self.home, who), self.data, self.socket, self.home, is_throwaway=self.is_throwaway
        )
        with open(self.log, "ab", opener=_private) as log:
            self.process = leash.spawn(
                command,
                death_signal=signal.SIGINT,  # a fast shutdown
                stdout=log,
                stderr=log,
                cwd="/",
                env=cluster.ENVIRONMENT,
                **who.process_arguments(),
            )

    def _gets_ready(self, patience_seconds: float = 60) -> bool:
        until = time.monotonic() + patience_seconds
        while self.process and self.process.poll() is None and time.monotonic() < until:
            if self._is_answering():
                return True
            time.sleep(0.03)
        return False

    def _is_answering(self) -> bool:
        try:
            psycopg.connect(self.dsn(SUPERUSER, "postgres"), connect_timeout=2).close()
            return True
        except psycopg.OperationalError as why:
            if "password authentication failed" in str(why):
                raise Unavailable(f"the passwords in {self.home}/database.json are not those of its database") from None
            return False

    def stop(self) -> None:
        """Politely, then less so: roll back and leave; drop everything; be gone."""
        for number, patience_seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if self.process is None or self.process.poll() is not None:
                break
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.kill(self.process.pid, number)
                self.process.wait(patience_seconds)
        self.process = None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
