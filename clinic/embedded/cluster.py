"""The data folder of the embedded server and the command line it runs with."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from clinic.embedded import leash
from clinic.embedded.account import Account
from clinic.embedded.home import check_space, make_private
from clinic.embedded.unavailable import Unavailable

# Nothing of ours goes in: the server's user is not to see our secrets, and PGPORT and its like would change it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
LOG_MAX_BYTES = 10_000_000
PROBLEM_MARKS = ("FATAL:", "PANIC:", "error:")
DRAFT = ".draft-pg-"
NO_REASONS = (
    "the database system is",  # starting up, shutting down: the answer to our own knocking
    "unexpected postmaster exit",  # the last words of a killed server's backends, among those of the new one
)

# On the command line, so that no file can turn them off: durable, reachable by nobody else, silent about values.
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_statement": "none",
    "log_min_messages": "log",  # an error quotes the value it stumbled over, and that may be a name
    "log_min_error_statement": "panic",  # and its statement would be logged too
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

# For data that lives as long as a test run.
THROWAWAY = {"fsync": "off", "full_page_writes": "off"}


def server_command(programs: Path, data: Path, socket: Path, home: Path, *, is_throwaway: bool) -> list[str]:
    rules = home / "pg_hba.conf"  # not in the data folder: what root writes must not lie where another user may link
    rules.write_text("local all all scram-sha-256\n")
    rules.chmod(0o644)
    settings = {**SETTINGS, **(THROWAWAY if is_throwaway else {}), "hba_file": str(rules)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(data), "-k", str(socket), *options]


def create(data: Path, socket: Path, programs: Path, who: Account, password: str, *, is_throwaway: bool) -> None:
    """Made aside and moved into place when whole: a start that was killed in the middle leaves no half database."""
    check_space(data.parent)
    for left_behind in data.parent.glob(f"{DRAFT}*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    draft = data.with_name(f"{DRAFT}{os.getpid()}")  # a name of its own: what was killed may still write into the old
    make_private(draft, who)
    word = _hand_over(socket / "first", who, password)
    try:
        _initdb(draft, programs, who, word, ["--no-sync", "--wal-segsize=1"] if is_throwaway else [])
    finally:
        word.unlink()
    draft.rename(data)


def _hand_over(path: Path, who: Account, password: str) -> Path:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchown(handle, who.uid, who.gid)
        file.write(password)
    return path


def _initdb(data: Path, programs: Path, who: Account, password_file: Path, extra: list[str]) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        f"--pwfile={password_file}",
        "--encoding=UTF8",
    ]
    login = ["--auth-local=scram-sha-256", "--auth-host=reject"]
    # Built in, so the machine needs no language of its own, and text sorts the same everywhere.
    language = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    process = leash.spawn(
        [*command, *login, *language, *extra],
        death_signal=signal.SIGKILL,
        cwd="/",
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **who.process_arguments(),
    )
    _, words = process.communicate()
    if process.returncode:
        raise Unavailable(f"the database could not be made: {_last_problem(words.decode(errors='replace'))}")


def end(data: Path, programs: Path, who: Account) -> None:
    command = [str(programs / "pg_ctl"), "stop", "-D", str(data), "-m", "fast", "-w", "-t", "20"]
    subprocess.run(command, cwd="/", env=ENVIRONMENT, capture_output=True, check=False, **who.process_arguments())


def keep_log_short(log: Path) -> None:
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_MAX_BYTES:
            log.replace(log.with_suffix(".log.1"))


def why_not_started(home: Path, log: Path, said_before: int) -> str:
    check_space(home)  # the usual reason, and then the log may be cut off
    words = log.read_bytes()[said_before:].decode(errors="replace")
    return f"PostgreSQL did not start: {_last_problem(words)} (all of it: {log})"


def is_held_by_an_old_server(why: str) -> bool:
    return "pre-existing shared memory block" in why or "postmaster.pid" in why


def _last_problem(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    problems = [line for line in lines if _any_in(PROBLEM_MARKS, line) and not _any_in(NO_REASONS, line)]
    return (problems or lines or ["it gave no reason"])[-1]


def _any_in(parts: tuple[str, ...], line: str) -> bool:
    return any(part in line for part in parts)
