"""Putting a backup back: read to the end and proven first, then the database in one transaction, then the objects.

Into an empty installation, or into a scratch database, where objects are opened and compared but not kept. Patients who
were forgotten since the backup was taken are forgotten again before anybody can ask for them.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.utils import timezone

from clinic import forgotten, witness
from clinic.backups import checking, database
from clinic.backups.archive import DATABASE, MANIFEST, OBJECTS, SIGNATURE, WITNESS, ArchiveReader, Member
from clinic.backups.checking import Findings, ObjectCheck
from clinic.backups.database import Restore
from clinic.backups.keys import backup_keys
from clinic.backups.manifest import Manifest, Tally
from clinic.checkpoints import whole_ones
from clinic.command_files import Mistake
from clinic.sql import meaning
from clinic.storage.errors import KeyProblem, ObjectDamaged, StorageError
from clinic.storage.local import LocalObjectStore
from clinic.storage.objects import ObjectStore
from clinic.uploads import store

Say = Callable[[str], object]
MOST_IN_MEMORY = 64 * 1024 * 1024  # of a manifest


def read(path: Path) -> Manifest:
    """All of it, to the last byte: nothing is touched for an archive that is damaged, cut off, or not ours."""
    tallies = {DATABASE: Tally(), OBJECTS: Tally(), WITNESS: Tally()}
    kept: dict[str, bytes] = {}
    with _opened(path) as archive:
        for member in archive.members():
            if member.name in (MANIFEST, SIGNATURE):
                kept[member.name] = member.file.read(MOST_IN_MEMORY)
                continue
            kind = _kind_of(member)
            name = member.name.removeprefix(OBJECTS) if kind == OBJECTS else member.name
            for _piece in tallies[kind].through(name, member.chunks()):
                pass
    if set(kept) != {MANIFEST, SIGNATURE}:
        raise Mistake(f"{path} is not a whole backup.")
    manifest = Manifest.read(kept[MANIFEST], kept[SIGNATURE])
    told = {DATABASE: manifest.database, OBJECTS: manifest.objects, WITNESS: manifest.witness}
    if any(tally.told() != told[kind] for kind, tally in tallies.items()):
        raise Mistake(f"{path} does not hold what its manifest says.")
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[ArchiveReader]:
    try:
        with ArchiveReader(path, backup_keys()) as archive:
            yield archive
    except KeyProblem:
        raise Mistake(f"{path} was sealed with a backup key that is not here.") from None
    except ObjectDamaged:
        raise Mistake(f"{path} is no backup, or was damaged or cut off.") from None
    except StorageError as why:
        raise Mistake(f"The files could not be read or written ({why.code}).") from None


def _kind_of(member: Member) -> str:
    for kind in (DATABASE, OBJECTS):
        if member.name.startswith(kind):
            return kind
    if member.name == WITNESS:
        return WITNESS
    raise Mistake(f"The backup holds something unknown: {member.name[:80]}")


# --- into an empty installation ---------------------------------------------------------------------------------------


def demand_empty(files: ObjectStore) -> None:
    if not database.is_empty():
        raise Mistake(
            "This installation holds data already, and nothing is written over it. Restore into an empty "
            "one (another ROUNDS_HOME, or an empty database and file store), or look at it with --into."
        )
    if next(iter(files.list()), None) is not None:
        raise Mistake("The file store of this installation is not empty. Name an empty folder or bucket.")


def restore(path: Path, *, gone: frozenset[UUID], say: Say = lambda _line: None) -> tuple[Manifest, Findings]:
    if not settings.FILES_BUCKET:
        LocalObjectStore.prepare(settings.FILES_FOLDER)
    demand_empty(store())
    manifest = _read(path, say)
    findings = _put_back(path, manifest, "", Kept(store()), gone, say)
    return manifest, findings


def restore_into(name: str, path: Path, *, gone: frozenset[UUID], manifest: Manifest | None = None,
                 say: Say = lambda _line: None) -> tuple[Manifest, Findings]:  # fmt: skip
    """Of the objects each is opened and compared, one after the other; none is kept. `manifest`: of who has read the
    archive to its end already."""
    manifest = manifest or _read(path, say)
    database.make_scratch(name)
    folder = Path(tempfile.mkdtemp(prefix="restore-", dir=settings.HOME))
    try:
        passing = Passing(LocalObjectStore.prepare(folder))
        return manifest, _put_back(path, manifest, name, passing, gone, say)
    except BaseException:
        database.drop_scratch(name)  # half of it is no use to anybody
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path, say: Say) -> Manifest:
    manifest = read(path)
    say(f"{path.name}: whole and ours; cut at {manifest.at}, {manifest.rows} rows, {manifest.objects['count']} objects")
    return manifest


@dataclass(frozen=True)
class Kept:
    store: ObjectStore

    def checked(self, name: str) -> None:
        """It stays where it is."""


@dataclass(frozen=True)
class Passing:
    store: ObjectStore

    def checked(self, name: str) -> None:
        self.store.delete(name)


def _put_back(path: Path, manifest: Manifest, name: str, place: Kept | Passing, gone: frozenset[UUID], say: Say
              ) -> Findings:  # fmt: skip
    findings, witnessed = Findings(), list[str]()
    with _opened(path) as archive:
        members = archive.members()
        first = _put_database(members, database.place(name)["dbname"])
        with database.connect(name) as owner:
            checking.compare_tables(owner, manifest, findings)
            say(f"database: {findings.tables} tables, {findings.rows} rows")
            check = ObjectCheck(owner, findings)
            for member in first:
                if _kind_of_rest(member) == OBJECTS:
                    object_name = member.name.removeprefix(OBJECTS)
                    place.store.put_sealed(object_name, member.chunks())
                    check(place.store, object_name)
                    place.checked(object_name)
                elif member.name == WITNESS:
                    witnessed = member.file.read().decode().splitlines()
            say(
                f"objects: {findings.objects}, {findings.opened} opened and compared, "
                f"{findings.closed} of destroyed keys"
            )
            if findings.objects != manifest.objects["count"]:
                findings.wrong("number of objects")
            owner.rollback()
        checking.check_chain(name, witnessed, findings)
    if (findings.events, bool(witnessed)) != (manifest.audit["seq"], bool(manifest.witness["bytes"])):
        findings.wrong("audit position")
    say(f"audit: {findings.events} events, {'holds' if findings.chain_holds else 'BROKEN'}, "
        f"witnessed to {findings.witnessed_to}")  # fmt: skip
    with database.connect(name) as owner:
        findings.forgotten_again = _forget_again(owner, gone, place.store)
        if not name:
            owner.execute(meaning.CREATE_IF_MISSING)
    if not name:
        _put_witness(witnessed, say)
    return findings


def _put_database(members: Iterator[Member], name: str) -> Iterator[Member]:
    """Takes the dump off the front; what comes next is handed back."""
    restore = Restore(name)
    try:
        for member in members:
            if not member.name.startswith(DATABASE):
                restore.finish()
                return _with_first(member, members)
            for piece in member.chunks():
                restore.write(piece)
    except BaseException:
        restore.stop()
        raise
    restore.stop()
    raise Mistake("The backup ends with its database.")


def _with_first(first: Member, rest: Iterable[Member]) -> Iterator[Member]:
    yield first
    yield from rest


def _kind_of_rest(member: Member) -> str:
    return "" if member.name in (MANIFEST, SIGNATURE) else _kind_of(member)


# --- what must not come back ------------------------------------------------------------------------------------------


def the_forgotten(given: Path | None) -> frozenset[UUID]:
    """Of the list that is kept apart from backups, and of the one in this home."""
    named = given.read_text().split() if given else []
    if given:
        forgotten.remember({UUID(line) for line in named} - forgotten.subjects())
    return forgotten.subjects()


def _forget_again(owner: psycopg.Connection, gone: frozenset[UUID], files: ObjectStore) -> int:
    """Their keys came back with the backup, and go at once. Who was forgotten before it was taken has none in it."""
    subjects = sorted(gone)
    back = [subject for (subject,) in owner.execute(
        "UPDATE clinic_datakey SET wrapped = NULL, destroyed_at = now() WHERE id = ANY(%s) AND destroyed_at IS NULL "
        "RETURNING id", [subjects])]  # fmt: skip
    owner.execute("UPDATE clinic_patient SET erased_at = now(), sex = 'unknown' WHERE id = ANY(%s)"
                  " AND erased_at IS NULL", [back])  # fmt: skip
    objects = owner.execute(
        "UPDATE clinic_upload u SET expired_at = now() FROM clinic_case c WHERE c.id = u.case_id"
        " AND c.patient_id = ANY(%s) AND u.expired_at IS NULL RETURNING u.object_name", [back]).fetchall()  # fmt: skip
    owner.commit()
    if back:  # what was changed still stands in the old file of the table, until it is written anew
        owner.autocommit = True
        owner.execute("VACUUM FULL clinic_datakey")
        owner.autocommit = False
    for (name,) in objects:
        files.delete(name)
    return len(back)


# --- the witness ------------------------------------------------------------------------------------------------------


def _put_witness(lines: list[str], say: Say) -> None:
    """What was witnessed after the cut tells how much was lost; it is put aside under another name, never thrown away,
    and the witness goes on from where the backup stands."""
    file = witness.file()
    kept = list(whole_ones(lines))
    later = list(file.after(kept[-1].seq if kept else 0))
    if file.path.exists():
        aside = file.path.with_name(f"{file.path.name}.before-{timezone.now():%Y%m%dT%H%M%SZ}")
        file.path.rename(aside)
        if later:
            say(f"witness: {len(later)} checkpoints after the cut, up to event {later[-1].seq}: what they tell of is "
                f"not in this backup. They are kept in {aside} (SHA-256 {_digest(aside)}).")  # fmt: skip
    for one in kept:
        file.append(one)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
