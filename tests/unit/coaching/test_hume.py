"""The adapter of Hume against a server on this machine: whatever comes of a job, it is deleted there."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from coaching import hume
from coaching.hume import Expressed, Hume

JOB = "9a1b-job"
EMOTIONS = [{"name": "Calmness", "score": 0.8}, {"name": "Doubt", "score": 0.2}]
PREDICTIONS = [
    {"results": {"predictions": [{"models": {"prosody": {"grouped_predictions": [{"predictions": [
        {"emotions": EMOTIONS}]}]}}}]}}
]  # fmt: skip


class Service:
    """Keeps what was sent until it is told to delete it."""

    def __init__(self, **says: Any) -> None:
        well: dict[str, Any] = {"job": {"job_id": JOB}, "state": {"state": {"status": "COMPLETED"}},
                                "predictions": PREDICTIONS, "deleting": 204}  # fmt: skip
        self.says = well | says
        self.kept: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        self.asked.append((method, path))
        if method == "POST":
            self.kept[JOB] = body
            return 200, self.says["job"]
        if method == "DELETE":
            if self.says["deleting"] < 300:
                del self.kept[path.rpartition("/")[2]]
            return self.says["deleting"], {}
        found = self.says["predictions" if path.endswith("/predictions") else "state"]
        return (found, {}) if isinstance(found, int) else (200, found)


@contextmanager
def asked(service: Service) -> Iterator[Hume]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            assert self.headers["x-hume-api-key"] == "a key"
            status, told = service.answer(self.command, self.path, sent)
            body = json.dumps(told).encode() if status != 204 else b""
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _do

        def log_message(self, *parts: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Hume(f"http://127.0.0.1:{server.server_address[1]}", "a key")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hume, "PATIENCE_S", 0.3)
    monkeypatch.setattr(hume, "LOOK_EVERY_S", 0.05)


def test_job_when_it_was_used_then_deleted_there():
    service = Service()
    with asked(service) as adapter:
        told = adapter.expression(b"RIFF voice")

    assert [one["name"] for one in told.names] == ["Calmness", "Doubt"]
    assert (told.failure, told.is_left_there, service.kept) == ("", False, {})
    assert service.asked[-1] == ("DELETE", f"/v0/batch/jobs/{JOB}")


@pytest.mark.parametrize(
    ("says", "failure"),
    [
        ({"state": {"state": {"status": "FAILED"}}}, "refused"),
        ({"state": {"state": {"status": "IN_PROGRESS"}}}, "timeout"),
        ({"state": {}}, "garbage"),
        ({"state": 500}, "connection"),
        ({"predictions": [{"results": "none"}]}, "garbage"),
        ({"predictions": 503}, "connection"),
    ],
)
def test_job_when_it_came_to_nothing_then_deleted_all_the_same(says, failure):
    service = Service(**says)
    with asked(service) as adapter:
        told = adapter.expression(b"RIFF voice")

    assert told == Expressed(failure=failure) and service.kept == {}


@pytest.mark.parametrize("status", [404, 405, 500])
def test_job_when_it_is_not_deleted_there_then_told_as_left(status):
    service = Service(deleting=status)
    with asked(service) as adapter:
        told = adapter.expression(b"RIFF voice")

    assert told.names and told.is_left_there and service.kept


@pytest.mark.parametrize("job", [{}, [], {"job_id": 3}, {"job_id": "../../other"}])
def test_job_without_an_id_then_nothing_else_is_asked_and_it_counts_as_left(job):
    service = Service(job=job)
    with asked(service) as adapter:
        told = adapter.expression(b"RIFF voice")

    assert (told.failure, told.is_left_there) == ("garbage", True)
    assert [method for method, _path in service.asked] == ["POST"]


def test_service_that_nobody_reaches_has_nothing():
    with asked(Service()) as adapter:
        gone = Hume(adapter.url, adapter.key)

    assert gone.expression(b"RIFF voice") == Expressed(failure="unreachable")
