"""Practice in the browser's house: spoken by the installation's own voice, typed, with a coach."""

import time
from typing import Any

import numpy as np

from coaching import asking
from coaching.actions import attempts, forgetting, live, practising, questions
from coaching.inference import bank
from coaching.models import BYTES_A_SECOND, Attempt, Keeps, Practice
from tests.integration.coaching.practice import wav
from tests.make import Person
from tests.unit.speech import made

WITHIN_S, PIECE = 150, 64_000
SAID = (
    "I am afraid the news is not good. The picture shows an infection of her lung. We call it pneumonia.",
    "We can treat it with antibiotics, um, and she stays here tonight.", "What worries you most right now?",
)  # fmt: skip
TYPED = "It is pneumonia. She gets amoxicillin. She has to stay."


def scene(by: Person, colleague: Person) -> dict[str, str]:
    practice = begun(by)
    typed(by, practice, TYPED)
    spoken_in = begun(by)
    attempt = spoken(by, spoken_in)
    typed(by, practice, " ".join(SAID))
    with by.at_work():
        session = live.invite(by=by.actor, practice=practice, coach=colleague.user)
        live.note(by=by.actor, live=session, text="I rushed the middle.")
        own = questions.propose(by=by.actor, body=asking.told(bank.questions()[0]) | {"id": "our-own-question"})
    with colleague.at_work():
        live.note(by=colleague.actor, live=session, text="Wait after the news, count to five.")
    return {"practice": str(practice.pk), "practice_spoken": str(spoken_in.pk), "attempt_spoken": str(attempt.pk),
            "live": str(session.pk), "site_question": str(own.pk)}  # fmt: skip


def begun(by: Person) -> Practice:
    with by.at_work():
        question = next(one for one in bank.questions() if one.category == "bad_news")
        return practising.begin(by=by.actor, question=question, language="en", keeps=Keeps.ALL, reason="drawn",
                                persona="anxious_parent")  # fmt: skip


def typed(by: Person, practice: Practice, text: str) -> Attempt:
    with by.at_work():
        attempt = attempts.type_in(by=by.actor, practice=practice, text=text)
    return told(by, attempt)


def spoken(by: Person, practice: Practice) -> Attempt:
    parts = [part for sentence in SAID for part in (made.spoken(sentence), made.silence(1.2))]
    data = wav(np.concatenate(parts))
    with by.at_work():
        attempt = attempts.record(by=by.actor, practice=practice)
        for index, start in enumerate(range(0, len(data), 64_000)):
            attempt = attempts.add_piece(by=by.actor, attempt=attempt, index=index, data=data[start : start + 64_000])
        attempts.complete(by=by.actor, attempt=attempt)
    return told(by, attempt)


def told(by: Person, attempt: Attempt) -> Attempt:
    """With its feedback."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with by.at_work():
            now = Attempt.objects.get(pk=attempt.pk)
        if not now.is_under_way:
            return now
        time.sleep(0.1)
    raise AssertionError(f"no feedback in {WITHIN_S} s")


def timed(by: Person, seconds: float, *, keeps: str = Keeps.ALL) -> dict[str, Any]:
    """An answer as long as that, its pieces sent as fast as it is spoken: how long everything took after its end."""
    with by.at_work():
        question = next(one for one in bank.questions() if one.category == "bad_news")
        practice = practising.begin(by=by.actor, question=question, language="en", keeps=keeps)
        attempt = attempts.record(by=by.actor, practice=practice)
    sound = _as_long_as(seconds)
    data, began = wav(sound), time.monotonic()
    for index, start in enumerate(range(0, len(data), PIECE)):
        time.sleep(max(0.0, began + start / BYTES_A_SECOND - time.monotonic()))
        with by.at_work():
            attempt = attempts.add_piece(by=by.actor, attempt=attempt, index=index, data=data[start : start + PIECE])
    with by.at_work():
        attempts.complete(by=by.actor, attempt=attempt)
    done = told(by, attempt)
    with by.at_work():  # to the end: its key is looked up anew after a minute
        came, feedback = done.came_at, done.read or {}
        assert came and done.heard_at and done.measured_at and done.told_at
        return {
            "practice": str(practice.pk), "seconds": done.seconds, "words": len((done.answer or {})["words"]),
            "delivery_s": (done.measured_at - came).total_seconds(), "heard_s": (done.heard_at - came).total_seconds(),
            "feedback_s": (done.told_at - max(done.heard_at, done.measured_at)).total_seconds(),
            "all_s": (done.told_at - came).total_seconds(), "told_by": feedback.get("told_by"),
            "passed": feedback.get("passed"), "snippet": sound[48_000:48_064].tobytes().hex(),
            "said": (done.answer or {})["text"][:60],
        }  # fmt: skip


def _as_long_as(seconds: float) -> Any:
    parts: list[Any] = []
    while sum(len(part) for part in parts) < 16_000 * seconds:
        parts += [piece for sentence in SAID for piece in (made.spoken(sentence), made.silence(0.7))]
    return np.concatenate(parts)[: round(16_000 * seconds)]


def closed(by: Person, practice: str) -> None:
    with by.at_work():
        forgetting.close(by=by.actor, practice=Practice.objects.get(pk=practice))
