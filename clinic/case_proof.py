"""Whether a case still is what was written: every line of its story and the audit around it, every byte of its files,
every answer and every signed version, against the digests that the audit holds. Nothing is remembered: all of it is
computed anew from what is stored now."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from clinic import report_proof
from clinic.authorization.actor import Actor
from clinic.checkpoints import Checkpoint, NotACheckpoint
from clinic.event_proof import Around, around, is_linked, tells_of
from clinic.models import AuditCheckpoint, AuditEvent, AuditLink, Case, Entry, Note, Report, Result, Upload
from clinic.proof import link_hash, proofs
from clinic.sealing import Unreadable
from clinic.sources import Source, State

MOST_ENTRIES = 20_000
ADDED, ANSWERED = "upload.added", "run.succeeded"


class Part(StrEnum):
    ENTRIES = "entries"
    AUDIT = "audit"
    FILES = "files"
    ANSWERS = "answers"
    REPORTS = "reports"
    NOTES = "notes"


class Why(StrEnum):
    NOT_IN_AUDIT = "not_in_audit"  # the audit holds no such act, or another one
    UNLINKED = "unlinked"  # the audit before or after it was changed
    CHECKPOINT = "checkpoint"  # the signed checkpoint over it tells of something else
    BYTES = "bytes"  # the stored bytes are not those that came
    MISSING = "missing"  # nothing is stored there any more
    DIGEST = "digest"  # the row holds another digest than the audit
    CONTENT = "content"  # what is stored no longer fits its digest, or cannot be opened
    SEAL = "seal"  # a signature does not fit


@dataclass(frozen=True)
class Fault:
    """One thing that is not what it was, by the part it is of."""

    part: Part
    id: UUID
    why: Why


@dataclass(frozen=True)
class Count:
    """`waiting`: for its place in the audit, or for the next checkpoint. `gone`: erased, or deleted when its time was
    over. There is nothing left of it that could be wrong."""

    part: Part
    checked: int
    waiting: int = 0
    gone: int = 0


@dataclass(frozen=True)
class CaseProof:
    counts: tuple[Count, ...]
    faults: tuple[Fault, ...]
    seconds: float

    @property
    def waiting(self) -> int:
        """Acts that are being put into the audit. A checkpoint over them may come later: that is within a minute."""
        return next(one.waiting for one in self.counts if one.part == Part.ENTRIES)

    @property
    def entries(self) -> int:
        return next(one.checked for one in self.counts if one.part == Part.ENTRIES)

    @property
    def holds(self) -> bool:
        return not self.faults

    def of(self, part: Part) -> list[Fault]:
        return [fault for fault in self.faults if fault.part == part]


def prove(by: Actor, case: Case) -> CaseProof:
    began = time.monotonic()
    entries = list(Entry.objects.visible_to(by).filter(case=case).only("case_id", "audit_event_id")[:MOST_ENTRIES])
    bodies = _acts(case)
    acts = _by_target(bodies.values())
    told = [_entries(entries), _audit(entries, bodies), _files(by, case, acts), _answers(by, case, acts),
            _reports(by, case), _notes(by, case)]  # fmt: skip
    faults = tuple(fault for _count, found in told for fault in found)
    return CaseProof(tuple(count for count, _found in told), faults, time.monotonic() - began)


Told = tuple[Count, list[Fault]]
Acts = dict[tuple[str, str], dict[str, Any]]


def _acts(case: Case) -> dict[UUID, str]:
    """What the audit holds of files that came and answers that were given, also of those the story does not tell of."""
    events = AuditEvent.objects.filter(case_id=case.pk, event__in=(ADDED, ANSWERED))
    return dict(events.values_list("pk", "body"))


def _by_target(acts: Iterable[str]) -> Acts:
    told = [json.loads(body) for body in acts]
    return {(one["event"], one["target_id"]): one["facts"] for one in told}


def _entries(entries: list[Entry]) -> Told:
    found = proofs(entries)
    states = [proof.state for proof in found.values()]
    faults = [Fault(Part.ENTRIES, pk, Why.NOT_IN_AUDIT) for pk, proof in found.items() if proof.state == "bad"]
    return Count(Part.ENTRIES, len(states), waiting=states.count("wait")), faults


# --- the audit around the case ----------------------------------------------------------------------------------------


def _audit(entries: Iterable[Entry], bodies: Mapping[UUID, str]) -> Told:
    """Each act of the case is linked to those before and after it, whosever they are, and lies under a checkpoint."""
    wanted = {one.audit_event_id for one in entries if one.audit_event_id} | set(bodies)
    nearest = AuditCheckpoint.objects.filter(seq__gte=OuterRef("seq")).order_by("seq").values("seq")[:1]
    links = list(AuditLink.objects.filter(event__in=wanted).annotate(over=Subquery(nearest)))
    checkpoints = _checkpoints({link.over for link in links if link.over})
    found = around({link.seq for link in links})
    faults = [Fault(Part.AUDIT, link.event_id, why) for link in links if (why := _fault_of(link, found, checkpoints))]
    faults += [Fault(Part.AUDIT, link.event_id, Why.NOT_IN_AUDIT) for link in links if not _holds(link, bodies)]
    return Count(Part.AUDIT, len(links), waiting=sum(link.over is None for link in links)), faults


def _holds(link: Any, bodies: Mapping[UUID, str]) -> bool:
    body = bodies.get(link.event_id)
    return body is None or link_hash(link.event_id, body, link.seq, link.at, bytes(link.prev)) == bytes(link.hash)


def _checkpoints(places: set[int]) -> dict[int, Checkpoint | None]:
    return {row.seq: _signed(row.line) for row in AuditCheckpoint.objects.filter(seq__in=places)}


def _signed(line: str) -> Checkpoint | None:
    try:
        found = Checkpoint.parse(line)
    except NotACheckpoint:
        return None
    return found if found.is_signed else None


def _fault_of(link: Any, found: Around, checkpoints: dict[int, Checkpoint | None]) -> Why | None:
    if not is_linked(link, found):
        return Why.UNLINKED
    if link.over is None:
        return None
    over = checkpoints.get(link.over)
    return None if over and tells_of(over, link) else Why.CHECKPOINT


# --- what is stored ---------------------------------------------------------------------------------------------------


def _files(by: Actor, case: Case, acts: Acts) -> Told:
    rows = list(Upload.objects.visible_to(by).filter(case=case).select_related("case"))
    faults, gone = [], 0
    for row in rows:
        if acts.get((ADDED, str(row.pk)), {}).get("sha256") != row.sha256:
            faults.append(Fault(Part.FILES, row.pk, Why.DIGEST))
        elif row.expired_at or case.patient.erased_at:
            gone += 1
        elif not _opens(row, "name"):
            faults.append(Fault(Part.FILES, row.pk, Why.CONTENT))
        elif (state := Source(row).state) != State.FITS:
            faults.append(Fault(Part.FILES, row.pk, Why.MISSING if state == State.GONE else Why.BYTES))
    return Count(Part.FILES, len(rows), gone=gone), faults


def _answers(by: Actor, case: Case, acts: Acts) -> Told:
    rows = list(Result.objects.visible_to(by).filter(case=case).select_related("case"))
    faults, gone = [], 0
    for row in rows:
        if acts.get((ANSWERED, str(row.run_id)), {}).get("output") != row.output_sha256:
            faults.append(Fault(Part.ANSWERS, row.run_id, Why.DIGEST))
        elif case.patient.erased_at:
            gone += 1
        elif not _is_as_given(row):
            faults.append(Fault(Part.ANSWERS, row.run_id, Why.CONTENT))
    return Count(Part.ANSWERS, len(rows), gone=gone), faults


def _is_as_given(row: Result) -> bool:
    try:
        return report_proof.digest_of_answer(row) == row.output_sha256
    except Unreadable:
        return False


_OF_REPORTS = {
    "content": Why.CONTENT,
    "audit": Why.DIGEST,
    "seal": Why.SEAL,
    "chain": Why.UNLINKED,
    "cosigned": Why.SEAL,
}


def _reports(by: Actor, case: Case) -> Told:
    """Of each version itself. What it rests on is among the files and answers of the case."""
    rows = list(Report.objects.visible_to(by).filter(case=case).select_related("case"))
    faults = [
        Fault(Part.REPORTS, row.pk, _OF_REPORTS[finding.code])
        for row in rows
        for finding in report_proof.verify_itself(row)
        if not finding.holds and not (finding.code == "content" and case.patient.erased_at)
    ]
    return Count(Part.REPORTS, len(rows), gone=len(rows) if case.patient.erased_at else 0), faults


def _notes(by: Actor, case: Case) -> Told:
    """Their words are sealed to their row: what was changed without the key does not open."""
    rows = list(Note.objects.visible_to(by).filter(case=case).select_related("case"))
    if case.patient.erased_at:
        return Count(Part.NOTES, len(rows), gone=len(rows)), []
    faults = [Fault(Part.NOTES, row.pk, Why.CONTENT) for row in rows if not _opens(row, "body")]
    return Count(Part.NOTES, len(rows)), faults


def _opens(row: Note | Upload, field: str) -> bool:
    try:
        return getattr(row, field) is not None
    except Unreadable:
        return False
