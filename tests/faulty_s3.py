"""moto's S3 on loopback, with a hand on the wire."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

Answer = tuple[Any, str, Any]


class FaultyS3:
    """`fault` sees each request before the store does."""

    def __init__(self) -> None:
        self.real = DomainDispatcherApplication(create_backend_app)
        self.fault: Callable[[dict[str, Any]], Answer | None] | None = None
        self.seen: list[dict[str, Any]] = []
        self.server = make_server("127.0.0.1", 0, self, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.port}"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.seen.append(environ)
        answer = self.fault(environ) if self.fault else None
        body, status, headers = answer or self.ask(environ)
        start_response(status, list(headers))
        return body

    def ask(self, environ: dict[str, Any]) -> Answer:
        body, status, headers = run_wsgi_app(self.real, environ, buffered=True)
        return body, status, headers

    def fail(self, status: str, *, code: str = "InternalError", when: Callable[[dict[str, Any]], bool]) -> None:
        body = f"<Error><Code>{code}</Code></Error>".encode()
        self.fault = lambda environ: ([body], status, [("Content-Length", str(len(body)))]) if when(environ) else None


@contextmanager
def running() -> Iterator[FaultyS3]:
    faulty = FaultyS3()
    thread = threading.Thread(target=faulty.server.serve_forever, daemon=True)
    thread.start()
    yield faulty
    faulty.server.shutdown()
    thread.join()
