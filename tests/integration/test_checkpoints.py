"""Signed checkpoints: made in time, never over a chain that does not hold, and kept where the database is not."""

import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from botocore.exceptions import ClientError
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from clinic import audit, chain, scheduler, signing, witness
from clinic.actions import checkpoints
from clinic.checkpoints import Checkpoint, NotACheckpoint
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import AuditCheckpoint, AuditLink, Case, WitnessCode, WitnessState
from clinic.witness import WitnessFile
from clinic.witness_bucket import WitnessBucket
from tests import make
from tests.make import Person

NAME = "scheduler@here"


@pytest.fixture(autouse=True)
def witness_file(tmp_path: Path, monkeypatch) -> Iterator[WitnessFile]:
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "witness" / "audit.jsonl")
    yield witness.file()


@pytest.fixture(autouse=True)
def nothing_is_old(monkeypatch) -> None:
    """The people of the suite were made when it began, which may be minutes ago."""
    monkeypatch.setattr(checkpoints, "AFTER", timedelta(days=1))


@pytest.fixture
def at_once(monkeypatch) -> None:
    monkeypatch.setattr(checkpoints, "AFTER", timedelta(0))


def keep(may_sign: bool = True) -> int:
    make.settle()
    return checkpoints.keep(name=NAME, may_sign=may_sign)


def told() -> WitnessState:
    return WitnessState.objects.get(name=NAME)


def as_superuser(*statements: str) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER, name), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            superuser.execute(statement.encode())


# --- made in time -----------------------------------------------------------------------------------------------------


def test_checkpoint_when_events_wait_a_minute_then_signed_and_written_to_witness_and_database(
    case_a: Case, witness_file: WitnessFile, at_once
):
    assert keep() == 1

    [checkpoint] = witness_file.after(0)
    newest = AuditLink.objects.latest("seq")
    assert (checkpoint.first, checkpoint.seq, checkpoint.hash) == (1, newest.seq, bytes(newest.hash))
    assert checkpoint.is_signed
    assert [copy.line for copy in AuditCheckpoint.objects.all()] == [checkpoint.line]
    assert (told().code, told().seq) == (WitnessCode.OK, newest.seq)


def test_checkpoint_when_events_are_fresh_and_few_then_it_waits(case_a: Case, witness_file: WitnessFile):
    assert keep() == 0

    assert not witness_file.path.exists()
    assert told().code == WitnessCode.OK


def test_checkpoint_when_very_many_events_wait_then_at_once_and_each_of_a_thousand_at_most(
    case_a: Case, witness_file: WitnessFile, monkeypatch
):
    monkeypatch.setattr(checkpoints, "MOST_EVENTS", 5)
    make.settle()
    events = AuditLink.objects.count()

    assert keep() == events // 5

    made = list(witness_file.after(0))
    assert all(found.seq - found.first == 4 for found in made)
    assert [later.follows(earlier) for earlier, later in zip([None, *made], made, strict=False)] == [True] * len(made)


def test_checkpoint_when_nothing_new_happened_then_none(case_a: Case, at_once):
    keep()

    assert keep() == 0


def test_checkpoint_when_somebody_else_signs_then_this_witness_only_catches_up(
    case_a: Case, witness_file: WitnessFile, at_once, tmp_path, monkeypatch
):
    assert keep(may_sign=False) == 0
    keep()

    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "other.jsonl")
    assert keep(may_sign=False) == 0

    assert witness.file().path.read_text() == witness_file.path.read_text()


def test_checkpoint_when_the_process_died_before_its_copy_then_the_copy_is_made_from_the_file(
    case_a: Case, at_once, monkeypatch
):
    with monkeypatch.context() as dying:
        dying.setattr(checkpoints, "_keep_copy", lambda _checkpoint: None)
        keep()
    assert not AuditCheckpoint.objects.exists()

    keep()

    assert AuditCheckpoint.objects.count() == 1


def test_witness_when_the_last_line_is_torn_then_it_goes_on_after_the_last_whole_one(
    clinician_a: Person, case_a: Case, witness_file: WitnessFile, at_once
):
    keep()
    with witness_file.path.open("a") as file:
        file.write('{"at":"2026-')
    make.note(clinician_a, case_a)

    assert keep() == 1

    made, wrong = chain.read_witness(witness_file.lines())
    assert (len(made), wrong) == (2, None)


# --- never over what does not hold ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_checkpoint_when_the_chain_was_changed_then_nothing_is_signed_and_it_is_an_event(
    clinician_a: Person, at_once, witness_file: WitnessFile
):
    make.case(clinician_a)
    as_superuser("UPDATE audit_event SET body = body || ' ' WHERE id = (SELECT event FROM audit_link WHERE seq = 3)")

    assert keep() == keep() == 0

    assert (told().code, told().seq) == (WitnessCode.BROKEN, 3)
    assert not witness_file.path.exists()
    assert [event["facts"] for event in make.audit_events("witness.failed")] == [{"code": "broken", "position": 3}]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_checkpoint_when_the_tail_was_cut_and_the_head_mended_then_it_does_not_go_on(clinician_a: Person, at_once):
    make.case(clinician_a)
    keep()
    witnessed = told().seq
    as_superuser(
        "DELETE FROM audit_event e USING audit_link l"
        " WHERE e.id = l.event AND l.seq > (SELECT max(seq) - 2 FROM audit_link)",
        "DELETE FROM audit_link WHERE seq > (SELECT max(seq) - 2 FROM audit_link)",
        "UPDATE audit_head h SET seq = l.seq, hash = l.hash FROM audit_link l"
        " WHERE l.seq = (SELECT max(last.seq) FROM audit_link last)",
    )

    assert keep() == 0

    assert (told().code, told().seq) == (WitnessCode.NOT_CONTINUED, witnessed)


def test_checkpoint_when_the_copy_in_the_database_is_forged_then_the_witness_does_not_take_it(
    case_a: Case, at_once, witness_file: WitnessFile, tmp_path, monkeypatch
):
    keep()
    made = AuditCheckpoint.objects.get()
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "new.jsonl")
    monkeypatch.setattr(settings, "SIGNING_KEYS", "other:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=")
    signing.forget_keys()

    keep()

    assert told().code == WitnessCode.NOT_CONTINUED
    assert not witness.file().path.exists()
    monkeypatch.undo()
    signing.forget_keys()
    assert Checkpoint.parse(made.line).is_signed


def test_witness_when_a_folder_stands_in_its_place_then_an_alarm_and_the_database_has_no_copy(
    case_a: Case, at_once, witness_file: WitnessFile
):
    witness_file.path.mkdir(parents=True)

    keep()

    assert told().code == WitnessCode.UNWRITABLE
    assert not AuditCheckpoint.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE audit_checkpoint SET line = ''", "DELETE FROM audit_checkpoint",
                                       "TRUNCATE audit_checkpoint",
                                       "SELECT * FROM audit_head FOR UPDATE"])  # fmt: skip
def test_application_when_it_would_change_checkpoints_then_refused(db, statement: str):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- the line ---------------------------------------------------------------------------------------------------------


def test_line_when_changed_anywhere_then_no_checkpoint_or_not_signed(db):
    line = Checkpoint.over([bytes(range(32))], after=None, at="2026-01-01T00:00:00+00:00").line

    for at in range(len(line)):
        changed = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1 :]
        try:
            assert not Checkpoint.parse(changed).is_signed, changed
        except NotACheckpoint:
            continue


def test_line_when_taken_out_or_put_elsewhere_then_the_witness_is_out_of_order(db):
    first = Checkpoint.over([b"1" * 32], after=None, at="")
    second = Checkpoint.over([b"2" * 32], after=first, at="")
    third = Checkpoint.over([b"3" * 32], after=second, at="")

    for lines in ([second], [first, third], [first, second, second], [first, third, second]):
        _kept, wrong = chain.read_witness([found.line for found in lines])
        assert wrong is not None and wrong.reason == "order"


# --- all of it --------------------------------------------------------------------------------------------------------


def test_verify_when_nothing_was_touched_then_it_holds_and_says_how_far_it_is_witnessed(
    clinician_a: Person, case_a: Case, witness_file: WitnessFile, at_once
):
    keep()
    witnessed = told().seq
    make.note(clinician_a, case_a)
    make.settle()

    verdict = chain.verify(witness_file.lines())

    assert verdict.holds
    assert (verdict.checkpoints, verdict.witnessed_to, verdict.events) == (1, witnessed, witnessed + 1)


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-1, 1])
def test_clock_when_an_hour_off_then_told_once_and_the_order_stays(clinician_a: Person, case_a: Case, hours: int):
    with time_machine.travel(datetime.now().astimezone() + timedelta(hours=hours), tick=True):
        make.note(clinician_a, case_a)
        assert checkpoints.tell_skew() == 1
        make.settle()
        assert checkpoints.tell_skew() == 0

    [event] = make.audit_events("clock.skewed")
    assert event["facts"]["seconds"] == pytest.approx(3600 * hours, abs=5)
    assert chain.first_fault() is None


def test_clock_when_right_then_nothing_is_told(db):
    assert checkpoints.tell_skew() == 0


# --- the scheduler ----------------------------------------------------------------------------------------------------


def test_scheduler_when_running_then_it_keeps_the_witness(case_a: Case, at_once, witness_file, monkeypatch):
    make.settle()
    stopping = threading.Event()
    monkeypatch.setattr(scheduler, "WITNESS_EVERY_S", 0)
    monkeypatch.setattr(scheduler, "close_old_connections", stopping.set)

    scheduler.keep_witness(stopping)

    assert len(list(witness_file.after(0))) == 1


# --- the bucket -------------------------------------------------------------------------------------------------------


@pytest.fixture
def locked_bucket(s3_server, monkeypatch) -> WitnessBucket:
    from clinic.storage.s3 import s3_storage

    name = f"witness-{os.urandom(4).hex()}"
    storage = s3_storage(bucket_name=name, endpoint_url=s3_server.address, access_key="a", secret_key="b",
                         region_name="us-east-1")  # fmt: skip
    client = storage.connection.meta.client
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    made = WitnessBucket(client, name, keep_days=2)
    monkeypatch.setattr(witness, "bucket", lambda: made)
    return made


def test_bucket_when_configured_then_it_gets_every_checkpoint_locked_and_catches_up(
    clinician_a: Person, case_a: Case, at_once, witness_file: WitnessFile, locked_bucket: WitnessBucket, monkeypatch
):
    with monkeypatch.context() as away:
        away.setattr(witness, "bucket", lambda: None)
        keep()
    make.note(clinician_a, case_a)
    keep()

    assert list(locked_bucket.lines()) == [found.line for found in witness_file.after(0)]
    assert locked_bucket.last_seq() == told().seq
    newest = locked_bucket.client.list_object_versions(Bucket=locked_bucket.bucket)["Versions"][0]
    with pytest.raises(ClientError, match="AccessDenied"):
        locked_bucket.client.delete_object(
            Bucket=locked_bucket.bucket, Key=newest["Key"], VersionId=newest["VersionId"]
        )


def test_bucket_when_somebody_puts_another_version_then_the_first_is_read(
    case_a: Case, at_once, witness_file: WitnessFile, locked_bucket: WitnessBucket
):
    keep()
    [name] = [found["Key"] for found in locked_bucket.client.list_objects_v2(Bucket=locked_bucket.bucket)["Contents"]]
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        locked_bucket.client.put_object(Bucket=locked_bucket.bucket, Key=name, Body=b"{}")

    assert list(locked_bucket.lines()) == [found.line for found in witness_file.after(0)]


def test_bucket_when_away_then_an_alarm_and_the_file_goes_on(
    case_a: Case, at_once, witness_file: WitnessFile, locked_bucket: WitnessBucket, s3_server
):
    s3_server.fail("503 Slow", when=lambda environ: True)
    try:
        keep()
    finally:
        s3_server.fault = None

    assert told().code == WitnessCode.UNWRITABLE
    assert len(list(witness_file.after(0))) == 1


def test_event_when_about_the_machinery_then_it_has_no_target_id(db):
    with audit.act(checkpoints.WITNESS, "clock.skewed") as doing:
        doing.about(audit.Machinery(), seconds=6)

    [event] = make.audit_events("clock.skewed")
    assert (event["target"], event["target_id"], event["site"]) == ("Machinery", None, None)
