"""What `make run` is made of: one place for the processes and their command lines."""

import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from clinic.embedded.home import CHECKOUT, default_home
from clinic.embedded.unavailable import Unavailable
from clinic.environment import Environment
from clinic.lanes import BATCH_LANES, LANES

# A worker process is one slot. Interactive and batch never share one: a doctor would wait behind the night's work.
WORKERS = {
    "interactive-a": ("io", "cpu"),
    "interactive-b": ("vision", "speech", "llm"),
    "batch": BATCH_LANES,
}
BESIDE = {"scheduler": "scheduler", "listener": "listen"}
WEB_PROCESSES, WEB_THREADS = 2, 4


@dataclass(frozen=True)
class Plan:
    host: str = "127.0.0.1"
    port: int = 8000
    home: Path = field(default_factory=default_home)
    is_demo: bool = True
    database_url: str = ""
    needs_embedded: bool = True
    keeps_files_here: bool = True
    workers: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(WORKERS))

    @property
    def near_host(self) -> str:
        """Where we ask ourselves, when we listen everywhere."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    @property
    def address(self) -> str:
        return f"http://{joined(self.near_host, self.port)}"

    def environment(self) -> dict[str, str]:
        return {**os.environ, "ROUNDS_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}

    def commands(self) -> dict[str, list[str]]:
        workers = {name: worker(name, lanes) for name, lanes in self.workers.items()}
        beside = {name: manage(command) for name, command in BESIDE.items()}
        return {"web": web(self.host, self.port), **workers, **beside}


def plan_from_environment(host: str, port: int) -> Plan:
    """A real database and a real queue replace the embedded server; either alone still leaves work for it."""
    env = Environment()
    database_url = env.text("DATABASE_URL")
    return Plan(
        host=host,
        port=port,
        is_demo=env.text("ROUNDS_MODE", "demo") == "demo",
        database_url=database_url,
        needs_embedded=not (database_url and env.text("CELERY_BROKER_URL")),
        keeps_files_here=not env.text("ROUNDS_S3_BUCKET"),
        workers=read_workers(env.text("ROUNDS_WORKERS")) or dict(WORKERS),
    )


def joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def read_workers(words: str) -> dict[str, tuple[str, ...]]:
    """`name=lane,lane name=lane`: more slots for what this machine is good at."""
    workers = {}
    for part in words.split():
        name, _, lanes = part.partition("=")
        workers[name] = tuple(lanes.split(","))
        if not set(workers[name]) <= set(LANES):
            raise Unavailable(f"ROUNDS_WORKERS: {part!r} is not name=lane,lane; lanes are {', '.join(LANES)}")
    return workers


def manage(*words: str) -> list[str]:
    return [sys.executable, str(CHECKOUT / "manage.py"), *words]


def worker(name: str, lanes: tuple[str, ...]) -> list[str]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"]
    slot = ["-P", "solo", "-n", f"{name}@%h", "-Q", ",".join(lanes)]
    return [sys.executable, "-m", "celery", "--quiet", "-A", "clinic.celery", "worker", *slot, *quiet]


def web(host: str, port: int) -> list[str]:
    size = ["--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS), "--preload"]
    manners = ["--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]
    # The workers' sign of life is a file touched every second: on a disk under load it would come late.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # noqa: S108
    return [
        *(sys.executable, "-m", "gunicorn", "clinic.wsgi", "--bind", joined(host, port)),
        *(*size, *manners, "--worker-tmp-dir", memory),
    ]
