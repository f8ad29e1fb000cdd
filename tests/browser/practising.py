"""Practice in the browser's house: spoken by the installation's own voice, typed, with a coach."""

import time

import numpy as np

from coaching import asking
from coaching.actions import attempts, live, practising, questions
from coaching.inference import bank
from coaching.models import Attempt, Keeps, Practice
from tests.integration.coaching.practice import wav
from tests.make import Person
from tests.unit.speech import made

WITHIN_S = 90
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
