"""What listeners note about recordings that are still coming. Technical state of a machine, like its sign of life: no
audit event tells of it, the transcript that comes of it is a run like any other."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from clinic.authorization.scope import scope
from clinic.models import Hearing, HearingState, SessionState, Site, UploadSession

SILENT_AFTER = timedelta(seconds=30)
KEPT_FOR = timedelta(hours=1)  # the run that wants the words is asked for as soon as the recording is whole


def begin(*, session: UploadSession, language: str) -> None:
    """In the transaction that opens the session."""
    Hearing.objects.create(site_id=session.site_id, session=session, language=language)


def take(*, hearing_id: UUID, listener: str, engines: str) -> bool:
    """False where another was first. Whoever takes it begins at the beginning: what a dead one knew is gone."""
    free = Q(state=HearingState.WAITING) | Q(state=HearingState.LISTENING, beat_at__lt=Now() - SILENT_AFTER)
    taken = Hearing.objects.filter(free, pk=hearing_id).update(
        state=HearingState.LISTENING, listener=listener, beat_at=Now(), engines=engines, pieces=0, size=0
    )
    return bool(taken)


def note(*, hearing: Hearing, pieces: int, size: int, words: list[dict[str, Any]] | None = None) -> bool:
    """How far it is, and what is new. False where it is ours no more."""
    if not _ours(hearing).update(pieces=pieces, size=size, beat_at=Now()):
        return False
    if words is not None:
        hearing.draft = words
        hearing.save(update_fields=["draft"])
    return True


def finish(*, hearing: Hearing, sha256: str, size: int, outcome: dict[str, Any]) -> bool:
    with transaction.atomic():
        if not _ours(hearing).select_for_update().exists():
            return False
        hearing.sha256, hearing.size, hearing.outcome = sha256, size, outcome
        hearing.state = HearingState.DONE
        hearing.save(update_fields=["sha256", "size", "outcome", "state"])
    return True


def let_go(*, hearing: Hearing) -> None:
    """Nobody speaks just now: whoever is free takes it up again when a piece comes."""
    _ours(hearing).update(state=HearingState.WAITING, listener="", pieces=0, size=0)


def give_up(*, hearing: Hearing) -> None:
    """It is no recording that can be followed, or somebody hears it as a whole now."""
    Hearing.objects.under_way().filter(pk=hearing.pk).update(state=HearingState.GIVEN_UP, listener="")


def forget_old() -> int:
    """Of recordings that are over: the words are in the result of a run, or nobody wanted them."""
    return sum(_forget_old_of(site) for site in Site.objects.all())


def _forget_old_of(site: Site) -> int:
    over = Q(session__touched_at__lt=timezone.now() - KEPT_FOR) & ~Q(session__state=SessionState.RECEIVING)
    with scope(site=site.pk):
        deleted, _by_model = Hearing.objects.filter(over).delete()
    return deleted


def _ours(hearing: Hearing) -> Any:
    return Hearing.objects.filter(pk=hearing.pk, state=HearingState.LISTENING, listener=hearing.listener)
