"""The nursery: a small process that has the parsers loaded and forks a fresh child for each piece of work.

It holds no secret and no handle but the socket it is asked through, sees no payload, and has one thread, so that
forking is safe. It ends when its parent does, or when it was not needed for a while.
"""

import fcntl
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clinic.inference.bounded.confine import NOBODY, Walls, survey
from clinic.inference.bounded.newborn import grow_up

IDLE_S = 120.0
STALE_S = 60.0
REQUEST_BYTES = 128 * 1024
FOLDER_PREFIX = "rounds-nursery-"


@dataclass(slots=True)
class Child:
    pid: int
    watch: int
    status: int
    folder: str
    born: float
    deadline: float
    ended: str = "by itself"


class Nursery:
    def __init__(self, control: socket.socket, home: str, walls: Walls) -> None:
        self._control = control
        self._home = home
        self._walls = walls
        self._children: dict[int, Child] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def serve(self) -> None:
        quiet_since = time.monotonic()
        while True:
            ready = self._poll.poll(self._patience_ms())
            if any(handle == self._control.fileno() for handle, _ in ready) and not self._take():
                break
            self._look_after(dict(ready))
            if ready:
                quiet_since = time.monotonic()
            elif not self._children and time.monotonic() - quiet_since >= IDLE_S:
                break
        for child in list(self._children.values()):
            self._kill(child, "abandoned")
            self._bury(child)

    def _patience_ms(self) -> float:
        """Until the next deadline."""
        now = time.monotonic()
        return max(0.0, min([IDLE_S, *(child.deadline - now for child in self._children.values())])) * 1000 + 1

    def _take(self) -> bool:
        """One request: what to do, and three handles (payload, answer, status). False when the parent is gone."""
        message, handles, _, _ = socket.recv_fds(self._control, REQUEST_BYTES, 3)
        if not message:
            return False
        payload, answer, status = handles
        try:
            self._raise_child(json.loads(message), payload=payload, answer=answer, status=status)
        except Exception as fault:
            _tell(status, ended="unborn", problem=type(fault).__name__)
            os.close(status)
        finally:
            os.close(payload)
            os.close(answer)
        return True

    def _raise_child(self, request: dict[str, Any], *, payload: int, answer: int, status: int) -> None:
        function = _function(request["function"])
        folder = tempfile.mkdtemp(dir=self._home)
        if self._walls.own_user:
            os.chown(folder, NOBODY, NOBODY)
        nursery = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.chdir(folder)
            grow_up(function, request, self._walls, nursery, payload=payload, answer=answer)
        born = time.monotonic()
        child = Child(pid, os.pidfd_open(pid), status, folder, born, born + request["limits"]["wall_s"])
        self._children[child.watch] = child
        self._poll.register(child.watch, select.POLLIN)
        self._poll.register(status, 0)  # only to hear that nobody listens any more
        _tell(status, started=True)

    def _look_after(self, ready: dict[int, int]) -> None:
        now = time.monotonic()
        for child in list(self._children.values()):
            if child.watch in ready:
                self._bury(child)
            elif child.status in ready:
                self._kill(child, "abandoned")
            elif now >= child.deadline:
                self._kill(child, "late")

    def _kill(self, child: Child, ended: str) -> None:
        """Its whole group; it is ours to bury, so its number cannot be anybody else's yet."""
        child.ended, child.deadline = ended, float("inf")
        self._unwatch(child.status)
        for kill, number in ((os.killpg, child.pid), (os.kill, child.pid)):
            with suppress(ProcessLookupError):
                kill(number, signal.SIGKILL)

    def _bury(self, child: Child) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        self._unwatch(child.watch)
        self._unwatch(child.status)
        del self._children[child.watch]
        os.close(child.watch)
        _remove(child.folder)
        _tell(child.status, ended=child.ended, **_cost(child, status, used))
        os.close(child.status)

    def _unwatch(self, handle: int) -> None:
        with suppress(KeyError):
            self._poll.unregister(handle)


def _cost(child: Child, status: int, used: resource.struct_rusage) -> dict[str, Any]:
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "wall_s": time.monotonic() - child.born,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_bytes": used.ru_maxrss * 1024,
    }


def _tell(status: int, **facts: Any) -> None:
    """Short enough to be written whole, or not at all if nobody listens."""
    with suppress(OSError):
        os.write(status, json.dumps(facts).encode() + b"\n")


def _function(name: str) -> Callable[..., Any]:
    """Loaded here, once, so that children are born with it. A module that starts threads would make forking unsafe."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        raise RuntimeError("a parser's module must not start threads when it is imported")
    return found


def _remove(folder: str) -> None:
    with suppress(OSError, RecursionError):
        shutil.rmtree(folder)


def main(workplace: str, in_bubblewrap: str) -> None:
    """`workplace` is where temporary folders go; standard input is the control socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    home = tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=workplace)
    claim = _claimed(home)
    sweep(workplace)
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    walls = survey(in_bubblewrap=in_bubblewrap == "yes")
    if walls.own_user:
        Path(home).chmod(0o711)
    control.send(json.dumps(asdict(walls)).encode())
    gc.freeze()
    Nursery(control, home, walls).serve()
    _remove(home)
    os.close(claim)


def _claimed(folder: str) -> int:
    """Held for the life of the nursery, so that others know its folder is in use."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def sweep(workplace: str) -> None:
    """Folders of nurseries that were killed: whoever can lock one finds nobody at home."""
    for folder in Path(workplace).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < STALE_S:
                continue  # perhaps just made, and not locked yet
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(os.fspath(folder))
            finally:
                os.close(handle)
