"""How a branch behaves is told by a file in the home, by the id of what it reads: so many seconds, then so much."""

import ctypes
import json
import os
import signal
import time
from pathlib import Path

from clinic.errors import Code, Refusal
from clinic.models import RunError
from clinic.pipeline import Failed, Outcome, Work
from clinic.speech_worker import TranscriptAnswer
from clinic.storage.errors import ObjectDamaged, StorageDown
from consult.outcomes import Look

SAID = "cough for three days and no fever"
HANG_S = 120.0
FAILURES = ("raises", "refuses", "hangs", "spins", "dies", "segfaults", "no_memory", "storage", "damaged", "erased",
            "late", "nothing")  # fmt: skip


def look(work: Work) -> Outcome:
    failure = _behave(work)
    return Look(problem="damaged") if failure == "nothing" else Look(kind="photo")


def hear(work: Work) -> Outcome:
    if _behave(work) == "nothing":
        return TranscriptAnswer(problem="silent", language="en")
    words, at = [], 0
    for number, word in enumerate(SAID.split()):
        words.append({"text": word, "start": number * 0.3, "end": number * 0.3 + 0.2, "confidence": 0.9,
                      "is_voiced": True, "at": at, "to": at + len(word)})  # fmt: skip
        at += len(word) + 1
    return TranscriptAnswer(language="en", heard_by="slow", seconds=5.0, voiced_s=3.0, text=SAID, words=tuple(words))


def told(home: Path) -> dict[str, dict[str, object]]:
    try:
        found: dict[str, dict[str, object]] = json.loads((home / "slow.json").read_text())
    except FileNotFoundError:
        return {}
    return found


def _behave(work: Work) -> str:
    mine = told(Path(os.environ["ROUNDS_HOME"])).get(str(work.upload.id), {})
    time.sleep(float(str(mine.get("seconds", 0.0))))
    failure = str(mine.get("failure", ""))
    _FAIL.get(failure, lambda: None)()
    return failure


def _raise(problem: Exception) -> None:
    raise problem


def _spin() -> None:
    until = time.monotonic() + HANG_S
    while time.monotonic() < until:
        pass


_FAIL = {
    "raises": lambda: _raise(ZeroDivisionError("patient Ana Cedar")),
    "refuses": lambda: _raise(Failed(RunError.INPUT_REFUSED, detail_code="not_for_this")),
    "hangs": lambda: time.sleep(HANG_S),
    "spins": _spin,
    "dies": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segfaults": lambda: ctypes.string_at(0),
    "no_memory": lambda: _raise(MemoryError()),
    "storage": lambda: _raise(StorageDown("away")),
    "damaged": lambda: _raise(ObjectDamaged("frame 3")),
    "erased": lambda: _raise(Refusal(Code.ERASED)),
    "late": lambda: time.sleep(18.0),
}
