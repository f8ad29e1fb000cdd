"""What containers are asked from outside."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from clinic.embedded import probe


class Answers(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/serving" else 404)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_serving_when_it_answers_then_zero_and_else_one(web, monkeypatch):
    assert probe.main(["serving", str(web.server_port)]) == 0

    monkeypatch.setattr(Answers, "status", 503)
    assert probe.main(["serving", str(web.server_port)]) == 1


def test_serving_when_nobody_listens_then_one():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert probe.main(["serving", str(port)]) == 1


def test_beating_when_there_is_no_database_then_no_verdict(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://rounds_app:x@127.0.0.1:1/rounds")

    assert probe.main(["beating"]) == 0


def test_probe_when_asked_something_else_then_says_what_is_meant(capsys):
    assert probe.main(["sleeping"]) == 2
    assert "beating [NAME]" in capsys.readouterr().err
