"""Taking a backup while everybody works: a snapshot of the database, the objects it points at, the witness up to it."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from clinic import witness
from clinic.backups import cut, database
from clinic.backups.archive import DATABASE, MANIFEST, OBJECTS, SIGNATURE, WITNESS, ArchiveWriter
from clinic.backups.cut import Cut
from clinic.backups.keys import backup_keys
from clinic.backups.manifest import MOST_NAMED, Manifest, Tally
from clinic.checkpoints import whole_ones
from clinic.command_files import Mistake
from clinic.storage.durable import sync_folder
from clinic.storage.errors import ObjectMissing
from clinic.uploads import store

SUFFIX = ".backup"
Say = Callable[[str], object]


@dataclass(frozen=True)
class Taken:
    path: Path
    manifest: Manifest
    size: int
    sha256: str  # of what is in it, sealed under its own key


def destination(given: Path) -> Path:
    """A folder gets a name by the time; a file that is there already is never written over."""
    place = given / f"rounds-{timezone.now():%Y%m%dT%H%M%SZ}{SUFFIX}" if given.is_dir() else given
    if place.exists():
        raise Mistake(f"{place} exists already. Name another file, or a folder.")
    if not place.parent.is_dir():
        raise Mistake(f"The folder {place.parent} does not exist. Make it first.")
    return place


def take(given: Path, *, say: Say = lambda _line: None) -> Taken:
    """Under another name until it is whole and on the disk."""
    path = destination(given)
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            archive = ArchiveWriter(out, backup_keys())
            manifest = _fill(archive, say)
            sealed = archive.finish()
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
        sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return Taken(path, manifest, path.stat().st_size, sealed.sha256)


def _fill(archive: ArchiveWriter, say: Say) -> Manifest:
    dumped, objects, witnessed = Tally(), Tally(), Tally()
    with cut.now() as at:
        say(f"cut at {at.at:%Y-%m-%d %H:%M:%S}Z, audit position {at.seq}")
        for number, piece in enumerate(database.dump(at.snapshot).pieces()):
            name = f"{DATABASE}{number:08d}"
            archive.add(name, len(piece), dumped.through(name, [piece]))
        say(f"database: {dumped.size} bytes")
        tables = cut.tables(at.connection)
        missing = list(_add_objects(archive, at, objects))
        say(f"objects: {objects.count}, {objects.size} bytes, {len(missing)} missing")
    lines = "".join(_witness_up_to(at.seq)).encode()
    archive.add(WITNESS, len(lines), witnessed.through(WITNESS, [lines]))
    manifest = Manifest(
        id=str(archive.id), at=at.at.isoformat(), product=settings.VERSION, audit={"seq": at.seq, "hash": at.hash},
        tables={name: list(found) for name, found in tables.items()}, database=dumped.told(), objects=objects.told(),
        witness=witnessed.told(), missing=missing[:MOST_NAMED], missing_count=len(missing),
    )  # fmt: skip
    for name, data in ((MANIFEST, manifest.body), (SIGNATURE, manifest.signature())):
        archive.add(name, len(data), [data])
    return manifest


def _add_objects(archive: ArchiveWriter, at: Cut, tally: Tally) -> Iterator[str]:
    """The names of those that were not there. They are copied as they lie, sealed: no key of a patient is needed."""
    for name in at.objects():
        try:
            with store().sealed(name) as (size, chunks):
                archive.add(f"{OBJECTS}{name}", size, tally.through(name, chunks))
        except ObjectMissing:
            yield name


def _witness_up_to(seq: int) -> Iterator[str]:
    """Of the cut: what was witnessed since belongs to the next backup."""
    return (f"{found.line}\n" for found in whole_ones(witness.file().lines()) if found.seq <= seq)
