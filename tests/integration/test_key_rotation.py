"""The master key is changed while people work; interrupted, it goes on; afterwards the old key opens nothing."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinic import sealing, second_factors
from clinic.actions import key_rotation
from clinic.models import Case, DataKey
from clinic.storage.errors import KeyMissing
from clinic.storage.keys import MasterKeys, wrapped_by
from tests import make
from tests.make import Person

pytestmark = pytest.mark.django_db
WORDS = "Is there a fracture of the wrist?"


@pytest.fixture(autouse=True)
def own_key_file(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Any:
    """A copy: what the made world is sealed with must open here too."""
    copied = tmp_path / "master.key"
    entries = sealing.key_file().read_text() if sealing.key_file().exists() else None
    if entries is None:
        sealing.master_keys()
        entries = sealing.key_file().read_text()
    copied.write_text(entries)
    copied.chmod(0o600)
    settings.HOME = tmp_path
    sealing.forget_all()
    yield copied
    sealing.forget_all()


def rotate(*words: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *words, stdout=out)
    return out.getvalue()


def masters_in_use(*people: Person) -> set[str]:
    found: set[str] = set()
    for person in people:
        with person.at_work():
            found |= {
                wrapped_by(bytes(row or b""))
                for row in DataKey.objects.exclude(wrapped=None).values_list("wrapped", flat=True)
            }
    return found


def question_of(person: Person, case: Case) -> str:
    sealing.forget_all()
    with person.at_work():
        return str(Case.objects.get(pk=case.pk).question)


def test_rotation_when_done_then_every_key_of_every_site_is_wrapped_anew_and_opens(clinician_a, clinician_b):
    cases = [make.case(person, question=WORDS) for person in (clinician_a, clinician_b)]
    [old] = masters_in_use(clinician_a, clinician_b)

    told = rotate()

    assert masters_in_use(clinician_a, clinician_b) == {sealing.master_keys().current} != {old}
    assert "damaged=0 lost=0 older_keys=1" in told
    assert [question_of(who, case) for who, case in zip((clinician_a, clinician_b), cases, strict=True)] == [
        WORDS,
        WORDS,
    ]


@pytest.mark.hazard("H12")
def test_rotation_when_interrupted_then_everything_opens_and_it_goes_on_where_it_was(clinician_a, monkeypatch):
    cases = [make.case(clinician_a, question=f"{WORDS} {n}") for n in range(7)]
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    batches = iter(range(2))
    rewrap = key_rotation._rewrap

    def cut_off(*told: Any) -> Any:
        if next(batches, None) is None:
            raise KeyboardInterrupt
        return rewrap(*told)

    monkeypatch.setattr(key_rotation, "_rewrap", cut_off)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    assert len(masters_in_use(clinician_a)) == 2
    assert [question_of(clinician_a, case) for case in cases] == [f"{WORDS} {n}" for n in range(7)]

    monkeypatch.setattr(key_rotation, "_rewrap", rewrap)
    rotate("--go-on")

    assert masters_in_use(clinician_a) == {sealing.master_keys().current}
    assert [question_of(clinician_a, case) for case in cases] == [f"{WORDS} {n}" for n in range(7)]
    assert "rewrapped=0" in rotate("--go-on")


def test_old_key_when_retired_then_it_opens_nothing_that_stands_there(clinician_a, own_key_file):
    case = make.case(clinician_a, question=WORDS)
    before = MasterKeys.parse(own_key_file.read_text())
    rotate()

    assert rotate("--retire", "--nobody-works") == "retired=1\n"

    assert set(sealing.master_keys().by_id).isdisjoint(before.by_id)
    with clinician_a.at_work():
        row = DataKey.objects.get(pk=case.patient_id)
    with pytest.raises(KeyMissing):
        before.unwrap(bytes(row.wrapped or b""), row.pk)
    assert question_of(clinician_a, case) == WORDS


def test_old_key_when_somebody_may_still_wrap_with_it_then_it_stays(clinician_a, own_key_file):
    rotate()

    with pytest.raises(CommandError, match="less than 10 minutes"):
        rotate("--retire")
    assert len(sealing.master_keys().by_id) == 2

    ago = own_key_file.stat().st_mtime - key_rotation.SETTLES_AFTER_S
    os.utime(own_key_file, (ago, ago))
    assert rotate("--retire") == "retired=1\n"


def test_old_key_when_something_cannot_be_wrapped_anew_then_it_stays(clinician_a):
    damaged, other = make.case(clinician_a, question=WORDS), make.case(clinician_a, question=WORDS)
    with clinician_a.at_work():
        row = DataKey.objects.get(pk=damaged.patient_id)
        wrapped = bytes(row.wrapped or b"")
        DataKey.objects.filter(pk=row.pk).update(wrapped=wrapped[:-1] + bytes([wrapped[-1] ^ 1]))

    with pytest.raises(CommandError, match="1 keys cannot be wrapped anew"):
        rotate()
    with pytest.raises(CommandError, match="1 keys cannot be wrapped anew"):
        rotate("--retire", "--nobody-works")

    assert len(sealing.master_keys().by_id) == 2
    assert question_of(clinician_a, other) == WORDS


def test_key_when_destroyed_while_keys_are_rotated_then_it_stays_destroyed(clinician_a, monkeypatch):
    case = make.case(clinician_a)
    again = key_rotation._again

    def destroyed_first(keys: Any, wrapped: bytes, subject: Any, counts: Any) -> Any:
        if subject == case.patient_id:
            DataKey.objects.filter(pk=subject).update(wrapped=None, destroyed_at=case.opened_at)
        return again(keys, wrapped, subject, counts)

    monkeypatch.setattr(key_rotation, "_again", destroyed_first)
    rotate()

    with clinician_a.at_work():
        assert DataKey.objects.get(pk=case.patient_id).wrapped is None


def test_process_when_another_has_rotated_then_it_opens_with_the_new_key_at_once(clinician_a, own_key_file):
    """What a web process does: it read its keys long ago."""
    case = make.case(clinician_a, question=WORDS)
    long_ago = sealing.master_keys()
    rotate()
    rotate("--retire", "--nobody-works")

    assert sealing.master_keys() != long_ago
    assert question_of(clinician_a, case) == WORDS


def test_second_factor_when_keys_are_rotated_then_its_codes_stay_and_its_secret_is_wrapped_anew(clinician_a):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    totp, codes = TOTP.activate(clinician_a.user, secret).instance, RecoveryCodes.activate(clinician_a.user)
    before = codes.get_unused_codes()

    rotate()
    rotate("--retire", "--nobody-works")

    totp.refresh_from_db()
    codes.instance.refresh_from_db()
    assert second_factors.SealedSecrets().decrypt(totp.data["secret"]) == secret
    assert codes.get_unused_codes() == before


def test_rotation_when_the_keys_come_from_the_environment_then_it_says_where_to_change_them(settings, own_key_file):
    settings.MASTER_KEYS = own_key_file.read_text()

    with pytest.raises(CommandError, match="ROUNDS_MASTER_KEYS"):
        rotate()


def test_rotation_when_done_then_told_without_any_key(clinician_a, own_key_file):
    make.case(clinician_a)

    rotate()
    rotate("--retire", "--nobody-works")

    events = make.audit_events()
    told = {event["event"] for event in events}
    assert {"master_key.added", "data_keys.rewrapped", "master_key.retired"} <= told
    secrets = [entry.partition(":")[2] for entry in own_key_file.read_text().split()]
    assert not any(secret in str(event) for event in events for secret in secrets)
