"""Secrets made once and kept in a file that only its owner may read."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from clinic.embedded.home import make_home
from clinic.embedded.unavailable import Unavailable


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Whole or not at all, and the first of two wins: settings load in several processes at once."""
    try:
        with suppress(FileNotFoundError):
            return path.read_text()
        make_home(path.parent)
        _write_once(path, make())
        return path.read_text()
    except OSError as problem:
        raise Unavailable(
            f"{path} cannot be read or made ({problem.strerror}): make room, or name another ROUNDS_HOME"
        ) from None


def _write_once(path: Path, words: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(words)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
