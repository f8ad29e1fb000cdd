"""What make run would start, and what it asks before."""

import socket
from pathlib import Path

import pytest

from clinic.embedded import preflight
from clinic.embedded.home import check_space
from clinic.embedded.lock import Lock
from clinic.embedded.plan import WORKERS, Plan, plan_from_environment, read_workers
from clinic.embedded.supervise import port_number
from clinic.embedded.unavailable import Unavailable
from clinic.lanes import BATCH_LANES, LANES


def test_workers_when_default_then_every_lane_is_served_once_and_batch_apart() -> None:
    served = [lane for lanes in WORKERS.values() for lane in lanes]

    assert sorted(served) == sorted(LANES)
    for lanes in WORKERS.values():
        assert set(lanes) <= set(BATCH_LANES) or not set(lanes) & set(BATCH_LANES)


def test_workers_when_named_in_the_environment_then_replace_the_table() -> None:
    assert read_workers("a=io,cpu  b=llm_batch") == {"a": ("io", "cpu"), "b": ("llm_batch",)}


@pytest.mark.parametrize("words", ["a", "a=", "a=io,gpu"])
def test_workers_when_a_lane_is_unknown_then_one_line(words: str) -> None:
    with pytest.raises(Unavailable, match="ROUNDS_WORKERS"):
        read_workers(words)


@pytest.mark.parametrize(
    ("variables", "needs_embedded"),
    [
        ({}, True),
        ({"DATABASE_URL": "postgresql://x"}, True),
        ({"CELERY_BROKER_URL": "redis://x"}, True),
        ({"DATABASE_URL": "postgresql://x", "CELERY_BROKER_URL": "redis://x"}, False),
    ],
)
def test_plan_when_parts_are_replaced_then_embedded_only_where_something_needs_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], needs_embedded: bool
) -> None:
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert plan_from_environment("127.0.0.1", 8000).needs_embedded is needs_embedded


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
)
def test_address_when_printed_then_can_be_opened(host: str, address: str) -> None:
    assert Plan(host=host).address == address


def test_port_when_taken_then_one_line_names_another(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Unavailable, match=f"port {port} is taken: make run PORT="):
            preflight.check_port(Plan(port=port, home=home), after_a_killed_run=False)


def test_host_when_not_of_this_machine_then_one_line() -> None:
    with pytest.raises(Unavailable, match="no address of this machine"):
        preflight.check_port(Plan(host="192.0.2.1", port=0), after_a_killed_run=False)


@pytest.mark.parametrize("words", ["0", "65536", "eight", "-1", "٣٣"])
def test_port_when_no_number_of_a_port_then_one_line(words: str) -> None:
    with pytest.raises(Unavailable, match="PORT is"):
        port_number(words)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_python_when_not_supported_then_one_line(version: tuple[int, int]) -> None:
    with pytest.raises(Unavailable, match=r"3\.11, 3\.12 or 3\.13 is needed"):
        preflight.check_python(version)


def test_space_when_short_then_one_line(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 120_000_000}))

    with pytest.raises(Unavailable, match="only 120 MB are free"):
        check_space(empty_home)


def test_lock_when_held_then_the_second_learns_where_it_runs(empty_home: Path) -> None:
    plan = Plan(home=empty_home, port=8321)
    lock = preflight.take_lock(plan)
    lock.say(plan.address)

    with pytest.raises(Unavailable, match=r"already running here: http://127\.0\.0\.1:8321"):
        preflight.take_lock(plan)

    lock.release()
    preflight.take_lock(plan).release()


def test_lock_when_its_holder_was_killed_then_it_is_free_and_tells_so(empty_home: Path) -> None:
    (empty_home / "run.lock").write_text("http://127.0.0.1:8321")

    lock = Lock(empty_home / "run.lock")

    assert lock.acquire()
    assert lock.left_behind == "http://127.0.0.1:8321"
    lock.release()
    assert lock.read() == ""
