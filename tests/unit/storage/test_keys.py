import base64
import uuid

import pytest

from clinic.storage import key_entries
from clinic.storage.errors import KeyDestroyed, KeyMissing, KeyProblem, KeysInvalid, KeyUnreadable
from clinic.storage.keys import DataKey, MasterKeys, new_data_key, wrapped_by

PATIENT, OTHER_PATIENT = uuid.uuid4(), uuid.uuid4()


def encoded(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


@pytest.fixture
def ring() -> MasterKeys:
    return MasterKeys.parse(f"{key_entries.new()},{key_entries.new()}")


def test_data_key_when_unwrapped_is_the_one_wrapped(ring):
    secret = new_data_key()

    assert ring.unwrap(ring.wrap(secret, PATIENT), PATIENT) == secret


def test_data_key_when_wrapped_twice_looks_different_each_time(ring):
    secret = new_data_key()

    assert ring.wrap(secret, PATIENT) != ring.wrap(secret, PATIENT)


def test_data_key_when_offered_for_another_subject_does_not_open(ring):
    wrapped = ring.wrap(new_data_key(), PATIENT)

    with pytest.raises(KeyUnreadable):
        ring.unwrap(wrapped, OTHER_PATIENT)


def test_data_key_when_any_byte_is_changed_or_cut_does_not_open(ring):
    wrapped = ring.wrap(new_data_key(), PATIENT)
    changed = [wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))]
    cut = [wrapped[:length] for length in range(1, len(wrapped))]

    for damaged in changed + cut:
        with pytest.raises(KeyProblem):
            ring.unwrap(damaged, PATIENT)


@pytest.mark.parametrize("nothing", [None, b""])
def test_data_key_when_destroyed_says_so(ring, nothing):
    with pytest.raises(KeyDestroyed):
        ring.unwrap(nothing, PATIENT)


def test_data_key_when_its_master_key_is_not_configured_names_it(ring):
    wrapped = ring.wrap(new_data_key(), PATIENT)

    with pytest.raises(KeyMissing, match=wrapped_by(wrapped)):
        MasterKeys.parse(key_entries.new()).unwrap(wrapped, PATIENT)


def test_rotation_when_rewrapped_keeps_the_data_key_and_frees_the_old_master_key():
    old, new = key_entries.new(), key_entries.new()
    secret = new_data_key()
    wrapped = MasterKeys.parse(old).wrap(secret, PATIENT)

    again = MasterKeys.parse(f"{new},{old}").rewrap(wrapped, PATIENT)

    assert wrapped_by(again) == new.partition(":")[0]
    assert MasterKeys.parse(new).unwrap(again, PATIENT) == secret


def test_wrapped_key_when_it_comes_as_the_driver_gives_it_opens(ring):
    secret = new_data_key()

    assert ring.unwrap(memoryview(ring.wrap(secret, PATIENT)), PATIENT) == secret


def test_current_key_when_named_wins_over_the_first():
    first, second = key_entries.new(), key_entries.new()
    second_id = second.partition(":")[0]

    assert MasterKeys.parse(f"{first},{second}", current=second_id).current == second_id


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no key"),
        (encoded(bytes(range(32))), "entry 1 has no usable id"),
        ("A B:" + encoded(bytes(range(32))), "entry 1 has no usable id"),
        ("k1:not base64!", "entry 1 is not base64"),
        ("k1:" + encoded(bytes(16)), "entry 1 holds 16 bytes"),
        ("k1:" + encoded(b"changeme" * 4), "entry 1 is not random"),
        (f"k1:{encoded(bytes(range(32)))},k1:{encoded(bytes(range(32)))}", "same id"),
    ],
)
def test_master_keys_when_unusable_tell_what_to_mend_and_show_no_key(text, complaint):
    with pytest.raises(KeysInvalid, match=complaint) as refusal:
        MasterKeys.parse(text)

    assert not any(part in str(refusal.value) for part in text.split(":")[1:] if part)


def test_master_keys_when_the_current_one_is_not_given_are_refused():
    with pytest.raises(KeysInvalid, match="current"):
        MasterKeys.parse(key_entries.new(), current="gone")


def test_secrets_when_printed_stay_hidden(ring):
    secret = new_data_key()
    shown = repr(ring) + repr(DataKey(subject=PATIENT, secret=secret))

    assert repr(secret) not in shown
    assert not any(repr(master) in shown for master in ring.by_id.values())


def test_derived_keys_when_purpose_salt_or_subject_differ_are_different():
    secret = new_data_key()
    derived = {
        DataKey(subject=subject, secret=secret).derive(purpose=purpose, salt=salt)
        for subject in (PATIENT, OTHER_PATIENT) for purpose in (b"a", b"b") for salt in (b"1" * 16, b"2" * 16)
    }  # fmt: skip

    assert len(derived) == 8
