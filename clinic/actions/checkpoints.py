"""Keeping a witness: every minute, or every thousand events, how the chain stands is signed and written outside.

Nothing is signed over a chain that does not hold, or that does not go on from what was witnessed before: a signature
would make the forgery true.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from clinic import audit, chain, witness
from clinic.authorization.actor import Actor
from clinic.checkpoints import MOST_EVENTS, Checkpoint
from clinic.models import AuditCheckpoint, AuditLink, WitnessCode, WitnessState
from clinic.storage.errors import StorageError
from clinic.witness import WitnessFile

WITNESS = Actor.system("witness")
AFTER = timedelta(seconds=55)  # with the pause between two rounds no event waits longer than a minute
SKEW_MOST_S = 5.0
log = logging.getLogger("rounds.witness")


class NotWitnessed(Exception):
    def __init__(self, code: WitnessCode, seq: int) -> None:
        super().__init__(code.name.lower())
        self.code, self.seq = code, seq


def keep(*, name: str, may_sign: bool) -> int:
    """One round of one witness; of several, one may sign. Tells how many checkpoints were signed."""
    file = witness.file()
    signed, code, seq = 0, WitnessCode.OK, 0
    try:
        last = _catch_up(file)
        if may_sign:
            signed, last = _sign_due(file, last)
        if last:
            _send_to_bucket(file, last)
        seq = last.seq if last else 0
    except NotWitnessed as problem:
        code, seq = problem.code, problem.seq
    except (OSError, StorageError) as problem:
        log.error("witness_unwritable", extra={"reason": type(problem).__name__})
        code = WitnessCode.UNWRITABLE
    _remember(name, code, seq)
    return signed


# --- what one side has and the other lacks ----------------------------------------------------------------------------


def _catch_up(file: WitnessFile) -> Checkpoint | None:
    last = file.last()
    if last:
        _demand_continued(last)
        _give_to_database(file, last)
    for copy in AuditCheckpoint.objects.filter(seq__gt=last.seq if last else 0).order_by("seq"):
        checkpoint = Checkpoint.parse(copy.line)
        if not (checkpoint.is_signed and checkpoint.follows(last)):
            raise NotWitnessed(WitnessCode.NOT_CONTINUED, checkpoint.first)
        file.append(checkpoint)
        last = checkpoint
    return last


def _demand_continued(last: Checkpoint) -> None:
    """A table of yesterday, or a tail that was cut, does not reach what was witnessed today."""
    found = AuditLink.objects.filter(seq=last.seq).values_list("hash", flat=True).first()
    if found is None or bytes(found) != last.hash or not last.is_signed:
        raise NotWitnessed(WitnessCode.NOT_CONTINUED, last.seq)


def _give_to_database(file: WitnessFile, last: Checkpoint) -> None:
    """Written to the file by a process that died before it could keep its copy."""
    newest = AuditCheckpoint.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if last.seq > newest:
        for checkpoint in file.after(newest):
            _keep_copy(checkpoint)


def _keep_copy(checkpoint: Checkpoint) -> None:
    AuditCheckpoint.objects.create(seq=checkpoint.seq, at=checkpoint.at, line=checkpoint.line)


# --- signing ----------------------------------------------------------------------------------------------------------


def _sign_due(file: WitnessFile, last: Checkpoint | None) -> tuple[int, Checkpoint | None]:
    signed = 0
    while _is_due(last):
        last = _sign_next(file, last)
        signed += 1
    return signed, last


def _is_due(last: Checkpoint | None) -> bool:
    waiting = AuditLink.objects.filter(seq__gt=last.seq if last else 0).order_by("seq")
    is_full = waiting[MOST_EVENTS - 1 : MOST_EVENTS].exists()
    return is_full or waiting.filter(at__lte=Now() - AFTER).exists()


def _sign_next(file: WitnessFile, last: Checkpoint | None) -> Checkpoint:
    after, hash_there = (last.seq, last.hash) if last else (0, chain.START)
    links = AuditLink.objects.filter(seq__gt=after, seq__lte=after + MOST_EVENTS).order_by("seq")
    hashes = [bytes(found) for found in links.values_list("hash", flat=True)]
    if fault := chain.first_fault(after=after, hash_there=hash_there, upto=after + len(hashes)):
        raise NotWitnessed(WitnessCode.BROKEN, fault.seq)
    checkpoint = Checkpoint.over(hashes, after=last, at=_database_time())
    file.append(checkpoint)
    _keep_copy(checkpoint)
    return checkpoint


def _database_time() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at = cursor.fetchone()[0]
    return str(at.isoformat())


def _send_to_bucket(file: WitnessFile, last: Checkpoint) -> None:
    bucket = witness.bucket()
    if bucket and last.seq > (sent := bucket.last_seq()):
        for checkpoint in file.after(sent):
            bucket.append(checkpoint)


# --- telling ----------------------------------------------------------------------------------------------------------


def _remember(name: str, code: WitnessCode, seq: int) -> None:
    """An alarm is an event when it begins; how things stand is telemetry."""
    before = WitnessState.objects.filter(name=name).values_list("code", flat=True).first()
    state = WitnessState(name=name, at=timezone.now(), code=code, seq=seq)
    WitnessState.objects.bulk_create([state], update_conflicts=True, unique_fields=["name"],
                                     update_fields=["at", "code", "seq"])  # fmt: skip
    if code and code != before:
        log.error("witness_failed", extra={"code": code.value})
        with audit.act(WITNESS, "witness.failed") as doing:
            doing.about(audit.Machinery(), code=code.value, position=seq)


def tell_skew(*, by: Actor = WITNESS) -> int:
    """The order of events never depends on a clock, but people read the times. Told once an hour while it lasts."""
    skew_s = _skew_s()
    if abs(skew_s) <= SKEW_MOST_S or _told_lately("clock.skewed"):
        return 0
    with audit.act(by, "clock.skewed") as doing:
        doing.about(audit.Machinery(), seconds=round(skew_s, 1))
    return 1


def _skew_s() -> float:
    """How far this machine's clock is before the database's."""
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    after = datetime.now(UTC)
    return float((before + (after - before) / 2 - there).total_seconds())


def _told_lately(event: str) -> bool:
    return AuditLink.objects.filter(event__event=event, at__gt=Now() - timedelta(hours=1)).exists()
