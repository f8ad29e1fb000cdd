"""The process tree: ready, stopped, killed, started twice. With a small house in place of the real one."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.embedded.test_crew import is_alive, wait_until

HOUSE = Path(__file__).with_name("house.py")
CHECKOUT = Path(__file__).resolve().parents[3]
KEYS = "one:" + base64.b64encode(bytes(range(32))).decode()


class Run:
    def __init__(self, home: Path, port: int, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HOUSE), "--port", str(port)],
            env={**os.environ, "ROUNDS_HOME": str(home), "PYTHONPATH": str(CHECKOUT), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def wait_for(self, words: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"never said {words!r}: {''.join(self.said)}")

    def worker(self) -> int:
        return int(self.wait_for("worker ").split()[1])

    def end(self) -> tuple[int, str]:
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, "".join(self.said) + rest


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(home: Path, port: int) -> Iterator[Run]:
    one = Run(home, port)
    yield one
    if one.process.poll() is None:
        one.process.terminate()
        one.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_when_signalled_twice_then_stops_in_order_and_leaves_nothing(run: Run, number: signal.Signals) -> None:
    worker = run.worker()
    run.wait_for("ready in")

    run.process.send_signal(number)
    time.sleep(0.05)
    run.process.send_signal(signal.SIGINT)
    code, said = run.end()

    assert code == 0
    assert said.rstrip().endswith("rounds: stopped")
    assert "logins: ana@example.org" in said
    assert not is_alive(worker)


def test_run_when_a_worker_is_killed_then_a_new_one_comes(run: Run) -> None:
    worker = run.worker()
    run.wait_for("ready in")

    os.kill(worker, signal.SIGKILL)

    run.wait_for("batch ended with SIGKILL: starting it again")
    assert run.worker() != worker


def test_run_when_started_twice_then_the_second_says_where_the_first_is(run: Run, home: Path, port: int) -> None:
    run.wait_for("ready in")

    code, said = Run(home, port + 1).end()

    assert code == 1
    assert f"already running here: http://127.0.0.1:{port}" in said
    assert said.count("\n") == 1


def test_run_when_killed_then_everything_ends_and_the_next_start_just_works(run: Run, home: Path, port: int) -> None:
    worker = run.worker()
    run.wait_for("ready in")
    run.process.kill()
    run.process.wait()

    again = Run(home, port)
    again.wait_for("ready in")

    assert wait_until(lambda: not is_alive(worker))
    again.process.terminate()
    assert again.end()[0] == 0


def test_run_when_a_member_cannot_start_then_one_line_and_nothing_left(home: Path, port: int) -> None:
    code, said = Run(home, port, HOUSE_IS_BROKEN="1").end()

    assert code == 1
    assert "rounds: batch ended with exit code 7 while starting" in said
    assert "Traceback" not in said


def test_run_when_the_port_is_taken_then_one_line_and_nothing_started(home: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        code, said = Run(home, port).end()

    assert code == 1
    assert f"port {port} is taken" in said
    assert not (home / "run" / ".s.PGSQL.5432").exists()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (
            {"ROUNDS_MODE": "production"},
            ["ROUNDS_HOSTS", "ROUNDS_SECRET_KEY", "ROUNDS_MASTER_KEYS", "ROUNDS_SIGNING_KEYS"],
        ),
        ({"ROUNDS_MODE": "prod"}, ["ROUNDS_MODE"]),
        ({"ROUNDS_SECRET_KEY": "changeme"}, ["ROUNDS_SECRET_KEY"]),
        ({"ROUNDS_MASTER_KEYS": "one:" + "changeme" * 5}, ["ROUNDS_MASTER_KEYS"]),
        ({"ROUNDS_MASTER_KEYS": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN"}, ["ROUNDS_MASTER_KEYS"]),
        ({"ROUNDS_SIGNING_KEYS": "one:" + "changeme" * 5}, ["ROUNDS_SIGNING_KEYS"]),
        ({"ROUNDS_SIGNING_KEYS": KEYS, "ROUNDS_MASTER_KEYS": KEYS}, ["ROUNDS_SIGNING_KEYS"]),
        ({"ROUNDS_LEASE_SECONDS": "soon", "ROUNDS_TIME_ZONE": "Madrid"}, ["ROUNDS_LEASE_SECONDS", "ROUNDS_TIME_ZONE"]),
        ({"DATABASE_URL": "postgresql://rounds_app:x@db/rounds"}, ["DATABASE_OWNER_URL"]),
        ({"DATABASE_URL_FILE": "/nowhere"}, ["DATABASE_URL_FILE"]),
        ({"DATABASE_OWNER_URL": "postgresql://me:secret@db:port/rounds"}, ["DATABASE_OWNER_URL"]),
    ],
)
def test_run_when_the_settings_are_wrong_then_a_line_for_each_and_nothing_made(
    empty_home: Path, port: int, variables: dict[str, str], told: list[str]
) -> None:
    home = empty_home / "home"

    code, said = Run(home, port, **{"ROUNDS_MODE": "demo", **variables}).end()

    assert code == 2
    assert [line.split()[:2] for line in said.splitlines()] == [["rounds:", name] for name in told]
    assert "secret@" not in said
    assert not home.exists()


def test_run_when_the_files_are_away_then_one_line_and_nothing_made(home: Path, port: int) -> None:
    (home / "files").rename(home / "files.away")

    code, said = Run(home, port).end()

    assert code == 1
    assert "is its disk not mounted?" in said
    assert said.count("\n") == 1
    assert not (home / "files").exists()


def test_run_when_the_home_cannot_be_made_then_one_line() -> None:
    code, said = Run(Path("/proc/rounds"), 8999).end()

    assert code == 1
    assert "set ROUNDS_HOME to a folder of yours" in said
    assert "Traceback" not in said


def test_run_when_a_demo_then_members_speak_into_files(home: Path, port: int) -> None:
    one = Run(home, port, HOUSE_IS_DEMO="1")
    one.wait_for(f"logs in {home / 'log'}")
    one.process.terminate()

    _, said = one.end()

    assert "worker" not in said
    assert (home / "log" / "batch.log").read_text().startswith("worker ")


def test_run_when_a_demo_member_cannot_start_then_its_last_words_are_told(home: Path, port: int) -> None:
    _, said = Run(home, port, HOUSE_IS_DEMO="1", HOUSE_IS_BROKEN="1").end()

    assert "batch ended with exit code 7 while starting: no such lane (all of it:" in said
