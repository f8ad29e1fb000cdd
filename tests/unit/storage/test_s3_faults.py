import os
import socket
from datetime import UTC, datetime

import pytest

from clinic.storage.errors import ObjectDamaged, ObjectMissing, StorageDown, StorageFull
from clinic.storage.s3 import s3_storage
from clinic.storage.s3_streams import PART_BYTES

TWO_PARTS = PART_BYTES + 1_000_000


def is_put(environ) -> bool:
    return bool(environ["REQUEST_METHOD"] == "PUT")


def is_get(environ) -> bool:
    return bool(environ["REQUEST_METHOD"] == "GET")


def is_completion(environ) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and "uploadId=" in str(environ["QUERY_STRING"])


def is_second_part(environ) -> bool:
    return "partNumber=2" in environ["QUERY_STRING"]


@pytest.fixture
def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_store_when_nobody_listens_is_down(store_at, closed_port, key):
    store = store_at(f"http://127.0.0.1:{closed_port}")
    name = "0" * 32

    for use in (
        store.check, lambda: store.put([b"x"], key=key), lambda: store.open(name, key=key),
        lambda: store.exists(name), lambda: store.delete(name), lambda: list(store.list()),
        lambda: store.sweep_temp(older_than_s=0),
    ):  # fmt: skip
        with pytest.raises(StorageDown):
            use()


@pytest.mark.parametrize(
    ("size", "when"), [(10, is_put), (TWO_PARTS, is_put), (TWO_PARTS, is_second_part), (TWO_PARTS, is_completion)]
)
@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("500 Internal Server Error", "InternalError", StorageDown),
        ("503 Slow Down", "SlowDown", StorageDown),
        ("403 Forbidden", "AccessDenied", StorageDown),
        ("507 Insufficient Storage", "XMinioStorageFull", StorageFull),
        ("404 Not Found", "NoSuchBucket", StorageDown),
    ],
)
def test_put_when_the_store_refuses_names_it_and_shows_no_object(
    s3, s3_server, key, size, when, status, code, expected
):
    s3_server.fail(status, code=code, when=when)

    with pytest.raises(expected):
        s3.put([os.urandom(size)], key=key)

    s3_server.fault = None
    assert list(s3.list()) == []
    s3.sweep_temp(older_than_s=-60)
    assert s3.sweep_temp(older_than_s=-60) == 0


def test_put_when_the_store_keeps_less_than_it_was_sent_is_no_success(s3, s3_server, key):
    def shortening(environ):
        if is_put(environ):
            environ["CONTENT_LENGTH"] = "50"

    s3_server.fault = shortening

    with pytest.raises(StorageDown):
        s3.put([os.urandom(1000)], key=key)


def test_put_when_the_upload_is_dropped_aborts_its_parts(s3, key):
    draft = s3.begin(key=key)
    draft.write(os.urandom(TWO_PARTS))

    draft.discard()

    assert s3.sweep_temp(older_than_s=-60) == 0


def test_upload_when_its_writer_vanished_is_found_by_the_sweep_only_when_old(s3, s3_server, key):
    draft = s3.begin(key=key)
    draft.write(os.urandom(TWO_PARTS))

    def begun_now(environ):  # moto says of every upload that it began in 2010
        body, status, _ = s3_server.ask(environ)
        text = b"".join(body).replace(b"2010-11-10T20:48:33.000Z", datetime.now(UTC).isoformat().encode())
        return [text], status, [("Content-Length", str(len(text)))]

    s3_server.fault = begun_now
    assert s3.sweep_temp(older_than_s=3600) == 0
    s3_server.fault = None
    assert s3.sweep_temp(older_than_s=-60) == 1
    assert list(s3.list()) == []


@pytest.mark.parametrize("claimed", ["whole", "short"])
def test_read_when_the_answer_is_cut_short_is_down_not_wrong(s3, s3_server, key, claimed):
    kept = s3.put([os.urandom(300_000)], key=key)

    def cutting(environ):
        body, status, headers = s3_server.ask(environ)
        half = b"".join(body)[: 300_000 // 2]
        if claimed == "short":
            headers = [(n, v if n.lower() != "content-length" else str(len(half))) for n, v in headers]
        return [half], status, headers

    s3_server.fault = cutting

    with pytest.raises(StorageDown):
        s3.open(kept.name, key=key).read()


def test_read_when_the_store_fails_midway_is_down(s3, s3_server, key):
    kept = s3.put([os.urandom(3_000_000)], key=key)
    reader = s3.open(kept.name, key=key, sha256=kept.sha256)
    s3_server.fail("500 Internal Server Error", when=is_get)

    with pytest.raises(StorageDown):
        reader.read()


def test_read_when_the_object_vanished_is_missing(s3, key):
    with pytest.raises(ObjectMissing):
        s3.open("0" * 32, key=key)


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b"", lambda b: b[:1000] + b"\0" + b[1001:]])
def test_read_when_the_bucket_holds_other_bytes_is_damaged(s3, key, change):
    kept = s3.put([b"\xff" * 200_000], key=key)
    bucket = s3._storage.bucket
    (stored,) = bucket.objects.filter(Prefix=s3._prefix)
    body = stored.get()["Body"].read()

    bucket.put_object(Key=stored.key, Body=change(body))

    with pytest.raises(ObjectDamaged):
        s3.verify(kept.name, key=key, sha256=kept.sha256)


def test_bytes_when_they_leave_are_sealed_private_and_under_our_own_name(s3, s3_server, key):
    kept = s3.put([b"canary" * 1000], key=key)

    (stored,) = s3._storage.bucket.objects.filter(Prefix=s3._prefix)
    assert stored.key == f"{s3._prefix}{kept.name[:2]}/{kept.name[2:4]}/{kept.name}"
    assert b"canary" not in stored.get()["Body"].read()
    assert not any("HTTP_X_AMZ_ACL" in environ for environ in s3_server.seen)
    assert not any("AllUsers" in grant["Grantee"].get("URI", "") for grant in stored.Acl().grants)


def test_storage_when_made_never_overwrites_and_has_short_timeouts():
    storage = s3_storage(bucket_name="b", location="", default_acl="public-read", file_overwrite=True)

    assert storage.file_overwrite is False
    assert storage.default_acl is None
    assert storage.client_config.read_timeout <= 10


def test_reading_when_in_order_asks_once_for_each_window(s3, s3_server, key):
    kept = s3.put([os.urandom(3_500_000)], key=key)
    s3_server.seen.clear()

    s3.verify(kept.name, key=key, sha256=kept.sha256)

    assert len(s3_server.seen) <= 6
