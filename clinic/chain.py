"""Does the audit hold, all of it? The chain by itself, its head, and against the checkpoints somebody else keeps."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from clinic.checkpoints import TAG_BYTES, Checkpoint, NotACheckpoint
from clinic.sql import chain as sql

START = b"\0"
LATEST = 2**63 - 1


@dataclass(frozen=True)
class Fault:
    seq: int  # the first place that does not hold
    reason: str


@dataclass(frozen=True)
class Verdict:
    events: int
    checkpoints: int
    witnessed_to: int
    chain: Fault | None = None
    witness: Fault | None = None  # its `seq` is the number of the line

    @property
    def holds(self) -> bool:
        return self.chain is None and self.witness is None


def first_fault(
    *, after: int = 0, hash_there: bytes = START, upto: int = LATEST, using: str = DEFAULT_DB_ALIAS
) -> Fault | None:
    """Of the links by themselves, in one stretch."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql.FIRST_FAULT, {"seq": after, "hash": hash_there, "upto": upto})
        row = cursor.fetchone()
    return Fault(*row) if row else None


def verify(witness_lines: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> Verdict:
    """All of one moment: the audit goes on being written while it is read. `using`: where it was put back elsewhere."""
    checkpoints, bad_line = read_witness(witness_lines)
    with one_moment(using):
        last_seq, last_hash = last_link(using)
        found = (_rewritten(checkpoints, using), first_fault(using=using), *_at_the_end(last_seq, last_hash, using))
    faults = [fault for fault in found if fault]
    first = min(faults, key=lambda fault: fault.seq) if faults else None
    witnessed_to = checkpoints[-1].seq if checkpoints else 0
    return Verdict(last_seq, len(checkpoints), witnessed_to, chain=first, witness=bad_line)


@contextmanager
def one_moment(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    is_outermost = not connections[using].in_atomic_block
    with transaction.atomic(using=using):
        if is_outermost:
            with connections[using].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read_witness(lines: Iterable[str]) -> tuple[list[Checkpoint], Fault | None]:
    """Those that follow one another and are signed by us. A torn line is none; what comes after it must still follow
    the one before it."""
    kept: list[Checkpoint] = []
    for number, line in enumerate(lines, start=1):
        try:
            found = Checkpoint.parse(line)
        except NotACheckpoint:
            continue
        if not found.is_signed:
            return kept, Fault(number, "signature")
        if not found.follows(kept[-1] if kept else None):
            return kept, Fault(number, "order")
        kept.append(found)
    return kept, None


def last_link(using: str = DEFAULT_DB_ALIAS) -> tuple[int, bytes]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql.LAST_LINK)
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, START)


def _rewritten(checkpoints: list[Checkpoint], using: str) -> Fault | None:
    """A chain made anew from some place on is consistent; it is not the one that was witnessed."""
    hashes = _hashes(checkpoints[-1].seq if checkpoints else 0, using)
    for checkpoint in checkpoints:
        for seq in range(checkpoint.first, checkpoint.seq + 1):
            found_seq, found = next(hashes, (0, b""))
            if found_seq != seq:
                return Fault(seq, "missing")
            if found[:TAG_BYTES] != checkpoint.tag_of(seq) or (seq == checkpoint.seq and found != checkpoint.hash):
                return Fault(seq, "rewritten")
    return None


def _hashes(upto: int, using: str) -> Iterator[tuple[int, bytes]]:
    with connections[using].chunked_cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM audit_link WHERE seq <= %s ORDER BY seq", [upto])
        for seq, found in cursor:
            yield seq, bytes(found)


def _at_the_end(last_seq: int, last_hash: bytes, using: str) -> Iterator[Fault]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql.HEAD)
        head = cursor.fetchone()
        cursor.execute(sql.EVENTS_WITHOUT_A_PLACE)
        if cursor.fetchone():
            yield Fault(last_seq + 1, "no_place")
    if head is None or (head[0], bytes(head[1])) != (last_seq, last_hash):
        yield Fault(min(head[0], last_seq) + 1 if head and head[0] != last_seq else last_seq, "head")
