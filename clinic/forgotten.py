"""Subjects whose keys were destroyed, by their ids, in a file beside the database: an older backup that is restored
brings their keys back, and this file says that they are not to be used. It is no part of a backup of the database.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

_known: tuple[tuple[int, int], frozenset[UUID]] = ((0, 0), frozenset())


def file() -> Path:
    return Path(settings.HOME) / "forgotten"


def remember(subjects: Iterable[UUID]) -> None:
    """Appended and on disk before it returns."""
    lines = "".join(f"{subject}\n" for subject in subjects)
    if not lines:
        return
    where = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(where, lines.encode())
        os.fsync(where)
    finally:
        os.close(where)


def subjects() -> frozenset[UUID]:
    """Read anew when the file has grown."""
    global _known
    try:
        found = file().stat()
    except FileNotFoundError:
        return frozenset()
    state = (found.st_ino, found.st_size)
    if state != _known[0]:
        _known = (state, frozenset(UUID(line) for line in file().read_text().split()))
    return _known[1]
