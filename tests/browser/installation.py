"""A private installation, brought up as `make run` brings one up: real database, real workers, the demo in it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.backstage import Backstage
from tests.unit.extraction.models import NAMED, chat, well_read
from tests.unit.language.servers import served

ROOT = Path(__file__).resolve().parent.parent.parent
READY_WITHIN_S = 420
NOT_HANDED_ON = ("ROUNDS_", "DATABASE_", "CELERY_BROKER_", "DJANGO_")
OWN_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "clinic.settings",
    "ROUNDS_SESSION_IDLE_MINUTES": "1",  # somebody who goes away is signed out while the other tests run
    "ROUNDS_CHUNK_BYTES": str(64 * 1024),  # small files have several pieces
    "ROUNDS_LOG_LEVEL": "ERROR",
}


@dataclass(frozen=True)
class House:
    address: str
    home: Path
    backstage: Backstage
    process_id: int = 0  # of the tree, for who wants to kill some of it

    def demo(self) -> dict[str, Any]:
        """What the demo command printed for a newcomer: people and the password of all of them."""
        told: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return told


@contextmanager
def house(**settings: str) -> Iterator[House]:
    with fresh_home() as home, running(home, **settings) as where:
        yield where


@contextmanager
def fresh_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="rounds-browser-", dir="/var/lib" if os.geteuid() == 0 else None))
    home.chmod(0o711)  # PostgreSQL's service user passes through
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running(home: Path, **settings: str) -> Iterator[House]:
    """In a home that may have run before."""
    handed_on = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    with served(chat(well_read, [])) as model:
        words = {"ROUNDS_LANGUAGE_ENGINES": NAMED, "ROUNDS_OLLAMA_URL": f"{model}/v1"}
        yield from _house(home, handed_on | OWN_SETTINGS | words | settings | {"ROUNDS_HOME": str(home)})


def _house(home: Path, environment: dict[str, str]) -> Iterator[House]:
    port = free_port()
    tree = subprocess.Popen(
        [sys.executable, "-m", "clinic.embedded.supervise", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        address = f"http://localhost:{port}"  # by name: no security key works for a bare number
        wait_until_ready(address, tree)
        with Backstage(environment, ROOT) as backstage:
            yield House(address, home, backstage, tree.pid)
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(address: str, tree: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and tree.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    tree.kill()
    said = tree.communicate()[0].decode(errors="replace")
    raise RuntimeError(f"the installation for the browser did not get ready; it said:\n{said}")
