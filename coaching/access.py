"""The door to practice. Whose it is not, for them it does not exist; looking at one’s own leaves no trace."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from coaching.models import Attempt, AttemptQuerySet, LiveSession, Practice, Search, SiteQuestion

Found = TypeVar("Found", bound=Model)


def practices(by: Actor) -> QuerySet[Practice]:
    return Practice.objects.visible_to(by)


def practice(by: Actor, pk: UUID) -> Practice:
    return _found(practices(by).filter(pk=pk).first())


def attempts(by: Actor) -> AttemptQuerySet:
    return Attempt.objects.visible_to(by).select_related("practice")


def attempt(by: Actor, pk: UUID) -> Attempt:
    return _found(attempts(by).filter(pk=pk).first())


def attempt_numbered(by: Actor, practice_pk: UUID, number: int) -> Attempt:
    return _found(attempts(by).filter(practice=practice_pk, number=number).first())


def live(by: Actor, pk: UUID) -> LiveSession:
    return _found(LiveSession.objects.visible_to(by).select_related("person", "coach").filter(pk=pk).first())


def site_question(by: Actor, pk: UUID) -> SiteQuestion:
    return _found(SiteQuestion.objects.visible_to(by).select_related("written_by", "decided_by").filter(pk=pk).first())


def search(by: Actor, pk: UUID) -> Search:
    return _found(Search.objects.visible_to(by).filter(pk=pk).first())


def _found(row: Found | None) -> Found:
    if row is None:
        raise Refusal(Code.NOT_FOUND)
    return row
