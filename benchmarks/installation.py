"""A private installation, brought up as `make run` brings one up, and a bare Django beside it on the same machine."""

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

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 900  # beside other work on two cores


@dataclass(frozen=True)
class Installation:
    home: Path
    port: int
    bare_port: int
    pid: int
    ready_s: float


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def installation() -> Iterator[Installation]:
    """The environment of this process names the same home, so that Django here and there see one database."""
    home = Path(tempfile.mkdtemp(prefix="rounds-bench-", dir="/var/lib" if os.geteuid() == 0 else None))
    home.chmod(0o711)
    os.environ["ROUNDS_HOME"] = str(home)
    port, bare_port = free_port(), free_port()
    began = time.monotonic()
    tree = subprocess.Popen([sys.executable, "-m", "clinic.embedded.supervise", "--port", str(port)], cwd=ROOT,
                            stdout=subprocess.DEVNULL)  # fmt: skip
    bare = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "benchmarks.bare:application", "-b", f"127.0.0.1:{bare_port}", "-w", "2",
         "--threads", "4", "--preload", "--log-level", "error", "--no-control-socket"], cwd=ROOT
    )  # fmt: skip
    try:
        wait_until_ready(port, tree)
        yield Installation(home, port, bare_port, tree.pid, time.monotonic() - began)
    finally:
        for process in (bare, tree):
            process.send_signal(signal.SIGTERM)
        for process in (bare, tree):
            process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def wait_until_ready(port: int, tree: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and tree.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the installation to be measured did not get ready")
