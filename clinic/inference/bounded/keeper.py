"""The parent's side of the nursery: one for each process that needs it, started when first asked, renewed when lost."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic.inference.bounded import landlock
from clinic.inference.bounded.confine import SYSTEM_FOLDERS, Walls, code_paths
from clinic.inference.bounded.outcomes import ChildUnavailable

START_S = 30.0
STOP_S = 2.0
IN_MEMORY = "/tmp"  # noqa: S108 - inside bubblewrap: empty, and seen by nobody else
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "TZ")
VARIABLES = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip
PYTHON = str(Path(sys.executable).parent.resolve() / Path(sys.executable).name)  # the link itself is the environment
BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from clinic.inference.bounded.nursery import main; main(*sys.argv[2:])"
)


class Keeper:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._walls: Walls | None = None

    def walls(self) -> Walls:
        with self._lock:
            self._demand_nursery()
            if self._walls is None:
                raise ChildUnavailable
            return self._walls

    def ask(self, request: bytes, handles: Sequence[int]) -> None:
        """Hands work over; one more try with a new nursery when the old one has gone to sleep meanwhile."""
        for _ in range(2):
            with self._lock:
                control = self._demand_nursery()
                try:
                    socket.send_fds(control, [request], handles)
                    return
                except (BrokenPipeError, ConnectionResetError):
                    self._let_go()
        raise ChildUnavailable("the nursery does not stay up")

    def kill(self) -> None:
        """For a nursery that does not answer any more; its children go with it."""
        with self._lock:
            if self._process is not None and self._owner == os.getpid():
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._let_go()

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _demand_nursery(self) -> socket.socket:
        """A forked copy of this process starts its own: the nursery it inherited answers somebody else."""
        if self._owner != os.getpid():
            self._forget()
        if self._process is not None and self._process.poll() is not None:
            self._let_go()
        return self._control or self._start()

    def _start(self) -> socket.socket:
        if sys.platform != "linux":
            raise ChildUnavailable("bounded children need Linux")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._owner, self._control = os.getpid(), ours
        with theirs, self._told_apart():
            self._process = subprocess.Popen(
                _command(), stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                env={**VARIABLES, **{name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}},
                start_new_session=True,
            )  # fmt: skip
        with self._told_apart():
            ours.settimeout(START_S)
            self._walls = Walls(**json.loads(ours.recv(4096)))
            ours.settimeout(None)
        return ours

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """A nursery that does not start is no fault of what was to be parsed."""
        try:
            yield
        except (OSError, ValueError) as fault:
            self._let_go()
            raise ChildUnavailable("the nursery did not start") from fault

    def _let_go(self) -> None:
        """The nursery ends when nobody holds the other end of its socket."""
        process = self._process if self._owner == os.getpid() else None
        self._forget()
        if process is not None:
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _forget(self) -> None:
        if self._control is not None:
            self._control.close()
        self._control = self._process = self._walls = None


def _command() -> list[str]:
    """Bubblewrap hides the files where the kernel cannot refuse them."""
    path = json.dumps([os.path.realpath(entry) for entry in sys.path])
    if landlock.version() == 0 and shutil.which("bwrap"):
        return [*bubblewrap(), PYTHON, "-I", "-c", BOOT, path, IN_MEMORY, "yes"]
    return [PYTHON, "-I", "-c", BOOT, path, tempfile.gettempdir(), "no"]


def bubblewrap() -> list[str]:
    """Only code can be seen, nothing but a folder in memory can be written, no other process is there."""
    shown = [path for path in ("/bin", *SYSTEM_FOLDERS, *code_paths()) if Path(path).exists()]
    binds = [part for path in shown for part in ("--ro-bind", path, path)]
    return ["bwrap", "--unshare-all", "--new-session", *binds, "--dev", "/dev", "--proc", "/proc", "--tmpfs", IN_MEMORY,
            "--chdir", "/"]  # fmt: skip


keeper = Keeper()
atexit.register(keeper.close)
