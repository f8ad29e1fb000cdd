"""Practice for tests: through the actions, with sound that the tests make."""

import struct
from typing import Any

import numpy as np

from coaching import asking
from coaching.actions import attempts, practising, reading
from coaching.models import BYTES_A_SECOND, Attempt, Keeps, Practice
from coaching.outcomes import Advised
from tests.make import Person

TYPED = (
    "I am sorry, this is hard to hear. The picture shows pneumonia, an infection of her lung. We can treat it with"
    " antibiotics, and she stays here tonight. What worries you most right now?"
)


def begun(by: Person, *, keeps: str = Keeps.ALL, number: int = 0, persona: str = "") -> Practice:
    with by.at_work():
        question = asking.questions(by.actor)[number]
        return practising.begin(by=by.actor, question=question, language="en", keeps=keeps, persona=persona)


def typed(by: Person, practice: Practice, text: str = TYPED) -> Attempt:
    with by.at_work():
        return attempts.type_in(by=by.actor, practice=practice, text=text)


def recording(by: Person, practice: Practice) -> Attempt:
    with by.at_work():
        return attempts.record(by=by.actor, practice=practice)


def wav(samples: Any) -> bytes:
    """With the header of a living recording: how long it gets nobody knows."""
    unknown = 0xFFFFFFFF
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", unknown, b"WAVE", b"fmt ", 16, 1, 1, 16_000, BYTES_A_SECOND,
                       2, 16,                       b"data", unknown)  # fmt: skip
    return head + np.asarray(samples, "<i2").tobytes()


def tone(seconds: float) -> Any:
    at = np.arange(round(16_000 * seconds)) / 16_000
    return (8_000 * np.sin(2 * np.pi * 140 * at)).astype("<i2")


def sent(by: Person, attempt: Attempt, data: bytes, *, size: int = 64_000) -> Attempt:
    """In pieces, as the recorder sends them."""
    with by.at_work():
        for index, start in enumerate(range(0, len(data), size)):
            attempt = attempts.add_piece(by=by.actor, attempt=attempt, index=index, data=data[start : start + size])
    return attempt


def recorded(by: Person, practice: Practice, seconds: float = 3.0) -> Attempt:
    attempt = sent(by, recording(by, practice), wav(tone(seconds)))
    with by.at_work():
        return attempts.complete(by=by.actor, attempt=attempt)


def fresh(by: Person, attempt: Attempt) -> Attempt:
    with by.at_work():
        return Attempt.objects.select_related("practice").get(pk=attempt.pk)


def told(by: Person, work_lane: Any, text: str = TYPED, **of_practice: Any) -> Attempt:
    """With its feedback."""
    attempt = typed(by, begun(by, **of_practice), text)
    work_lane("cpu")
    return fresh(by, attempt)


def ended(by: Person, attempt: Attempt) -> Attempt:
    """With feedback that no engine gave: as a worker hands it over."""
    read: dict[str, Any] = {
        "told_by": "Coaching rules for tests",
        "passed": [],
        "feedback": {},
        "content": None,
        "measures": [],
        "pace": [],
    }
    with by.at_work():
        run = fresh(by, attempt).feedback_run
        assert run is not None
        outcome = Advised(
            told_by="Coaching rules for tests", private={"read": read, "figures": {"content": 50.0}, "weak": {}}
        )
        reading.told(run=run, outcome=outcome, by=by.actor)
    return fresh(by, attempt)


class Numbers:
    """Stands for the model where only rows matter."""

    def embed(self, texts: Any) -> Any:
        return np.ones((len(texts), 384), np.float32)
