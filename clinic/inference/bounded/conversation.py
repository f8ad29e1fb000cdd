"""Listening to a child and to its nursery: what the child says is untrusted, what the nursery says is not."""

import json
import os
import re
import select
import signal
import time
from io import FileIO
from typing import Any

from clinic.inference.bounded import messages
from clinic.inference.bounded.confine import Limits
from clinic.inference.bounded.keeper import START_S, keeper
from clinic.inference.bounded.outcomes import (
    CODE,
    Answer,
    ChildCrashed,
    ChildFailed,
    ChildOutOfMemory,
    ChildOutputTooLarge,
    ChildRefused,
    ChildTimeout,
    ChildUnavailable,
)

GRACE_S = 5.0  # for a nursery that is busy; it is the one that minds the wall time
READ_BYTES = 1024 * 1024
HEAD_BYTES = 64 * 1024  # of an answer, beside what the function returns
CLASS_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


class Conversation:
    def __init__(self, *, answer: FileIO, status: FileIO, limits: Limits) -> None:
        self._answer, self._status, self._limits = answer, status, limits
        self._said = bytearray()
        self._reports = b""
        self._open = {answer.fileno(), status.fileno()}
        self._deadline = time.monotonic() + START_S
        self._has_started = False

    def outcome(self) -> Answer | None:
        """None when the nursery was gone before the child was born."""
        self._listen()
        reports = [json.loads(line) for line in self._reports.splitlines()]
        if reports and "ended" in reports[-1]:
            return _judge(reports[-1], self._said, self._limits)
        if self._has_started:
            raise ChildCrashed(signal.SIGKILL)  # whatever killed the nursery killed the child
        return None

    def _listen(self) -> None:
        """Until both have nothing more to say."""
        poll = select.poll()
        for handle in self._open:
            poll.register(handle, select.POLLIN)
        while self._open:
            for handle, _ in poll.poll(max(0.0, self._deadline - time.monotonic()) * 1000 + 1):
                if not self._hear(handle):
                    poll.unregister(handle)
                    self._open.discard(handle)
            if self._open and time.monotonic() > self._deadline:
                self._give_up()

    def _hear(self, handle: int) -> bool:
        """False at its end."""
        heard = os.read(handle, READ_BYTES)
        if handle == self._answer.fileno():
            self._said += heard
            if len(self._said) > self._limits.output_bytes + HEAD_BYTES:
                raise ChildOutputTooLarge
        elif heard:
            self._reports += heard
            self._note_start()
        return bool(heard)

    def _note_start(self) -> None:
        if not self._has_started and b"started" in self._reports:
            self._has_started = True
            self._deadline = time.monotonic() + self._limits.wall_s + GRACE_S

    def _give_up(self) -> None:
        keeper.kill()
        raise ChildTimeout if self._has_started else ChildUnavailable("the nursery does not answer")


def _judge(report: dict[str, Any], said: bytearray, limits: Limits) -> Answer:
    """How the child ended comes first: what a crashed one managed to say is not an answer."""
    if report["ended"] == "unborn":
        raise ChildFailed(report["problem"])
    if report["ended"] == "late" or _used_up(report, limits):
        raise ChildTimeout
    if report["signal"]:
        raise ChildCrashed(report["signal"])
    if report["exit"]:
        raise ChildFailed
    return Answer(_returned(said), report["wall_s"], report["cpu_s"], report["peak_bytes"])


def _used_up(report: dict[str, Any], limits: Limits) -> bool:
    was_killed = report["signal"] in (signal.SIGXCPU, signal.SIGKILL)
    return report["signal"] == signal.SIGXCPU or (was_killed and report["cpu_s"] >= limits.cpu_s)


def _returned(said: bytearray) -> Any:
    try:
        message = messages.unpack(said)
    except messages.NotAMessage:
        raise ChildFailed from None
    match message:
        case {"returned": value}:
            return value
        case {"refused": str(code)} if CODE.fullmatch(code):
            raise ChildRefused(code)
        case {"out_of_memory": True}:
            raise ChildOutOfMemory
        case {"raised": str(name)} if CLASS_NAME.fullmatch(name):
            raise ChildFailed(name)
    raise ChildFailed
