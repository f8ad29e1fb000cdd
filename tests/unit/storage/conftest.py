import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from clinic.storage.keys import DataKey, new_data_key
from clinic.storage.local import LocalObjectStore
from clinic.storage.objects import ObjectStore
from clinic.storage.s3 import S3ObjectStore, s3_storage
from tests.faulty_s3 import FaultyS3

BUCKET = "rounds-test"


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
