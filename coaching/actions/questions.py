"""A site's own questions: written by one, read and published by another, withdrawn when they have had their time."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from coaching import asking
from coaching.inference import bank
from coaching.inference.question_form import UnfitQuestion, from_json
from coaching.inference.schema import Question
from coaching.models import QuestionState, SiteQuestion


def propose(*, by: Actor, body: Mapping[str, Any]) -> SiteQuestion:
    """The next version, where there is one of this id already. One of the bank cannot be replaced."""
    by.require(Permission.COACH_PRACTISE)
    question = checked(body)
    if any(question.id == one.id for one in bank.questions()):
        raise Refusal(Code.ALREADY_EXISTS)
    with audit.act(by, "coaching.question_proposed") as doing:
        version = SiteQuestion.objects.filter(site=by.here, code=question.id).count() + 1
        row = SiteQuestion(site_id=by.here, code=question.id, version=version, body=asking.told(question),
                           written_by_id=by.myself)  # fmt: skip
        row.save(force_insert=True)
        doing.about(row, code=question.id, version=version)
    return row


def checked(body: Mapping[str, Any]) -> Question:
    try:
        return from_json(body)
    except UnfitQuestion as why:
        raise Refusal(Code.INVALID, fields={"body": [str(why)]}) from None


def publish(*, by: Actor, question: SiteQuestion) -> SiteQuestion:
    """By somebody who did not write it. An earlier version makes room."""
    with audit.act(by, "coaching.question_published") as doing:
        held = _decidable(by, question)
        SiteQuestion.objects.filter(site=held.site_id, code=held.code, state=QuestionState.PUBLISHED).update(
            state=QuestionState.RETIRED
        )
        _decide(by, held, QuestionState.PUBLISHED)
        doing.about(held, code=held.code, version=held.version)
    return held


def refuse(*, by: Actor, question: SiteQuestion, why: str) -> SiteQuestion:
    with audit.act(by, "coaching.question_refused") as doing:
        held = _decidable(by, question)
        held.why = why[:400]
        _decide(by, held, QuestionState.REFUSED)
        doing.about(held, code=held.code, version=held.version)
    return held


def retire(*, by: Actor, question: SiteQuestion) -> SiteQuestion:
    by.require(Permission.COACH_QUESTIONS)
    with audit.act(by, "coaching.question_retired") as doing:
        held = _lock(question)
        if held.state != QuestionState.PUBLISHED:
            raise Refusal(Code.ALREADY_DECIDED)
        _decide(by, held, QuestionState.RETIRED)
        doing.about(held, code=held.code, version=held.version)
    return held


def _decidable(by: Actor, question: SiteQuestion) -> SiteQuestion:
    by.require(Permission.COACH_QUESTIONS)
    held = _lock(question)
    if held.state != QuestionState.PROPOSED:
        raise Refusal(Code.ALREADY_DECIDED)
    if held.written_by_id == by.user_id:
        raise Refusal(Code.SECOND_PERSON_NEEDED)
    return held


def _lock(question: SiteQuestion) -> SiteQuestion:
    return SiteQuestion.objects.select_for_update(no_key=True).get(pk=question.pk)


def _decide(by: Actor, held: SiteQuestion, state: QuestionState) -> None:
    held.state, held.decided_by_id, held.decided_at = state, by.user_id, timezone.now()
    held.save(update_fields=["state", "decided_by", "decided_at", "why"])
