"""The parts that the trial on real parts puts beside Debian's own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.production import house, parts

BUCKET = "rounds"
PART = b"p" * (5 * 1024 * 1024)


@contextmanager
def store(folder, port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "tests.production.objects", str(folder), str(port), BUCKET])
    try:
        until = time.monotonic() + 60
        while not parts.listens(port) and time.monotonic() < until:
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def client(port: int):
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="a",
                        aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1}))  # fmt: skip


@pytest.mark.slow
def test_store_when_killed_then_what_it_said_yes_to_is_there_and_what_was_deleted_is_not(tmp_path):
    port = parts.free_port()
    with store(tmp_path / "objects", port):
        asked = client(port)
        asked.put_object(Bucket=BUCKET, Key="ab/one", Body=b"first")
        asked.put_object(Bucket=BUCKET, Key="ab/two", Body=b"second")
        asked.delete_object(Bucket=BUCKET, Key="ab/two")
        upload = asked.create_multipart_upload(Bucket=BUCKET, Key="ab/large")["UploadId"]
        sent = [asked.upload_part(Bucket=BUCKET, Key="ab/large", UploadId=upload, PartNumber=number, Body=body)["ETag"]
                for number, body in ((1, PART), (2, b"rest"))]  # fmt: skip
        named = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(sent, 1)]
        asked.complete_multipart_upload(
            Bucket=BUCKET, Key="ab/large", UploadId=upload, MultipartUpload={"Parts": named}
        )

    with store(tmp_path / "objects", port):
        asked = client(port)
        assert asked.get_object(Bucket=BUCKET, Key="ab/one")["Body"].read() == b"first"
        assert asked.get_object(Bucket=BUCKET, Key="ab/large")["Body"].read() == PART + b"rest"
        with pytest.raises(ClientError):
            asked.get_object(Bucket=BUCKET, Key="ab/two")


@pytest.mark.parametrize(("version", "words"), [((1, 22, 1), "ssl http2;"), ((1, 29, 0), "http2 on;")])
def test_proxy_when_nginx_is_old_or_new_then_the_deployed_configuration_with_its_word_for_http2(
    monkeypatch, version: tuple[int, ...], words: str
):
    monkeypatch.setattr(parts, "nginx_version", lambda: version)
    deployed = (parts.ROOT / "deploy/proxy/nginx.conf").read_text()

    text = parts.rendered(deployed, Path("/srv/trial"), 8443, 8080, [8001, 8002])

    assert words in text
    assert "server 127.0.0.1:8001" in text
    assert "server 127.0.0.1:8002" in text
    assert "proxy_request_buffering off" in text
    assert "resolver" not in text
    assert " /tmp/" not in text


def test_members_when_read_from_the_units_then_a_worker_of_a_lane_and_a_web_server_on_its_port():
    assert house.command_of("rounds-web@.service", "8001")[1:6] == ["-m", "gunicorn", "clinic.wsgi", "--bind",
                                                                    "127.0.0.1:8001"]  # fmt: skip
    assert "vision@%h" in house.command_of("rounds-worker@.service", "vision")
