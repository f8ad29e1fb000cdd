import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic.storage.errors import ObjectDamaged, ObjectMissing, StorageDown, StorageFull
from clinic.storage.frames import FRAME_BYTES
from clinic.storage.local import MARK, LocalObjectStore

ROOT = Path(__file__).resolve().parents[3]
STUCK_WRITER = """
import os, sys, time, uuid
from pathlib import Path
from clinic.storage.keys import DataKey, new_data_key
from clinic.storage.local import LocalObjectStore
draft = LocalObjectStore(Path(sys.argv[1])).begin(key=DataKey(subject=uuid.uuid4(), secret=new_data_key()))
draft.write(os.urandom(500_000))
print(draft.name, flush=True)
time.sleep(60)
"""


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != MARK]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MiB, really full when it is full."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=2000", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting needs root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_disk_when_full_refuses_keeps_what_was_there_and_recovers(small_disk, key):
    store = LocalObjectStore.prepare(small_disk / "objects")
    kept = store.put([os.urandom(600_000)], key=key)

    with pytest.raises(StorageFull):
        store.put([os.urandom(600_000)], key=key)

    assert [o.name for o in store.list()] == [kept.name]
    assert len(files_below(small_disk)) == 1
    store.verify(kept.name, key=key, sha256=kept.sha256)
    assert store.put([os.urandom(100_000)], key=key).size == 100_000


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageDown),
        (errno.EACCES, StorageDown), (errno.EROFS, StorageDown), (errno.ENOENT, StorageDown),
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename", "mkdir"])
def test_put_when_any_call_fails_names_the_failure_and_leaves_nothing(local, key, monkeypatch, call, number, expected):
    def failing(*args, **kwargs):
        raise OSError(number, "injected")

    with monkeypatch.context() as broken:
        broken.setattr(os, call, failing)
        with pytest.raises(expected):
            local.put([os.urandom(200_000)], key=key)

    assert files_below(local.folder) == []


def test_put_when_the_folder_cannot_be_synced_after_the_rename_leaves_nothing(local, key, monkeypatch):
    local.put([b"x"], key=key)
    real, calls = os.fsync, []

    def failing_for_folders(handle):
        calls.append(handle)
        if stat.S_ISDIR(os.fstat(handle).st_mode) and len(files_below(local.folder)) == 2:
            raise OSError(errno.EIO, "injected")
        real(handle)

    monkeypatch.setattr(os, "fsync", failing_for_folders)

    with pytest.raises(StorageDown):
        local.put([b"y"], key=key)

    assert len(list(local.list())) == 1


def test_write_when_the_system_takes_only_some_bytes_goes_on(local, key, monkeypatch):
    real, content = os.write, os.urandom(3 * FRAME_BYTES)
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data)[:1000]))

    kept = local.put([content], key=key)

    with local.open(kept.name, key=key, sha256=kept.sha256) as reader:
        assert reader.read() == content


def test_read_when_the_disk_fails_says_the_storage_is_down(local, key, monkeypatch):
    kept = local.put([os.urandom(200_000)], key=key)
    reader = local.open(kept.name, key=key)

    def failing(*args):
        raise OSError(errno.EIO, "injected")

    monkeypatch.setattr(os, "pread", failing)

    with pytest.raises(StorageDown):
        reader.read()


def test_read_when_the_file_shrinks_meanwhile_says_damaged(local, key):
    kept = local.put([os.urandom(500_000)], key=key)
    reader = local.open(kept.name, key=key)
    os.truncate(files_below(local.folder)[0], 100_000)

    with pytest.raises(ObjectDamaged):
        reader.read()


def test_writer_when_killed_leaves_no_object_and_the_sweep_removes_its_draft(local):
    writer = subprocess.Popen(
        [sys.executable, "-c", STUCK_WRITER, local.folder], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    name = writer.stdout.readline().strip()
    writer.send_signal(signal.SIGKILL)
    writer.communicate()

    assert not local.exists(name)
    assert list(local.list()) == []
    assert len(files_below(local.folder)) == 1
    assert local.sweep_temp(older_than_s=3600) == 0
    assert local.sweep_temp(older_than_s=-60) == 1
    assert files_below(local.folder) == []


def test_sweep_when_objects_are_old_leaves_them(local, key):
    kept = local.put([b"x"], key=key)
    old = time.time() - 10_000
    os.utime(files_below(local.folder)[0], (old, old))

    assert local.sweep_temp(older_than_s=0) == 0
    assert [o.name for o in local.list(older_than_s=9_000)] == [kept.name]


def test_files_and_folders_when_made_are_for_their_owner_only(local, key):
    previous = os.umask(0)
    try:
        local.put([b"x"], key=key)
    finally:
        os.umask(previous)

    for path in [local.folder, *local.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if path.is_file() else 0o700)


def uses(store, name, key):
    return {
        "check": store.check,
        "free_bytes": store.free_bytes,
        "put": lambda: store.put([b"x"], key=key),
        "open": lambda: store.open(name, key=key),
        "exists": lambda: store.exists(name),
        "delete": lambda: store.delete(name),
        "list": lambda: list(store.list()),
        "sweep_temp": lambda: store.sweep_temp(older_than_s=0),
    }


@pytest.mark.parametrize("is_replaced", [False, True], ids=["gone", "an empty folder in its place"])
def test_store_when_its_folder_goes_away_is_down_makes_no_other_and_is_well_when_it_is_back(
    local, key, tmp_path, is_replaced
):
    """An empty folder: what is left of a mount point when its disk is not mounted."""
    kept = local.put([b"x"], key=key)
    local.folder.rename(tmp_path / "away")
    if is_replaced:
        local.folder.mkdir()

    for store in (local, LocalObjectStore(local.folder)):  # the second: another process, started meanwhile
        for use in uses(store, kept.name, key).values():
            with pytest.raises(StorageDown):
                use()

    assert local.folder.exists() is is_replaced
    if is_replaced:
        local.folder.rmdir()  # it is empty
    (tmp_path / "away").rename(local.folder)
    local.check()
    local.verify(kept.name, key=key, sha256=kept.sha256)


def test_writer_when_the_folder_goes_away_meanwhile_is_down(local, key, tmp_path):
    draft = local.begin(key=key)
    draft.write(b"x" * 100_000)
    local.folder.rename(tmp_path / "away")
    local.folder.mkdir()

    with pytest.raises(StorageDown):
        draft.finish()

    assert files_below(local.folder) == []


def test_object_when_it_alone_is_gone_is_missing(local, key):
    kept = local.put([b"x"], key=key)
    local.delete(kept.name)

    with pytest.raises(ObjectMissing):
        local.open(kept.name, key=key)
    assert not local.exists(kept.name)


def test_prepare_when_done_again_changes_nothing(local, key):
    kept = local.put([b"x"], key=key)

    again = LocalObjectStore.prepare(local.folder)

    again.verify(kept.name, key=key, sha256=kept.sha256)
    assert [found.name for found in again.list()] == [kept.name]


def test_object_when_replaced_by_a_link_is_not_followed(local, key, tmp_path):
    kept = local.put([b"x"], key=key)
    place = files_below(local.folder)[0]
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StorageDown):
        local.open(kept.name, key=key)
