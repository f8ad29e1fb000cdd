"""`python -m tests.production.objects FOLDER PORT BUCKET`: moto's S3 as a process that keeps what it said yes to.

moto holds objects in memory; here each one is on the disk, synced, before its answer goes out, and is there again after
a kill. Halves of a multipart upload are not: whoever was sending one has to begin anew, as he was told nothing.
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

ACCOUNT = "123456789012"  # moto's for every login
CHANGES = ("PUT", "POST", "DELETE")


class KeptObjects:
    def __init__(self, folder: Path, bucket: str) -> None:
        self.folder, self.bucket, self.lock = folder, bucket, threading.Lock()
        self.memory = s3_backends[ACCOUNT]["aws"]
        self.moto = DomainDispatcherApplication(create_backend_app)
        folder.mkdir(exist_ok=True)
        self.memory.create_bucket(bucket, "us-east-1")
        for file in folder.glob("*.object"):
            self._take_back(file)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        said = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = _Again(said)
        body, status, headers = run_wsgi_app(self.moto, environ, buffered=True)
        if environ["REQUEST_METHOD"] in CHANGES and status.startswith("2"):
            for name in self._named(environ, said):
                self._keep(name)
        start_response(status, list(headers))
        return body

    def _named(self, environ: dict[str, Any], said: bytes) -> Iterator[str]:
        _, _, name = environ["PATH_INFO"].lstrip("/").partition("/")
        if name:
            yield name
        elif environ.get("QUERY_STRING", "").startswith("delete"):
            yield from (key.text or "" for key in ElementTree.fromstring(said).iter() if key.tag.endswith("Key"))  # noqa: S314

    def _keep(self, name: str) -> None:
        """As it is in memory at this moment, so that it does not matter which of two requests comes here first."""
        place = self.folder / f"{quote(name, safe='')}.object"
        with self.lock:
            found = self.memory.get_object(self.bucket, name)
            if found is None:
                place.unlink(missing_ok=True)
            else:
                about = {"storage": found.storage_class, "metadata": dict(found.metadata)}
                _write_whole(place, json.dumps(about).encode() + b"\n" + bytes(found.value))
            _sync_folder(self.folder)

    def _take_back(self, file: Path) -> None:
        about, _, value = file.read_bytes().partition(b"\n")
        told = json.loads(about)
        name = unquote(file.name.removesuffix(".object"))
        kept = self.memory.put_object(self.bucket, name, value, storage=told["storage"])
        kept.set_metadata(told["metadata"], replace=True)


class _Again:
    """What was read already, to be read by moto."""

    def __init__(self, said: bytes) -> None:
        self.said, self.at = said, 0

    def read(self, size: int = -1) -> bytes:
        end = len(self.said) if size is None or size < 0 else self.at + size
        part, self.at = self.said[self.at : end], min(end, len(self.said))
        return part

    def readline(self, size: int = -1) -> bytes:
        found = self.said.find(b"\n", self.at)
        return self.read((found + 1 if found >= 0 else len(self.said)) - self.at)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line


def _write_whole(place: Path, content: bytes) -> None:
    draft = place.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Addresses are nobody's business here either."""


def main(folder: str, port: str, bucket: str) -> None:
    store = KeptObjects(Path(folder), bucket)
    with contextlib.suppress(KeyboardInterrupt):
        make_server("127.0.0.1", int(port), store, threaded=True, request_handler=Silent).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
