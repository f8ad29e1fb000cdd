"""`clinic.check`: hashes uploads slowly and can be told to fail, hang or die, so that the machinery can be tried."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from clinic.models.runs import RunError
from clinic.pipeline import Failed, FollowUp, Outcome, Work

START_S, READ_BYTES_A_SECOND = 0.02, 100_000_000  # roughly, for sharing out the bar
ALL_BUT_DONE = 95


@dataclass(frozen=True)
class CheckOutcome(Outcome):
    engine: ClassVar[str] = "clinic.check 1"
    files: int
    bytes_read: int
    digests: tuple[str, ...]
    all_match: bool

    def facets(self) -> dict[str, Any]:
        return {"files": self.files, "bytes": self.bytes_read, "all_match": self.all_match}


def check(work: Work) -> CheckOutcome:
    _misbehave(work.params["mode"])
    seconds = work.params["seconds"]
    read_at = read_share(sum(upload.size for upload in work.uploads), seconds)
    digests = tuple(_hash_all(work, read_at))
    work.report("settle", read_at)
    _take_time(work, seconds, read_at)
    return CheckOutcome(
        files=len(work.uploads),
        bytes_read=sum(upload.size for upload in work.uploads),
        digests=digests,
        all_match=all(found == upload.sha256 for found, upload in zip(digests, work.uploads, strict=True)),
    )


def check_follow_ups(run: Any, outcome: CheckOutcome) -> Iterator[FollowUp]:
    if run.params["mode"] == "chain":
        yield FollowUp("clinic.check", {"mode": "pass", "label": "second step"})


def _misbehave(mode: str) -> None:
    match mode:
        case "fail":
            raise Failed(RunError.FAILED_ON_PURPOSE)
        case "refuse":
            raise Failed(RunError.INPUT_REFUSED, detail_code="asked_to_refuse")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            while True:
                time.sleep(1)


def read_share(size: int, seconds: float) -> int:
    """Where the bar stands when all is read: reading and the time asked for get as much of it as they take."""
    reading_s = START_S + size / READ_BYTES_A_SECOND
    return round(ALL_BUT_DONE * reading_s / (reading_s + seconds))


def _hash_all(work: Work, read_at: int) -> Iterator[str]:
    whole = sum(upload.size for upload in work.uploads) or 1
    done = 0
    for upload in work.uploads:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
            done += len(chunk)
            work.report("read", read_at * done // whole)
        yield digest.hexdigest()


def _take_time(work: Work, seconds: float, read_at: int) -> None:
    began = time.monotonic()
    while (left := seconds - (time.monotonic() - began)) > 0:
        time.sleep(min(0.25, left))
        work.report("settle", min(99, read_at + int((100 - read_at) * (1 - left / seconds))))
