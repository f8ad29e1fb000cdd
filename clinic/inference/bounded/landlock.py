"""Landlock: what of the file system a child may touch. Needs no privilege, works in containers, cannot be undone."""

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
ASK_VERSION = 1
RULE_PATH_BENEATH = 1
WRITE_FILE, READ_FILE, READ_DIR, REMOVE_FILE, MAKE_REG, TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8, 1 << 14
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE
ONLY_FILES = READ_FILE | WRITE_FILE | TRUNCATE
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights each version of Landlock knows
TCP_SINCE, SCOPES_SINCE = 4, 6
BIND_AND_CONNECT, SOCKETS_AND_SIGNALS = 3, 3

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """0 where the kernel has none or does not let us."""
    found: int = _libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    return max(found, 0)


def allow_only(*, read: Iterable[str], write: Iterable[str]) -> None:
    """Everything else on the file system, and TCP and foreign signals where the kernel can, is refused from here on.

    The caller has given up new privileges before.
    """
    handled = (1 << FILE_RIGHTS.get(version(), 16)) - 1
    ruleset = _new_ruleset(handled)
    try:
        for paths, rights in ((read, READ), (write, WRITE)):
            for path in paths:
                _add(ruleset, path, rights & handled)
        _demand(_libc.syscall(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _new_ruleset(handled: int) -> int:
    found = version()
    fields = [handled]
    if found >= TCP_SINCE:
        fields.append(BIND_AND_CONNECT)
    if found >= SCOPES_SINCE:
        fields.append(SOCKETS_AND_SIGNALS)
    described = struct.pack(f"={len(fields)}Q", *fields)
    return _demand(_libc.syscall(CREATE_RULESET, described, len(described), 0))


def _add(ruleset: int, path: str, rights: int) -> None:
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            is_folder = os.path.isdir(path)  # noqa: PTH112 - a plain string all the way
            rule = struct.pack("=Qi", rights if is_folder else rights & ONLY_FILES, handle)
            _demand(_libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0))
        finally:
            os.close(handle)


def _demand(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
