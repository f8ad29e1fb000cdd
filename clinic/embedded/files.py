"""The folder of the sealed files: prepared once, when the installation is new, and never made again by itself."""

import re
from pathlib import Path

from clinic.embedded.unavailable import Unavailable
from clinic.storage.errors import StorageError
from clinic.storage.local import LocalObjectStore

MADE_BY_A_FIRST_START = ("pg", "static")
FAN_OUT = re.compile(r"[0-9a-f]{2}")


def prepare_files(home: Path) -> None:
    """A disk that is not mounted looks like a folder that was never filled. Only what came before us tells them apart.

    A folder with objects but without a note is from before there were notes: it gets one.
    """
    folder = home / "files"
    try:
        if LocalObjectStore(folder).is_there():
            return
        if not (_is_new(home) or _has_objects(folder)):
            raise Unavailable(
                f"{folder} is not the folder with the files of this installation: is its disk not mounted? "
                "If it is right, and empty: .venv/bin/python manage.py prepare_files"
            )
        LocalObjectStore.prepare(folder)
    except StorageError as problem:
        raise Unavailable(f"{folder} cannot be read or written ({problem.code})") from None


def _is_new(home: Path) -> bool:
    return not any((home / name).exists() for name in MADE_BY_A_FIRST_START)


def _has_objects(folder: Path) -> bool:
    return folder.is_dir() and any(FAN_OUT.fullmatch(entry.name) for entry in folder.iterdir())
