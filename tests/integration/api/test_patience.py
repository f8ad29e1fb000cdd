"""A thread of the web process is nobody's to hold."""

import socket
import threading
import time
from io import BytesIO
from typing import Any

from clinic import patience
from clinic.patience import PATIENCE_S, PatientBody, hang_up_on_the_slow, patient


class Line:
    """What the server reads a body from: blocks until the size asked for has come, or the line is cut."""

    def __init__(self) -> None:
        self.server, self.client = socket.socketpair()

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (piece := self.server.recv(size - len(data))):
            data += piece
        return data


def test_body_that_drips_is_cut_off_and_one_that_comes_is_not() -> None:
    line, found = Line(), []
    body = PatientBody(line, line.server)
    reader = threading.Thread(target=lambda: found.append(body.read(1000)))
    reader.start()
    line.client.sendall(b"drip")
    while not patience._waiting:
        time.sleep(0.01)

    hang_up_on_the_slow(time.monotonic() + PATIENCE_S - 1)
    reader.join(0.1)
    assert reader.is_alive()

    hang_up_on_the_slow(time.monotonic() + PATIENCE_S + 1)
    reader.join(5)
    assert found == [b"drip"]
    assert not patience._waiting


def test_body_is_read_whole_and_in_parts() -> None:
    data = bytes(range(256)) * 400
    line = Line()

    assert PatientBody(BytesIO(data), line.server).read(len(data)) == data
    assert PatientBody(BytesIO(data), line.server).read() == data
    assert PatientBody(BytesIO(data), line.server).read(5) == data[:5]
    assert PatientBody(BytesIO(b"a\nb"), line.server).readline() == b"a\n"


def test_only_requests_with_a_body_are_watched() -> None:
    seen: list[Any] = []

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.append(environ["wsgi.input"])
        return []

    line = Line()
    for length, known_line in (("5", line.server), ("0", line.server), ("5", None)):
        told = {"wsgi.input": BytesIO(b"12345"), "CONTENT_LENGTH": length, "gunicorn.socket": known_line}
        patient(application)(told, lambda *_: None)

    assert [isinstance(each, PatientBody) for each in seen] == [True, False, False]
