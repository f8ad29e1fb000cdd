import hashlib
import os

import pytest

from clinic.storage.errors import ObjectDamaged, ObjectMissing, ObjectTooLarge
from clinic.storage.keys import DataKey, new_data_key
from clinic.storage.objects import known_name

SIX_MIB = 6 * 1024 * 1024


def pieces(content: bytes, size: int = 50_000) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def test_object_when_put_can_be_opened_verified_and_listed(store, key, content):
    kept = store.put(pieces(content), key=key)

    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    with store.open(kept.name, key=key, sha256=kept.sha256) as reader:
        assert reader.read() == content
    store.verify(kept.name, key=key, sha256=kept.sha256)
    assert store.exists(kept.name)
    assert [(o.name, o.stored_size) for o in store.list()] == [(kept.name, kept.stored_size)]


def test_object_when_larger_than_one_part_comes_back_whole_and_by_range(store, key):
    content = os.urandom(2 * SIX_MIB)

    kept = store.put(pieces(content, 1_000_000), key=key)

    with store.open(kept.name, key=key, sha256=kept.sha256) as reader:
        assert b"".join(reader.chunks(SIX_MIB - 7, SIX_MIB + 900_000)) == content[SIX_MIB - 7 : SIX_MIB + 900_000]
        assert b"".join(reader.chunks()) == content


@pytest.mark.parametrize("size", [0, 1])
def test_object_when_tiny_is_an_object_too(store, key, size):
    kept = store.put([b"x" * size], key=key)

    with store.open(kept.name, key=key, sha256=kept.sha256) as reader:
        assert reader.read() == b"x" * size


def test_object_when_put_twice_has_two_names_that_tell_nothing(store, key):
    first, second = (store.put([b"same"], key=key) for _ in range(2))

    assert first.name != second.name
    assert first.sha256 == second.sha256


def test_object_when_stored_shows_no_plaintext(local, key):
    kept = local.put([b"canary" * 100], key=key)
    stored = (local.folder / kept.name[:2] / kept.name[2:4] / kept.name).read_bytes()

    assert b"canary" not in stored


@pytest.mark.parametrize("size", [1, SIX_MIB])
def test_stream_when_it_breaks_off_leaves_nothing_and_keeps_its_own_error(store, key, size):
    def broken():
        yield os.urandom(size)
        raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError):
        store.put(broken(), key=key)

    assert list(store.list()) == []
    assert store.sweep_temp(older_than_s=-60) == 0


@pytest.mark.parametrize("size", [1, SIX_MIB])
def test_stream_when_longer_than_allowed_is_refused_and_leaves_nothing(store, key, size):
    with pytest.raises(ObjectTooLarge):
        store.put([os.urandom(size), b"x"], key=key, limit_bytes=size)

    assert list(store.list()) == []
    assert store.sweep_temp(older_than_s=-60) == 0


def test_stream_when_exactly_as_long_as_allowed_is_kept(store, key):
    assert store.put([b"12345"], key=key, limit_bytes=5).size == 5


def test_draft_when_finished_is_kept_even_if_discarded_afterwards(store, key):
    draft = store.begin(key=key)
    draft.write(b"one ")
    draft.write(memoryview(b"two"))

    kept = draft.finish()
    draft.discard()

    assert kept.name == draft.name
    with store.open(kept.name, key=key) as reader:
        assert reader.read() == b"one two"


def test_draft_when_discarded_twice_leaves_nothing(store, key):
    draft = store.begin(key=key)
    draft.write(os.urandom(SIX_MIB))

    draft.discard()
    draft.discard()

    assert list(store.list()) == []
    assert store.sweep_temp(older_than_s=-60) == 0


def test_draft_when_not_finished_is_not_visible(store, key):
    draft = store.begin(key=key)
    draft.write(b"half")

    assert not store.exists(draft.name)
    assert list(store.list()) == []
    draft.discard()


def test_object_when_deleted_is_gone_and_deleting_again_is_no_error(store, key):
    kept = store.put([b"x"], key=key)

    store.delete(kept.name)
    store.delete(kept.name)

    assert not store.exists(kept.name)
    with pytest.raises(ObjectMissing):
        store.open(kept.name, key=key)


def test_object_when_verified_with_another_digest_or_key_is_damaged(store, key, content):
    kept = store.put([content], key=key)

    with pytest.raises(ObjectDamaged):
        store.verify(kept.name, key=key, sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(ObjectDamaged):
        store.verify(kept.name, key=DataKey(subject=key.subject, secret=new_data_key()), sha256=kept.sha256)


def test_list_when_asked_for_old_objects_leaves_out_young_ones(store, key):
    store.put([b"x"], key=key)

    assert list(store.list(older_than_s=3600)) == []
    assert len(list(store.list(older_than_s=-60))) == 1


def test_store_when_well_passes_its_check(store):
    store.check()

    assert store.free_bytes() is None or store.free_bytes() > 0
    assert store.sweep_temp(older_than_s=-60) == 0


@pytest.mark.parametrize(
    "name",
    ["", "../secret", "/etc/passwd", "x" * 32, "A" * 32, "a" * 32 + "\n", "a" * 31 + "/"],
)
def test_name_when_not_one_of_ours_is_refused(store, key, name):
    with pytest.raises(ValueError, match="not the name"):
        known_name(name)
    for use in (store.exists, store.delete, lambda bad: store.open(bad, key=key)):
        with pytest.raises(ValueError, match="not the name"):
            use(name)
