"""Start, stop, and everything that may come in between."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from clinic.embedded.account import account
from clinic.embedded.postgres import Embedded, Unavailable
from tests.unit.embedded.conftest import as_root, throwaway

HOLD = """
import sys, time
from pathlib import Path
from clinic.embedded.postgres import Embedded
with Embedded(Path(sys.argv[1]), is_throwaway=True).running() as embedded:
    print(embedded.process.pid if embedded.process else 0, flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(home: Path, seconds: float = 60) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", HOLD, str(home), str(seconds)], stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline())


def has_ended(process_id: int, within_seconds: float = 10) -> bool:
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def count(embedded: Embedded) -> int:
    with psycopg.connect(embedded.dsn("rounds_app")) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    return int(row[0]) if row else -1


def keep_a_row(embedded: Embedded) -> None:
    with psycopg.connect(embedded.dsn("rounds_owner")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept ()")
        connection.execute("INSERT INTO kept DEFAULT VALUES")


def test_dsn_when_asked_before_any_start_then_starts_nothing(empty_home: Path) -> None:
    embedded = Embedded(empty_home)

    assert "user=rounds_app" in embedded.dsn("rounds_app")
    assert [place.name for place in empty_home.iterdir()] == ["database.json"]
    assert stat.S_IMODE((empty_home / "database.json").stat().st_mode) == 0o600


def test_passwords_when_asked_by_two_then_the_same_and_safe_without_quotes(empty_home: Path) -> None:
    first, second = Embedded(empty_home).passwords, Embedded(empty_home).passwords

    assert first == second
    assert len(set(first.values())) == 4
    assert all(word.replace("-", "").replace("_", "").isalnum() for word in first.values())


def test_secret_when_asked_again_then_the_same_and_private(empty_home: Path) -> None:
    assert Embedded(empty_home).secret("django") == Embedded(empty_home).secret("django")
    assert stat.S_IMODE((empty_home / "django.secret").stat().st_mode) == 0o600


def test_start_when_second_then_data_is_kept_and_modes_are_private(home: Path) -> None:
    with throwaway(home).running() as embedded:
        keep_a_row(embedded)
    with throwaway(home).running() as embedded:
        assert count(embedded) == 1

    for name in ("pg", "run"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o700
        assert (home / name).stat().st_uid == account().uid
    assert stat.S_IMODE((home / "pg.log").stat().st_mode) == 0o600


def test_running_when_joined_then_the_guest_does_not_stop_it(home: Path) -> None:
    with throwaway(home).running() as first:
        with throwaway(home).running() as guest:
            assert guest.process is None
        keep_a_row(first)
        assert count(first) == 1


def test_running_when_four_start_at_once_then_one_server(empty_home: Path) -> None:
    starters = [holder(empty_home, 2) for _ in range(4)]

    servers = [said(starter) for starter in starters]

    assert sum(1 for process_id in servers if process_id) == 1
    assert [starter.wait(20) for starter in starters] == [0] * 4


def test_server_when_its_parent_is_killed_then_ends_and_the_next_start_works(home: Path) -> None:
    parent = holder(home)
    server = said(parent)

    parent.kill()
    parent.wait()

    with throwaway(home).running() as embedded:
        assert embedded.process is not None
        keep_a_row(embedded)
    assert has_ended(server)


def test_server_when_killed_then_comes_back_with_its_data(home: Path) -> None:
    with throwaway(home).running() as embedded:
        keep_a_row(embedded)
        assert embedded.process
        os.kill(embedded.process.pid, signal.SIGKILL)
        embedded.process.wait()

        assert embedded.is_gone
        embedded.start()

        assert count(embedded) == 1


def test_server_and_parent_when_both_killed_then_the_next_start_works(home: Path) -> None:
    parent = holder(home)
    server = said(parent)
    os.kill(server, signal.SIGKILL)
    parent.kill()
    parent.wait()

    with throwaway(home).running() as embedded:
        keep_a_row(embedded)
        assert count(embedded) == 1


def test_first_start_when_cut_off_then_the_next_makes_it_whole(empty_home: Path) -> None:
    parent = holder(empty_home)
    while not list(empty_home.glob(".draft-pg-*/base")):
        time.sleep(0.005)
    parent.kill()
    parent.wait()

    with throwaway(empty_home).running() as embedded:
        keep_a_row(embedded)
    assert list(empty_home.glob(".draft-*")) == []


def test_start_when_data_is_damaged_then_one_line_and_no_process_left(home: Path) -> None:
    with throwaway(home).running():
        pass
    (home / "pg" / "global" / "pg_control").unlink()
    embedded = Embedded(home)

    with pytest.raises(Unavailable, match="pg_control") as problem, embedded.running():
        pass

    assert "\n" not in str(problem.value)
    assert embedded.process is None


@pytest.mark.parametrize("name", ["with a space", "x" * 120, "señal'"])
def test_start_when_the_path_suits_no_socket_then_a_private_folder_elsewhere(empty_home: Path, name: str) -> None:
    with throwaway(empty_home / name).running() as embedded:
        keep_a_row(embedded)

        assert embedded.socket.parent != empty_home / name
        assert stat.S_IMODE(embedded.socket.stat().st_mode) == 0o700
    embedded.socket.rmdir()


def test_dsn_when_the_folder_elsewhere_is_not_ours_then_refused(empty_home: Path) -> None:
    embedded = Embedded(empty_home / "with a space")
    folder = Embedded(empty_home / "with a space").socket
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        account()  # the service user has to be known for the comparison

    with pytest.raises(Unavailable, match="not a private folder"):
        embedded.dsn("rounds_app")
    folder.rmdir()


@pytest.mark.parametrize("place", ["/proc/rounds", "/dev/null/rounds"])
def test_start_when_home_cannot_be_made_then_one_line(place: str) -> None:
    with pytest.raises(Unavailable, match="set ROUNDS_HOME"), Embedded(Path(place)).running():
        pass


@as_root
def test_start_when_home_is_closed_to_the_service_user_then_says_so_and_opens_nothing(empty_home: Path) -> None:
    closed = empty_home / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(Unavailable, match="is closed to rounds-db"), Embedded(closed / "inner").running():
        pass

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_start_when_the_passwords_are_not_those_of_the_data_then_one_line(home: Path) -> None:
    """The file is the only key: whoever loses it is told, not let in."""
    with throwaway(home).running():
        pass
    path = home / "database.json"
    path.write_text(json.dumps(dict.fromkeys(json.loads(path.read_text()), "other")))

    with pytest.raises(Unavailable, match="not those of its database"), throwaway(home).running():
        pass
