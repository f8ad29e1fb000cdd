"""Which questions there are to be asked here: those of the bank, and those the site wrote and somebody else has
read."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from coaching.inference import bank
from coaching.inference.question_form import as_json, from_json
from coaching.inference.schema import Category, Question, Role
from coaching.models import LawfulPurpose, QuestionState, SiteQuestion


def questions(by: Actor) -> tuple[Question, ...]:
    return (*bank.questions(), *own(by))


def own(by: Actor) -> tuple[Question, ...]:
    return published(SiteQuestion.objects.visible_to(by))


def published(rows: QuerySet[SiteQuestion]) -> tuple[Question, ...]:
    return tuple(read(row.body) for row in rows.filter(state=QuestionState.PUBLISHED).order_by("code"))


def question(by: Actor, name: str) -> Question:
    found = bank.by_id().get(name) or next((one for one in own(by) if one.id == name), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def fitting(found: tuple[Question, ...], *, role: str = "", category: str = "", difficulty: int = 0,
            ) -> tuple[Question, ...]:  # fmt: skip
    return tuple(
        one for one in found
        if (not role or Role(role) in one.roles) and (not category or one.category == Category(category))
        and (not difficulty or one.difficulty == difficulty)
    )  # fmt: skip


def told(question: Question) -> dict[str, Any]:
    """The whole question, as it is kept beside what was answered to it."""
    return as_json(question)


def read(kept: Mapping[str, Any]) -> Question:
    return from_json(kept)


def digest(question: Question) -> str:
    return hashlib.sha256(json.dumps(told(question), sort_keys=True).encode()).hexdigest()


def has_lawful_purpose(site_id: UUID) -> bool:
    return LawfulPurpose.objects.filter(site=site_id, ended_at=None).exists()
