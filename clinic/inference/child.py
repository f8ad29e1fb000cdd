"""The one way to parse bytes that somebody uploaded: in a child process that can neither take much nor reach anything.

    answer = run_bounded("extraction.inference.pages:read", upload.chunks(), args={"pages": 3}, wall_s=10)

The function gets the payload as a file opened for reading, and the arguments; it returns JSON-able values, with bytes
and arrays of numbers anywhere in them, or raises `Refused` with a code. It runs alone, with one thread, in a process
forked for this call: no network, no secrets, no files but code, no writing but (where `file_bytes` allows) in an empty
folder that is removed afterwards. Load parsers at the top of the function's module: that happens once.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from io import FileIO
from typing import Any, Protocol, runtime_checkable

from clinic.inference.bounded.confine import Limits, Walls
from clinic.inference.bounded.conversation import Conversation
from clinic.inference.bounded.keeper import keeper
from clinic.inference.bounded.outcomes import (
    Answer,
    ChildCrashed,
    ChildError,
    ChildFailed,
    ChildOutOfMemory,
    ChildOutputTooLarge,
    ChildRefused,
    ChildTimeout,
    ChildUnavailable,
    Refused,
)

__all__ = [
    "Answer", "ChildCrashed", "ChildError", "ChildFailed", "ChildOutOfMemory", "ChildOutputTooLarge", "ChildRefused",
    "ChildTimeout", "ChildUnavailable", "Refused", "pieces", "run_bounded", "walls",
]  # fmt: skip

MIB = 1024 * 1024
REQUEST_BYTES = 64 * 1024


@runtime_checkable
class Chunked(Protocol):
    """An opened upload."""

    def chunks(self) -> Iterator[bytes]: ...


Payload = bytes | bytearray | memoryview | int | Chunked | Iterable[bytes]


def run_bounded(
    function: str,
    payload: Payload = b"",
    *,
    args: Mapping[str, Any] | None = None,
    wall_s: float = 10.0,
    cpu_s: float = 10.0,
    memory_bytes: int = 384 * MIB,
    output_bytes: int = 64 * MIB,
    file_bytes: int = 0,
    may_thread: bool = False,
) -> Answer:
    """Runs `module:name` on the payload (bytes, pieces, an opened upload, or a handle). Raises a kind of ChildError.

    `memory_bytes` comes on top of what the interpreter and its libraries take. `args` are settings, not data.
    """
    limits = Limits(wall_s, cpu_s, memory_bytes, output_bytes, file_bytes, may_thread)
    request = json.dumps({"function": function, "args": dict(args or {}), "limits": asdict(limits)}).encode()
    if len(request) > REQUEST_BYTES:
        raise ValueError("arguments are settings: data belongs in the payload")
    with _held(payload) as handle:
        for _ in range(2):
            if (answer := _attempt(request, handle, limits)) is not None:
                return answer
    raise ChildUnavailable("the nursery does not stay up")


def walls() -> Walls:
    """Which walls this machine has, for the operations page; see docs/decisions/ on bounded children."""
    return keeper.walls()


def close() -> None:
    """Ends the nursery; the next call starts another."""
    keeper.close()


@contextmanager
def _held(payload: Payload) -> Iterator[int]:
    """A handle to the payload: in memory, never on disk."""
    if isinstance(payload, int):
        yield payload
        return
    handle = os.memfd_create("payload", os.MFD_CLOEXEC)
    try:
        for piece in pieces(payload):
            _write(handle, piece)
        os.lseek(handle, 0, os.SEEK_SET)
        yield handle
    finally:
        os.close(handle)


def pieces(payload: bytes | bytearray | memoryview | Chunked | Iterable[bytes]) -> Iterable[Any]:
    if isinstance(payload, bytes | bytearray | memoryview):
        return [payload]
    return payload.chunks() if isinstance(payload, Chunked) else payload


def _write(handle: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(handle, view) :]


def _attempt(request: bytes, payload: int, limits: Limits) -> Answer | None:
    """None when the nursery was gone before the child was born: nothing has happened yet."""
    with ExitStack() as handles:
        answer, answer_end = _pipe(handles)
        status, status_end = _pipe(handles)
        keeper.ask(request, [payload, answer_end.fileno(), status_end.fileno()])
        answer_end.close()
        status_end.close()
        return Conversation(answer=answer, status=status, limits=limits).outcome()


def _pipe(handles: ExitStack) -> tuple[FileIO, FileIO]:
    read_end, write_end = os.pipe2(os.O_CLOEXEC)
    return handles.enter_context(FileIO(read_end, "rb")), handles.enter_context(FileIO(write_end, "wb"))
