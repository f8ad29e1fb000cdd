"""Transcripts for tests, as a worker would have made them, without any engine."""

from typing import Any

from clinic import pipeline, speech
from clinic.actions import speech as asking
from clinic.actions import work
from clinic.models import Case, Run
from clinic.speech_worker import TranscriptAnswer
from tests.integration.speech.recordings import keep, wav
from tests.make import Person
from tests.unit.speech import made

HEARD = "take 500 mg twice a day and no fever thank"


def answer(text: str = HEARD, **told: Any) -> TranscriptAnswer:
    """A word each half second, by two speakers in turn; the last one stands in silence."""
    words, at = [], 0
    *said, last = text.split()
    for number, word in enumerate(said):
        place = {"at": at, "to": at + len(word)}
        words.append(_word(word, number, 0.2 if number == 1 else 0.9, is_voiced=True) | place)
        at += len(word) + 1
    words.append(_word(last, len(said), 0.9, is_voiced=False) | {"at": -1, "to": -1})
    middle, end = 0.5 * (len(words) // 2), 0.5 * len(words)
    facts: dict[str, Any] = {
        "language": "en", "heard_by": "pocketsphinx/en-us", "is_draft": True, "seconds": end, "voiced_s": end,
        "text": " ".join(said), "words": tuple(words),
        "segments": ({"start": 0.0, "end": end, "first": 0, "last": len(words)},),
        "turns": ({"start": 0.0, "end": middle, "speaker": 1, "certainty": 0.8},
                  {"start": middle, "end": end, "speaker": 2, "certainty": 0.8}),
        "ticks": (_tick(1, 2, "dose", "500 mg"), _tick(7, 8, "negation", "no fever")),
    }  # fmt: skip
    return TranscriptAnswer(**facts | told)


def _word(text: str, number: int, confidence: float, *, is_voiced: bool) -> dict[str, Any]:
    return {"text": text, "start": 0.5 * number, "end": 0.5 * number + 0.5, "confidence": confidence,
            "is_voiced": is_voiced}  # fmt: skip


def _tick(first: int, last: int, risk: str, text: str) -> dict[str, Any]:
    return {"first": first, "last": last, "risk": risk, "text": text, "start": 0.5 * first, "end": 0.5 * last + 0.5,
            "is_missing": False}  # fmt: skip


def heard(by: Person, case: Case, outcome: TranscriptAnswer | None = None, *, pitch: float = 440.0) -> Run:
    upload = keep(by, case, wav(made.tone(1.0, pitch)))
    with by.at_work():
        asked = asking.ask(by=by.actor, upload=upload)
        Run.objects.filter(pk=asked.pk).update(priority=99)
    held = work.claim(lane="speech", worker="tests")
    assert held is not None
    with by.at_work():
        run = Run.objects.select_related("case").get(pk=held.run_id)
        assert work.succeed(held, sort=pipeline.kind_named(speech.KIND), outcome=outcome or answer(), replay={})
        run.refresh_from_db()
        return run
