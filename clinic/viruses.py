"""The virus scanner of an installation: clamd, asked over its socket. Off where `ROUNDS_CLAMD` names none.

A file passes only when the scanner has seen all of it and said that it is clean. Whatever else happens, it does not.
"""

import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from clinic.environment import Environment

NAME = "ROUNDS_CLAMD"
PIECE_BYTES = 64 * 1024
CONNECT_S, WHOLE_S = 3.0, 60.0
LONGEST_ANSWER = 4096
_INSTREAM, _CLEAN, _FOUND = b"zINSTREAM\0", b"stream: OK", b" FOUND"


class Verdict(Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"  # nobody answered, not in time, or not in words that are known


@dataclass(frozen=True)
class Scanner:
    """`unix:/run/clamav/clamd.ctl`, or `tcp://host:3310`."""

    address: str
    seconds: float = WHOLE_S

    def verdict(self, pieces: Iterable[bytes]) -> Verdict:
        try:
            with self._connected() as line:
                return _judged(self._asked(line, pieces))
        except OSError:
            return Verdict.UNKNOWN

    def _asked(self, line: socket.socket, pieces: Iterable[bytes]) -> bytes:
        until = time.monotonic() + self.seconds
        _send(line, _INSTREAM, until)
        for piece in pieces:
            for start in range(0, len(piece), PIECE_BYTES):
                part = piece[start : start + PIECE_BYTES]
                _send(line, struct.pack(">I", len(part)) + part, until)
        _send(line, struct.pack(">I", 0), until)
        return _answer(line, until)

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "tcp":
            return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=CONNECT_S)
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_S)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line


def scanner_from(environment: Environment) -> Scanner | None:
    address = environment.text(NAME)
    if not address:
        return None
    if not _is_well_formed(address):
        environment.problems.append(f"{NAME} is {address!r}: unix:/path/of/socket or tcp://host:port is meant.")
        return None
    return Scanner(address, float(environment.number(f"{NAME}_SECONDS", int(WHOLE_S), at_least=1)))


def _is_well_formed(address: str) -> bool:
    try:
        parts = urlsplit(address)
        if parts.scheme == "tcp":
            return bool(parts.hostname and parts.port) and not parts.path.strip("/") and "@" not in parts.netloc
        return parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc
    except ValueError:
        return False


def _send(line: socket.socket, data: bytes, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(data)


def _answer(line: socket.socket, until: float) -> bytes:
    """To the zero byte that ends it."""
    said = b""
    while b"\0" not in said and len(said) <= LONGEST_ANSWER:
        line.settimeout(_left(until))
        heard = line.recv(LONGEST_ANSWER)
        if not heard:
            return b""  # cut off: half an answer is none
        said += heard
    return said.partition(b"\0")[0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _judged(said: bytes) -> Verdict:
    if said == _CLEAN:
        return Verdict.CLEAN
    return Verdict.INFECTED if said.startswith(b"stream: ") and said.endswith(_FOUND) else Verdict.UNKNOWN
