import os
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

from clinic.storage.keys import DataKey, new_data_key
from clinic.storage.local import LocalObjectStore
from clinic.storage.objects import ObjectStore
from clinic.storage.s3 import S3ObjectStore, s3_storage

BUCKET = "rounds-test"
Answer = tuple[Any, str, Any]


@pytest.fixture
def key() -> DataKey:
    return DataKey(subject=uuid.uuid4(), secret=new_data_key())


@pytest.fixture
def content() -> bytes:
    """Three frames and a bit."""
    return os.urandom(3 * 65536 + 1234)


@pytest.fixture
def local(tmp_path) -> LocalObjectStore:
    return LocalObjectStore.prepare(tmp_path / "objects")


class FaultyS3:
    """moto's S3 on loopback, with a hand on the wire: `fault` sees each request before the store does."""

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


@pytest.fixture(scope="session")
def s3_server() -> Iterator[FaultyS3]:
    if not settings.configured:
        settings.configure()  # django-storages asks Django's settings for its defaults
    faulty = FaultyS3()
    thread = threading.Thread(target=faulty.server.serve_forever, daemon=True)
    thread.start()
    yield faulty
    faulty.server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def store_at() -> Callable[[str], S3ObjectStore]:
    def at(address: str) -> S3ObjectStore:
        storage = s3_storage(
            bucket_name=BUCKET, endpoint_url=address, access_key="a", secret_key="b", region_name="us-east-1",
            location="some/where", connect_timeout_s=1, read_timeout_s=2, attempts=1,
        )  # fmt: skip
        return S3ObjectStore(storage)

    return at


@pytest.fixture(scope="session")
def s3_everywhere(s3_server: FaultyS3, store_at: Callable[[str], S3ObjectStore]) -> S3ObjectStore:
    store = store_at(s3_server.address)
    store._client.create_bucket(Bucket=BUCKET)
    return store


@pytest.fixture
def s3(s3_server: FaultyS3, s3_everywhere: S3ObjectStore) -> Iterator[S3ObjectStore]:
    """The one bucket, a place of its own for each test: a client takes long to make."""
    s3_everywhere._prefix = f"{uuid.uuid4().hex}/"
    s3_server.seen.clear()
    yield s3_everywhere
    s3_server.fault = None


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """What holds for one store must hold for the other."""
    found: ObjectStore = request.getfixturevalue(request.param)
    return found
