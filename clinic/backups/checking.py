"""Is what was put back what was taken? Rows and their digests, objects opened and compared, the audit's chain."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from clinic import chain, sealing
from clinic.actions import janitor
from clinic.backups import cut, database
from clinic.backups.manifest import Manifest
from clinic.storage.errors import KeyProblem, StorageError
from clinic.storage.frames import MAGIC, PREAMBLE_BYTES
from clinic.storage.keys import DataKey
from clinic.storage.objects import ObjectStore

KEYS_HELD = 256
MOST_TOLD = 20


@dataclass
class Findings:
    """`differ` names what is not as it was taken: tables, objects. `closed`: of subjects whose key was destroyed."""

    tables: int = 0
    rows: int = 0
    objects: int = 0
    opened: int = 0
    closed: int = 0
    events: int = 0
    witnessed_to: int = 0
    chain_holds: bool = False
    forgotten_again: int = 0
    differ: list[str] = field(default_factory=list)

    def wrong(self, what: str) -> None:
        if len(self.differ) < MOST_TOLD:
            self.differ.append(what)

    @property
    def holds(self) -> bool:
        return self.chain_holds and not self.differ


def compare_tables(owner: psycopg.Connection, manifest: Manifest, findings: Findings) -> None:
    found = cut.tables(owner)
    findings.tables, findings.rows = len(found), sum(rows for rows, _digest in found.values())
    for name in sorted(set(found) | set(manifest.tables)):
        if list(found.get(name, ())) != manifest.tables.get(name):
            findings.wrong(f"table {name}")


def check_chain(name: str, witness_lines: Iterable[str], findings: Findings) -> None:
    with database.known_to_django(name) as alias:
        verdict = chain.verify(witness_lines, using=alias)
        findings.events, findings.witnessed_to = verdict.events, verdict.witnessed_to
        findings.chain_holds = verdict.holds


class ObjectCheck:
    """Opens each object with the key its subject has in the database that was put back, to the last byte."""

    def __init__(self, owner: psycopg.Connection, findings: Findings) -> None:
        self._owner, self._findings = owner, findings
        self._keys: OrderedDict[UUID, DataKey | None] = OrderedDict()
        self._question = " UNION ALL ".join(
            f"SELECT sha256 FROM {model._meta.db_table} WHERE object_name = %(name)s"  # noqa: S608  (our own tables)
            for model in janitor.holders()
        )

    def __call__(self, store: ObjectStore, name: str) -> None:
        self._findings.objects += 1
        row = self._owner.execute(self._question.encode(), {"name": name}).fetchone()
        if row is None:
            self._findings.wrong(f"object {name}: nothing points at it")
            return
        try:
            key = self._key_of(store, name)
            if key is None:
                self._findings.closed += 1
                return
            store.verify(name, key=key, sha256=row[0])
            self._findings.opened += 1
        except StorageError as why:
            self._findings.wrong(f"object {name}: {why.code}")

    def _key_of(self, store: ObjectStore, name: str) -> DataKey | None:
        with store.sealed(name) as (_size, chunks):
            head = next(chunks, b"")
        if head[: len(MAGIC)] != MAGIC or len(head) < PREAMBLE_BYTES:
            return None
        subject = UUID(bytes=head[PREAMBLE_BYTES - 16 : PREAMBLE_BYTES])
        if subject not in self._keys:
            self._keys[subject] = self._unwrapped(subject)
            if len(self._keys) > KEYS_HELD:
                self._keys.popitem(last=False)
        return self._keys[subject]

    def _unwrapped(self, subject: UUID) -> DataKey | None:
        row = self._owner.execute("SELECT wrapped FROM clinic_datakey WHERE id = %s", [subject]).fetchone()
        if row is None or row[0] is None:
            return None
        try:
            return DataKey(subject, sealing.master_keys().unwrap(bytes(row[0]), subject))
        except KeyProblem as why:
            self._findings.wrong(f"key {subject}: {why.code}")
            return None
