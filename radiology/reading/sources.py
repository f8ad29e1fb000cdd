"""Where films lie: files, folders with all that is in them, ZIPs. Finding them reads nothing of a film."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from radiology.inference import opening
from radiology.inference.film import Film, Unreadable
from radiology.reading import archives

LARGEST_BYTES = 50 * 1024 * 1024
MISSING, NO_FILE = "missing", "not_a_file"


@dataclass(frozen=True)
class Source:
    name: str  # the path; of a film in a ZIP the path, `!` and its name there
    opened: Callable[[], Film]  # or Unreadable


def found(paths: Iterable[Path]) -> Iterator[Source]:
    """In the order of the paths; in a folder by name."""
    for path in paths:
        for file in _files(path):
            yield from _films_of(file)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        names.sort()
        yield from (Path(folder, name) for name in sorted(files))


def _films_of(path: Path) -> Iterator[Source]:
    try:
        with _handle(path) as payload:
            if not archives.is_archive(os.pread(payload, 4, 0)):
                yield Source(str(path), partial(_plain, path))
                return
            inside = archives.members(payload)
    except Unreadable as why:
        yield Source(str(path), partial(_refused, why))
        return
    for at, name in inside:
        yield Source(f"{path}!{name}", partial(_packed, path, at))


def _plain(path: Path) -> Film:
    with _handle(path) as payload:
        if os.fstat(payload).st_size > LARGEST_BYTES:
            raise Unreadable("too_large")
        return opening.open_bounded(payload)


def _packed(path: Path, at: int) -> Film:
    with _handle(path) as payload:
        data = archives.film_bytes(payload, at, LARGEST_BYTES)
    return opening.open_bounded(data)


def _refused(why: Unreadable) -> Film:
    raise why


@contextmanager
def _handle(path: Path) -> Iterator[int]:
    """A handle of its own each time: children that share one would share its place in the file too."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as fault:
        raise Unreadable(MISSING if isinstance(fault, FileNotFoundError) else NO_FILE) from fault
    try:
        if not path.is_file():
            raise Unreadable(NO_FILE)
        yield handle
    finally:
        os.close(handle)
