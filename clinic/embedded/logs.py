"""What the members say, kept in files of the home: who starts a demo reads an address, not a stream of JSON."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

from clinic.embedded.home import make_home

MAX_BYTES = 10_000_000


class Logs:
    """One file per member. In production there is no such folder: whoever runs the tree collects its output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_home(folder)

    def open(self, name: str) -> IO[bytes]:
        return open(self._path(name), "ab", opener=_private)

    def last_words(self, name: str) -> str:
        lines = self._path(name).read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        return f"{lines[-1][:300]} (all of it: {self._path(name)})"

    def keep_short(self) -> None:
        """Copied and cut rather than moved: the members hold the file, and append to it."""
        for path in self.folder.glob("*.log"):
            with suppress(OSError):
                if path.stat().st_size > MAX_BYTES:
                    shutil.copy2(path, path.with_suffix(".log.1"))
                    os.truncate(path, 0)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
