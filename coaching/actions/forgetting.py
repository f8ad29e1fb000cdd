"""Deleting, for good: the objects go, the key is destroyed, and whatever was sealed with it can be opened by nobody."""

from django.utils import timezone

from clinic import audit
from clinic.actions import subject_keys, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Run
from clinic.models.runs import ACTIVE
from coaching.models import Attempt, AttemptState, Keeps, LiveNote, LiveSession, Piece, Practice


def close(*, by: Actor, practice: Practice) -> Practice:
    """The session is over. Where it was for the session only, sound and words go; numbers stay for the trend."""
    with audit.act(by, "coaching.practice_closed") as doing:
        held = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        if held.closed_at is not None:
            doing.nothing_happened()
            return held
        held.closed_at = timezone.now()
        held.save(update_fields=["closed_at"])
        names = _forget_all(held) if held.keeps == Keeps.SESSION else []
        _end_live(held)
        doing.about(held, keeps=held.keeps, objects=len(names))
    uploads.let_go(*names)
    return held


def _end_live(practice: Practice) -> None:
    """Nobody writes on any more; of a session that is kept nowhere the notes go too."""
    for live in LiveSession.objects.filter(practice=practice):
        LiveSession.objects.filter(pk=live.pk, ended_at=None).update(ended_at=timezone.now())
        if practice.keeps == Keeps.SESSION:
            LiveNote.objects.filter(session=live).delete()
            subject_keys.destroy(subject_id=live.pk)


def _forget_all(practice: Practice) -> list[str]:
    names: list[str] = []
    for attempt in practice.attempts.select_for_update(no_key=True, of=("self",)):
        if attempt.is_under_way:
            attempt.state = AttemptState.DISCARDED
        names += forget_words(attempt)
        attempt.save()
    return names


def delete_attempt(*, by: Actor, attempt: Attempt) -> None:
    """Now, wholly: sound, words, feedback and figures."""
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.attempt_deleted") as doing:
        held = Attempt.objects.select_for_update(no_key=True, of=("self",)).get(pk=attempt.pk)
        names = forget_words(held)
        doing.about(held)
        held.delete()
    uploads.let_go(*names)


def delete_practice(*, by: Actor, practice: Practice) -> None:
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.practice_deleted") as doing:
        held = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        names = _forget_all(held)
        for live in LiveSession.objects.filter(practice=held):
            subject_keys.destroy(subject_id=live.pk)
        doing.about(held, objects=len(names))
        held.delete()
    uploads.let_go(*names)


def forget_words(attempt: Attempt) -> list[str]:
    """In the caller's transaction. Gives the names of the objects to let go after it; the caller saves the row."""
    names = list(attempt.pieces.values_list("object_name", flat=True))
    Piece.objects.filter(attempt=attempt).delete()
    runs = [run for run in (attempt.hear_run_id, attempt.sound_run_id, attempt.feedback_run_id) if run]
    Run.objects.filter(pk__in=runs, state__in=ACTIVE).update(
        state="cancelled", finished_at=timezone.now(), lease_until=None
    )
    subject_keys.destroy(subject_id=attempt.pk)
    attempt.answer = attempt.sounding = attempt.expression = attempt.read = None
    attempt.forgotten_at = timezone.now()
    return names
