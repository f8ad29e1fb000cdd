"""A lock that the kernel drops when its holder ends, however it ends; so a killed run leaves nothing to clean up."""

import fcntl
import os
from pathlib import Path


class Lock:
    """The holder may write one line of text for those who find the door closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.left_behind = ""  # the line of a holder that was killed: a clean end takes it away
        self._handle: int | None = None

    def acquire(self) -> bool:
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        self.left_behind = self.read()
        self.say("")
        return True

    def read(self) -> str:
        return self.path.read_text().strip()

    def say(self, words: str) -> None:
        assert self._handle is not None, "only the holder may write"  # noqa: S101
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, words.encode(), 0)

    def release(self) -> None:
        if self._handle is not None:
            self.say("")
            os.close(self._handle)
            self._handle = None
