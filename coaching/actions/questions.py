"""A site's own questions: written by one or brought in out of a file, read and published by another, withdrawn when
they have had their time."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from coaching import asking
from coaching.inference import bank
from coaching.inference.question_form import UnfitQuestion, from_json
from coaching.inference.schema import Question
from coaching.models import QuestionState, SiteQuestion

MOST_AT_ONCE, MOST_FAULTS = 500, 20
LIVING = (QuestionState.PROPOSED, QuestionState.PUBLISHED)


@dataclass(frozen=True)
class Brought:
    """What became of a file: proposed, so that somebody else reads each; or `here` already, word for word."""

    proposed: tuple[SiteQuestion, ...]
    here: tuple[str, ...]


def bring_in(*, by: Actor, told: Mapping[str, Any]) -> Brought:
    """A file as it is exported. All of it or nothing: where one question is unfit, each fault is named by its place.

    Nobody is asked any of them before somebody else has published it.
    """
    by.require(Permission.COACH_PRACTISE)
    found = _all_of(told)
    with audit.act(by, "coaching.questions_brought_in") as doing:
        here = _here(by, found)
        rows = _add(by, *(one for one in found if one.id not in here))
        if not rows:
            doing.nothing_happened()
        else:
            doing.about(rows[0], proposed=len(rows), here=len(here))
    return Brought(rows, tuple(one.id for one in found if one.id in here))


def _all_of(told: Mapping[str, Any]) -> list[Question]:
    bodies = told.get("questions")
    if not isinstance(bodies, list) or set(told) != {"questions"}:
        raise Refusal(Code.INVALID, fields={"questions": [_("A list named `questions` is wanted, and nothing else.")]})
    if not 0 < len(bodies) <= MOST_AT_ONCE:
        wrong = _("From 1 to %(most)s questions are taken at once.") % {"most": MOST_AT_ONCE}
        raise Refusal(Code.INVALID, fields={"questions": [wrong]})
    found: list[Question] = []
    faults: list[str] = []
    for number, body in enumerate(bodies):
        try:
            found.append(_of_file(body, {one.id for one in found}))
        except UnfitQuestion as why:
            faults.append(f"questions[{number}]: {why}")
    if faults:
        raise Refusal(Code.INVALID, fields={"questions": faults[:MOST_FAULTS]})
    return found


def _of_file(body: object, before: Set[str]) -> Question:
    found = from_json(body)
    if found.id in before:
        raise UnfitQuestion(f"id: {found.id!r} twice")
    if (known := bank.by_id().get(found.id)) and asking.told(known) != asking.told(found):
        raise UnfitQuestion(f"id: {found.id!r} is another question of the bank")
    return found


def _here(by: Actor, found: Sequence[Question]) -> set[str]:
    """Which of them are in the bank, or waiting or published as they stand."""
    told = {one.id: asking.told(one) for one in found}
    rows = SiteQuestion.objects.filter(site=by.here, code__in=told, state__in=LIVING).values_list("code", "body")
    return told.keys() & bank.by_id().keys() | {code for code, body in rows if body == told[code]}


def propose(*, by: Actor, body: Mapping[str, Any]) -> SiteQuestion:
    """The next version, where there is one of this id already. One of the bank cannot be replaced."""
    by.require(Permission.COACH_PRACTISE)
    question = checked(body)
    if question.id in bank.by_id():
        raise Refusal(Code.ALREADY_EXISTS)
    with audit.act(by, "coaching.question_proposed") as doing:
        (row,) = _add(by, question)
        doing.about(row, code=question.id, version=row.version)
    return row


def _add(by: Actor, *found: Question) -> tuple[SiteQuestion, ...]:
    """Each as the next version of its id."""
    before = SiteQuestion.objects.filter(site=by.here, code__in=[one.id for one in found])
    latest = dict(before.values_list("code").annotate(Max("version")))
    return tuple(SiteQuestion.objects.bulk_create(
        SiteQuestion(site_id=by.here, code=one.id, version=latest.get(one.id, 0) + 1, body=asking.told(one),
                     written_by_id=by.myself) for one in found
    ))  # fmt: skip


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
