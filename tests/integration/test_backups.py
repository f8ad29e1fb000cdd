"""A backup is taken while people work, put back elsewhere, and is what it was; the forgotten stay forgotten."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from clinic import chain, forgotten, sealing, uploads, witness
from clinic.actions import backups as acts
from clinic.actions import checkpoints, erasing, janitor, proposals
from clinic.actions import uploads as upload_acts
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.backups import checking, restoring
from clinic.backups import database as backup_database
from clinic.backups.archive import ArchiveReader
from clinic.backups.keys import backup_keys
from clinic.command_files import Mistake
from clinic.embedded import preparation
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import Backup, Case, Patient, RestoreDrill, Upload
from clinic.storage import keyfile
from clinic.storage.local import LocalObjectStore
from tests import database, make
from tests.make import Person, Staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LOOKED_AT = database.name_of("looked_at")
OF_DRILLS = r"datname LIKE 'rounds\_drill\_%'"
NAME, LETTER = "Canary Cuckoo", b"Dear canary, all is well.\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_store: LocalObjectStore) -> Path:
    """Witness, list of the forgotten and backups of this test alone; the keys are those of the session."""
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "witness" / "audit.jsonl")
    monkeypatch.setattr(settings, "BACKUP_FOLDER", tmp_path / "backups")
    monkeypatch.setattr(forgotten, "file", lambda: tmp_path / "forgotten")
    monkeypatch.setattr(checkpoints, "AFTER", timedelta(0))
    (tmp_path / "backups").mkdir()
    backup_database.drop_scratch(LOOKED_AT)
    return tmp_path


@pytest.fixture
def case(clinician_a: Person) -> Case:
    found = make.case(clinician_a, of=make.patient(clinician_a, name=NAME))
    make.note(clinician_a, found)
    make.upload(clinician_a, found, LETTER, "canary.txt")
    checkpoints.keep(name="here", may_sign=True)
    return found


def backup(to: Path) -> Path:
    return acts.take(by=Actor.system("backup"), to=to, say=lambda _line: None).path


def said_by(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


@contextmanager
def empty_installation(folder: Path) -> Iterator[LocalObjectStore]:
    """Another database, another file store, another witness; the keys that were kept apart are there."""
    server, name = Embedded(settings.HOME), database.name_of("empty")
    database.drop(server, name)
    with database._as_superuser(server) as superuser:
        preparation.make_database(superuser, name)
    preparation.prepare_schema(server.dsn(SUPERUSER, "postgres"), name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "FILES_FOLDER", folder / "files")
        patch.setattr(settings, "WITNESS_FILE", folder / "witness" / "audit.jsonl")
        uploads.store.cache_clear()
        sealing.forget_all()
        with database.entered("empty"):
            yield LocalObjectStore(folder / "files")
    uploads.store.cache_clear()
    sealing.forget_all()
    database.drop(server, name)


def forget(staff: Staff, case: Case) -> None:
    admin, lead = staff[Role.ADMIN], staff[Role.LEAD]
    with admin.at_work():
        patient = Patient.objects.get(pk=case.patient_id)
        proposal = erasing.ask(by=admin.actor, patient=patient, reason="She asked for it")
    with lead.at_work():
        proposals.agree(by=lead.actor, proposal=proposal, confirmed_at=timezone.now())


def test_backup_when_put_into_an_empty_installation_then_everything_is_there_and_work_goes_on(
    home, case, clinician_a, own_store
):
    path = backup(home / "backups")
    stored = {found.name for found in own_store.list()}

    with empty_installation(home / "new") as files:
        said = said_by("restore", str(path), nobody_forgotten=True)
        with clinician_a.at_work():
            upload = Upload.objects.select_related("case").get(case=case.pk)
            read = b"".join(uploads.open_upload(upload).chunks())
            assert Case.objects.get(pk=case.pk).question == "Is there a fracture?"
        found = {one.name for one in files.list()}
        make.note(clinician_a, case, "Written after the restore.")
        events = {body["event"] for body in make.audit_events()}
        checkpoints.keep(name="there", may_sign=True)
        verdict = chain.verify(witness.file().lines())

    assert (read, found) == (LETTER, stored)
    assert "differ=0" in said and "chain=holds" in said
    assert "backup.restored" in events
    assert verdict.holds and verdict.witnessed_to == verdict.events


def test_backup_when_people_write_meanwhile_then_it_is_of_one_moment(home, case, clinician_a, monkeypatch):
    """Rows that came behind the cut are not in it; a file that was let go behind the cut still is."""
    with clinician_a.at_work():
        gone = make.upload(clinician_a, case, b"Let go meanwhile.\n", "gone.txt")
    dump = backup_database.dump

    def disturbed(snapshot: str) -> Any:
        def meanwhile() -> None:
            make.note(clinician_a, case, "Written meanwhile.")
            with clinician_a.at_work():
                Upload.objects.filter(pk=gone.pk).update(expired_at=timezone.now())
                upload_acts.let_go(gone.object_name)
            connection.close()

        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join()
        return dump(snapshot)

    monkeypatch.setattr(backup_database, "dump", disturbed)
    taken = acts.take(by=Actor.system("backup"), to=home / "backups", say=lambda _line: None)

    manifest, findings = restoring.restore_into(LOOKED_AT, taken.path, gone=frozenset())
    try:
        with backup_database.connect(LOOKED_AT) as owner:
            notes = owner.execute("SELECT count(*) FROM clinic_note").fetchone()
    finally:
        backup_database.drop_scratch(LOOKED_AT)
    assert (notes, findings.differ, findings.holds) == ((1,), [], True)
    assert (findings.objects, findings.opened) == (2, 2)
    assert manifest.tables["clinic_note"][0] == 1
    monkeypatch.setattr(settings, "ORPHAN_AFTER_MINUTES", 0)
    assert uploads.store().exists(gone.object_name)  # nothing is deleted while a backup is taken
    assert janitor.remove_orphans() == 1
    assert not uploads.store().exists(gone.object_name)


def test_patient_when_forgotten_after_the_backup_then_a_restore_does_not_bring_her_back(
    home, case, staff_a, clinician_a, own_store
):
    path = backup(home / "backups")
    forget(staff_a, case)
    kept_apart = home / "list-kept-apart"
    shutil.copy(forgotten.file(), kept_apart)
    forgotten.file().unlink()

    with empty_installation(home / "new") as files:
        with pytest.raises(CommandError, match="Who was forgotten"):
            call_command("restore", str(path))
        said = said_by("restore", str(path), forgotten=kept_apart)
        with clinician_a.at_work():
            fresh = Case.objects.select_related("patient").get(pk=case.pk)
            assert fresh.patient.erased_at is not None
            with pytest.raises(sealing.Unreadable):
                _ = fresh.question
        assert list(files.list()) == []
        verdict = chain.verify(witness.file().lines())

    assert "forgotten_again=1" in said and "differ=0" in said
    assert verdict.holds


def test_restore_when_the_installation_holds_data_then_refused_and_nothing_changes(home, case, own_store):
    path = backup(home / "backups")
    before, files = _everything(), {one.name for one in own_store.list()}

    with pytest.raises(CommandError, match="holds data already"):
        call_command("restore", str(path), nobody_forgotten=True)

    assert _everything() == before and {one.name for one in own_store.list()} == files
    assert dict(before)["clinic_case"] == 1 and files


def _everything() -> list[tuple[str, int]]:
    """How many rows each table has, whatever the scope shows."""
    with backup_database.connect() as owner:
        names = owner.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return [(name, owner.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchall()[0][0])
                for (name,) in names]  # fmt: skip


@pytest.mark.parametrize("harm", ["changed", "cut", "swapped key", "no backup"])
def test_archive_when_it_is_not_what_was_written_then_refused_before_anything_is_touched(home, case, harm, monkeypatch):
    path = backup(home / "backups")
    data = bytearray(path.read_bytes())
    if harm == "changed":
        data[len(data) // 2] ^= 1
    elif harm == "cut":
        del data[-70_000:]
    elif harm == "no backup":
        data[:4] = b"PK\x03\x04"
    else:
        other = keyfile.load_master_keys(listed=None, current=None, key_file=home / "other.key")
        monkeypatch.setattr(restoring, "backup_keys", lambda: other)
    path.write_bytes(data)

    with pytest.raises(Mistake, match=r"damaged|not here"):
        restoring.restore_into("rounds_never", path, gone=frozenset())

    assert (
        backup_database.connect().execute("SELECT FROM pg_database WHERE datname = 'rounds_never'").fetchone() is None
    )


def test_restore_when_a_key_is_missing_then_it_says_which_and_makes_none(home, case, monkeypatch):
    path = backup(home / "backups")
    monkeypatch.setattr(settings, "HOME", home / "bare")
    (home / "bare").mkdir()

    with pytest.raises(CommandError, match=r"backup\.key.*master\.key.*signing\.key"):
        call_command("restore", str(path), nobody_forgotten=True)

    assert list((home / "bare").iterdir()) == []


def test_archive_when_looked_into_then_no_key_and_no_word_to_search_by_is_in_it(home, case):
    """Words lie in unlogged tables; keys that open anything lie in the home."""
    path = backup(home / "backups")
    secrets = [part for name in ("master.key", "backup.key", "signing.key")
               for part in (settings.HOME / name).read_text().split()]  # fmt: skip

    with ArchiveReader(path, backup_keys()) as archive:
        inside = b"".join(piece for member in archive.members() for piece in member.chunks())
    restoring.restore_into(LOOKED_AT, path, gone=frozenset())
    with backup_database.connect(LOOKED_AT) as owner:
        words = owner.execute("SELECT count(*) FROM clinic_casewords").fetchone()
    backup_database.drop_scratch(LOOKED_AT)

    assert words == (0,)
    assert not any(secret.partition(":")[2].encode() in inside for secret in secrets)
    assert NAME.encode() not in inside and LETTER not in inside
    assert path.stat().st_mode & 0o077 == 0


def test_rows_when_changed_in_what_came_back_then_the_table_is_named(home, case):
    path = backup(home / "backups")
    manifest, _findings = restoring.restore_into(LOOKED_AT, path, gone=frozenset())
    found = checking.Findings()

    try:
        with backup_database.connect(LOOKED_AT) as owner:
            owner.execute("UPDATE clinic_patient SET sex = 'female'")
            checking.compare_tables(owner, manifest, found)
    finally:
        backup_database.drop_scratch(LOOKED_AT)

    assert found.differ == ["table clinic_patient", "table clinic_patientversion"]  # the version before is kept


def test_drill_when_asked_for_then_the_newest_backup_is_tried_and_the_scratch_database_is_gone(
    home, case, staff_a, work_lane
):
    admin = staff_a[Role.ADMIN]
    backup(home / "backups")
    with admin.at_work():
        acts.ask_for_drill(by=admin.actor)
    work_lane("io_batch")

    row = RestoreDrill.objects.get()
    assert (row.problem, row.backup) == ("", Backup.objects.get().pk)
    assert row.figures["rows"] > 50 and row.figures["objects"] == row.figures["opened"] == 1
    assert row.figures["chain_holds"] and row.figures["events"] == Backup.objects.get().position
    scratch = f"SELECT count(*) FROM pg_database WHERE {OF_DRILLS}"  # noqa: S608
    assert backup_database.connect().execute(scratch).fetchone() == (0,)
    assert [body["facts"]["problem"] for body in make.audit_events("backup.drilled")] == [""]


def test_drill_when_its_database_cannot_be_dropped_then_what_it_found_is_told_all_the_same(
    home, case, staff_a, work_lane, monkeypatch
):
    backup(home / "backups")
    read, drop = Mock(wraps=restoring.read), backup_database.drop_scratch
    monkeypatch.setattr(restoring, "read", read)
    outcomes = iter([drop, _cannot])
    monkeypatch.setattr(backup_database, "drop_scratch", lambda name: next(outcomes)(name))

    with staff_a[Role.ADMIN].at_work():
        acts.ask_for_drill(by=staff_a[Role.ADMIN].actor)
    work_lane("io_batch")
    left = f"SELECT datname FROM pg_database WHERE {OF_DRILLS}"  # noqa: S608
    for (name,) in backup_database.connect().execute(left).fetchall():
        drop(name)

    assert RestoreDrill.objects.get().problem == ""
    assert read.call_count == 1


def _cannot(name: str) -> None:
    raise psycopg.OperationalError("somebody else is at it")


def test_drill_when_there_is_no_backup_or_a_damaged_one_then_it_says_so(home, case, staff_a, work_lane):
    admin = staff_a[Role.ADMIN]
    with admin.at_work():
        acts.ask_for_drill(by=admin.actor)
    work_lane("io_batch")
    path = backup(home / "backups")
    path.write_bytes(path.read_bytes()[:-100])
    with admin.at_work():
        acts.ask_for_drill(by=admin.actor)
    work_lane("io_batch")

    assert list(RestoreDrill.objects.order_by("at").values_list("problem", flat=True)) == ["no_backup", "unreadable"]
