import base64
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clinic import signing
from clinic.signing import Seal
from clinic.storage import key_entries
from clinic.storage.errors import KeysInvalid

PURPOSE, MESSAGE = "checkpoint", b"what is signed"


@pytest.fixture(autouse=True)
def fresh_keys(settings, tmp_path: Path) -> Iterator[None]:
    settings.HOME, settings.SIGNING_KEYS = tmp_path, ""
    signing.forget_keys()
    yield
    signing.forget_keys()


def use(settings, *entries: str) -> None:
    settings.SIGNING_KEYS = ",".join(entries)
    signing.forget_keys()


def test_seal_when_made_verifies_for_its_purpose_and_message_only():
    made = signing.seal(PURPOSE, MESSAGE)

    assert signing.verifies(PURPOSE, MESSAGE, made)
    assert not signing.verifies("report", MESSAGE, made)
    assert not signing.verifies(PURPOSE, MESSAGE + b".", made)


def test_seal_when_any_byte_is_changed_or_cut_does_not_verify():
    made = signing.seal(PURPOSE, MESSAGE)
    signature = made.signature
    changed = [signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :] for at in range(len(signature))]

    for wrong in (*changed, signature[:-1], b""):
        assert not signing.verifies(PURPOSE, MESSAGE, Seal(made.key_id, wrong))


def test_seal_when_words_move_between_purpose_and_message_does_not_verify():
    made = signing.seal("engine", b"card")

    assert not signing.verifies("enginec", b"ard", made)
    with pytest.raises(ValueError):
        signing.verifies("engine\0c", b"ard", made)


def test_key_when_none_is_given_is_made_private_in_the_home_and_kept(tmp_path):
    made = signing.seal(PURPOSE, MESSAGE)
    signing.forget_keys()

    assert signing.verifies(PURPOSE, MESSAGE, made)
    assert stat.S_IMODE((tmp_path / "signing.key").stat().st_mode) == 0o600


def test_key_when_given_by_the_environment_leaves_no_file(settings, tmp_path):
    use(settings, key_entries.new())
    signing.seal(PURPOSE, MESSAGE)

    assert list(tmp_path.iterdir()) == []


def test_rotation_when_a_new_key_stands_first_signs_with_it_and_the_old_one_still_verifies(settings):
    old, new = key_entries.new(), key_entries.new()
    use(settings, old)
    before = signing.seal(PURPOSE, MESSAGE)

    use(settings, new, old)
    after = signing.seal(PURPOSE, MESSAGE)

    assert (after.key_id, before.key_id) == (new.partition(":")[0], old.partition(":")[0])
    assert signing.verifies(PURPOSE, MESSAGE, before) and signing.verifies(PURPOSE, MESSAGE, after)

    use(settings, new)
    assert not signing.verifies(PURPOSE, MESSAGE, before)


def test_seal_when_it_names_another_key_than_signed_does_not_verify(settings):
    first, second = key_entries.new(), key_entries.new()
    use(settings, first, second)
    made = signing.seal(PURPOSE, MESSAGE)

    assert not signing.verifies(PURPOSE, MESSAGE, Seal(second.partition(":")[0], made.signature))


def test_public_keys_when_used_without_us_verify_what_we_signed():
    made = signing.seal(PURPOSE, MESSAGE)

    key = Ed25519PublicKey.from_public_bytes(signing.public_keys()[made.key_id])

    key.verify(made.signature, b"rounds/1\0checkpoint\0" + MESSAGE)


def test_secret_when_things_are_printed_stays_hidden(settings):
    seed = os.urandom(32)
    use(settings, f"mine:{base64.b64encode(seed).decode()}")

    assert repr(seed) not in repr(signing._keys()) + repr(signing.seal(PURPOSE, MESSAGE))


def test_key_file_when_others_may_read_it_is_refused(tmp_path):
    signing.seal(PURPOSE, MESSAGE)
    (tmp_path / "signing.key").chmod(0o644)
    signing.forget_keys()

    with pytest.raises(KeysInvalid, match="chmod 600"):
        signing.seal(PURPOSE, MESSAGE)
