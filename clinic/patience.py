"""Who sends the body of a request drop by drop holds a thread of the web process for as long as it likes, and few such
clients would hold them all. So each piece must come in time; else the line is cut, and the request ends as cut off.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

PIECE_BYTES = 16 * 1024
PATIENCE_S = 20.0
LOOK_S = 1.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_waiting: dict[int, "PatientBody"] = {}
_watch_lock = threading.Lock()
_watch: threading.Thread | None = None


class PatientBody:
    """`wsgi.input`, read in pieces that each have their time."""

    def __init__(self, body: Any, line: socket.socket) -> None:
        self._body, self._line, self.since = body, line, 0.0

    def read(self, size: int = -1) -> bytes:
        pieces, left = [], size
        while left:
            piece = self._one(PIECE_BYTES if left < 0 else min(left, PIECE_BYTES))
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece) if left > 0 else 0
        return b"".join(pieces)

    def _one(self, size: int) -> bytes:
        self.since = time.monotonic()
        _waiting[id(self)] = self
        try:
            piece: bytes = self._body.read(size)
            return piece
        finally:
            _waiting.pop(id(self), None)

    def give_up(self) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RD)  # reading ends; the answer can still go out

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)


def patient(application: Application) -> Application:
    def asked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        line = environ.get("gunicorn.socket")
        if line is not None and environ.get("CONTENT_LENGTH", "0") != "0":
            _start_watching()
            environ["wsgi.input"] = PatientBody(environ["wsgi.input"], line)
        return application(environ, start_response)

    return asked


def _start_watching() -> None:
    """One thread a process, begun after gunicorn has forked."""
    global _watch
    with _watch_lock:
        if _watch is None or not _watch.is_alive():
            _watch = threading.Thread(target=_look, daemon=True, name="patience")
            _watch.start()


def _look() -> None:
    while True:
        time.sleep(LOOK_S)
        hang_up_on_the_slow(time.monotonic())


def hang_up_on_the_slow(now: float) -> None:
    for body in list(_waiting.values()):
        if now - body.since > PATIENCE_S:
            body.give_up()
