"""The embedded home of keys: one file for each sort, mode 0600, made on first use, never seen half-written."""

import os
import stat
from pathlib import Path

from clinic.storage import key_entries
from clinic.storage.durable import sync_folder
from clinic.storage.errors import KeysInvalid
from clinic.storage.keys import MasterKeys

MOST_BYTES = 64 * 1024


def load_master_keys(*, listed: str | None, current: str | None, key_file: Path) -> MasterKeys:
    return MasterKeys.parse(load_entries(listed=listed, key_file=key_file), current=current)


def load_entries(*, listed: str | None, key_file: Path) -> str:
    """Keys given by the environment win; else those of the key file, which is made if it is not there."""
    if listed:
        return listed
    if not key_file.exists():
        _make(key_file)
    return _read(key_file)


def add_master_key(key_file: Path) -> MasterKeys:
    """Rotation, first step: a new key in front of the old ones. Then re-wrap, then take the old one out."""
    return _put(key_file, [key_entries.new(), *_read(key_file).split()])


def keep_current_only(key_file: Path) -> MasterKeys:
    """Rotation, last step: what the older keys wrapped can be opened by nobody from now on."""
    return _put(key_file, _read(key_file).split()[:1])


def _put(key_file: Path, entries: list[str]) -> MasterKeys:
    text = "\n".join(entries) + "\n"
    keys = MasterKeys.parse(text)
    _draft(key_file, text).replace(key_file)
    sync_folder(key_file.parent)
    return keys


def _make(key_file: Path) -> None:
    """Of several processes that start at once, one wins: linking refuses where the file is already there."""
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(key_file, key_entries.new() + "\n")
    try:
        os.link(draft, key_file)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    sync_folder(key_file.parent)


def _draft(key_file: Path, text: str) -> Path:
    draft = key_file.with_name(f".{key_file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(handle)
    return draft


def _read(key_file: Path) -> str:
    try:
        handle = os.open(key_file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as fault:
        raise KeysInvalid(f"{key_file} cannot be opened: {os.strerror(fault.errno or 0)}") from fault
    try:
        _demand_private(key_file, os.fstat(handle))
        return os.read(handle, MOST_BYTES).decode("ascii", "replace")
    finally:
        os.close(handle)


def _demand_private(key_file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise KeysInvalid(f"{key_file} is not a plain file")
    if found.st_mode & 0o077:
        raise KeysInvalid(f"{key_file} can be read by others: chmod 600 {key_file}")
    if found.st_uid not in (os.geteuid(), 0):
        raise KeysInvalid(f"{key_file} belongs to another user")
