import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from clinic.storage import key_entries
from clinic.storage.errors import KeysInvalid
from clinic.storage.keyfile import add_master_key, load_master_keys
from clinic.storage.keys import MasterKeys


def loaded(path, *, listed=None, current=None) -> MasterKeys:
    return load_master_keys(listed=listed, current=current, key_file=path)


def test_key_file_when_absent_is_made_private_and_read_again(tmp_path):
    path = tmp_path / "keys" / "master"

    first, second = loaded(path), loaded(path)

    assert first == second
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_key_file_when_many_start_at_once_is_one_key_and_leaves_no_draft(tmp_path):
    path = tmp_path / "master"

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: loaded(path).current, range(64)))

    assert len(set(found)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["master"]


def test_listed_keys_when_given_win_and_no_file_is_made(tmp_path):
    entry = key_entries.new()

    assert loaded(tmp_path / "master", listed=entry).current == entry.partition(":")[0]
    assert not (tmp_path / "master").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_key_file_when_others_may_touch_it_is_refused_with_the_cure(tmp_path, mode):
    path = tmp_path / "master"
    loaded(path)
    path.chmod(mode)

    with pytest.raises(KeysInvalid, match="chmod 600"):
        loaded(path)


def test_key_file_when_a_link_is_refused(tmp_path):
    loaded(tmp_path / "real")
    (tmp_path / "master").symlink_to(tmp_path / "real")

    with pytest.raises(KeysInvalid):
        loaded(tmp_path / "master")


def test_key_file_when_a_folder_is_refused(tmp_path):
    with pytest.raises(KeysInvalid, match="plain file"):
        loaded(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_key_file_when_of_another_user_is_refused(tmp_path):
    path = tmp_path / "master"
    loaded(path)
    os.chown(path, 12345, 12345)

    with pytest.raises(KeysInvalid, match="another user"):
        loaded(path)


def test_rotation_when_a_key_is_added_makes_it_current_and_keeps_the_old(tmp_path):
    path = tmp_path / "master"
    before = loaded(path)

    after = add_master_key(path)

    assert after == loaded(path)
    assert after.current != before.current
    assert set(before.by_id.items()) < set(after.by_id.items())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
