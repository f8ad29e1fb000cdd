"""The walls around a child, put up by itself after it was forked and before it sees a byte of what it parses.

Each wall that this machine has must stand, or the child ends; `Walls` tells which ones it has.
"""

import ctypes
import errno
import math
import os
import resource
import signal
import stat
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clinic.inference.bounded import landlock, seccomp

NOBODY = 65534
OPEN_FILES = 64
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
CAPABILITIES_VERSION = 0x20080522
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom")

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Limits:
    wall_s: float
    cpu_s: float
    memory_bytes: int
    output_bytes: int
    file_bytes: int
    may_thread: bool


@dataclass(frozen=True, slots=True)
class Walls:
    """Which walls this machine has. Resource limits, a scrubbed environment and an empty folder stand everywhere."""

    calls_refused: bool
    files_refused: bool
    own_network: bool
    own_user: bool
    in_bubblewrap: bool


def survey(*, in_bubblewrap: bool) -> Walls:
    """Asked once, by the nursery, which leaves the machine's network on the way: its children are born without it."""
    own_network = leave_network()
    code_paths()  # found once, here, for all children
    return Walls(
        calls_refused=seccomp.is_available(),
        files_refused=landlock.version() > 0,
        own_network=own_network,
        own_user=os.geteuid() == 0 and all(_is_open_to_all(path) for path in code_paths()),
        in_bubblewrap=in_bubblewrap,
    )


def leave_network() -> bool:
    return not (_libc.unshare(CLONE_NEWNET) and _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET))


def confine(limits: Limits, walls: Walls, *, parent: int) -> None:
    """Cannot be undone. What is open stays open; of the rest only code can be read, and the working folder written."""
    _limit_amounts(limits)
    if walls.own_user:
        _become_nobody()
    _die_with(parent)
    _demand(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _drop_capabilities()
    if walls.files_refused:
        landlock.allow_only(read=[*SYSTEM_FOLDERS, *code_paths()], write=[os.curdir])
    if walls.calls_refused:
        seccomp.refuse_the_outside(may_thread=limits.may_thread)


def _limit_amounts(limits: Limits) -> None:
    """Memory is counted on top of what the interpreter and its libraries take already."""
    cpu_s = math.ceil(limits.cpu_s)
    limit = resource.setrlimit
    limit(resource.RLIMIT_CORE, (0, 0))
    limit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    limit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    limit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    limit(resource.RLIMIT_MEMLOCK, (0, 0))
    if not limits.may_thread:
        limit(resource.RLIMIT_NPROC, (0, 0))
    memory = _mapped_bytes() + limits.memory_bytes
    limit(resource.RLIMIT_AS, (memory, memory))


def _mapped_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _die_with(parent: int) -> None:
    """A change of user forgets this, so it comes after. The nursery may have died in between."""
    _demand(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        raise OSError(errno.ESRCH, "the nursery is gone")


def _drop_capabilities() -> None:
    """Root without capabilities is a user like others."""
    header = struct.pack("=Ii", CAPABILITIES_VERSION, 0)
    _demand(_libc.capset(header, bytes(24)))


@lru_cache(maxsize=1)
def code_paths() -> tuple[str, ...]:
    """Where code may be read from: Python's own folders, and the packages (not the folders that hold them, where data
    may lie too) of the other places on the path."""
    own = tuple(dict.fromkeys(os.path.realpath(prefix) for prefix in (sys.base_prefix, sys.prefix)))
    places = [place for entry in sys.path if entry for place in _packages(Path(os.path.realpath(entry)), own)]
    return (*own, *places)


def _packages(folder: Path, own: tuple[str, ...]) -> Iterator[str]:
    if any(folder.is_relative_to(prefix) for prefix in own):
        return
    if folder.name in ("site-packages", "dist-packages"):
        yield os.fspath(folder)
        return
    for entry in _listed(folder):
        if entry.suffix == ".py" or os.path.isfile(entry / "__init__.py"):  # noqa: PTH113 - no is no answer, not an error
            yield os.fspath(entry)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_open_to_all(path: str) -> bool:
    """May anybody read here? Every folder above must let them through."""
    here = Path(path)
    through = all(parent.stat().st_mode & stat.S_IXOTH for parent in here.parents)
    return bool(through and here.stat().st_mode & stat.S_IROTH)


def _demand(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
