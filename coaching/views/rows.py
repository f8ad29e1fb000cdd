"""What the lists of coaching show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.errors import Words
from coaching import access, asking, finding, worded
from coaching.actions import practising
from coaching.inference.schema import Question
from coaching.models import Attempt, AttemptState, LiveSession, Practice, Search, Speaker
from coaching.usual import Past, past_of

FOUND, LAST, WAIT_FOR_MEANING = 5, 8, timedelta(seconds=8)


@dataclass(frozen=True)
class QuestionRow:
    id: str
    title: str
    text: str
    category: Words
    roles: str
    difficulty: int
    reason: str  # a code, for who begins it
    reason_words: Words


def question_row(question: Question, language: str = "", reason: str = "") -> QuestionRow:
    title, text = worded.said(question.title, language), worded.said(question.text, language)
    return QuestionRow(
        id=question.id, title=title or text, text=text,
        category=worded.CATEGORIES[question.category], difficulty=question.difficulty,
        roles=", ".join(sorted(str(worded.ROLES[role]) for role in question.roles)),
        reason=reason, reason_words=worded.reason(reason),
    )  # fmt: skip


def home(by: Actor, liked: Speaker, chosen: dict[str, Any], search: Search | None, *, shows_all: bool,
         ) -> dict[str, Any]:  # fmt: skip
    past = past_of(by)
    return {
        **_questions(by, liked, chosen, search, past, shows_all),
        "practices": [practice_row(one, liked.language) for one in practices(by).order_by("-began_at", "-id")[:LAST]],
        "has_past": bool(past.attempts),
        "invitations": LiveSession.objects.visible_to(by).filter(coach=by.user_id, ended_at=None)
        .select_related("person").order_by("-began_at")[:LAST],
    }  # fmt: skip


def _questions(by: Actor, liked: Speaker, chosen: dict[str, Any], search: Search | None, past: Past, shows_all: bool,
               ) -> dict[str, Any]:  # fmt: skip
    every = asking.questions(by)
    filters = {name: chosen[name] for name in ("role", "category", "difficulty")}
    fitting = asking.fitting(every, **filters)
    counts = {"all_count": len(every), "fitting_count": len(fitting)}
    if search is not None:
        found = finding.by_words(str(chosen["q"]), fitting, most=FOUND)
        return counts | {"questions": [question_row(one, liked.language) for one in found], "waits_for": search}
    if shows_all:
        return counts | {"questions": [question_row(one, liked.language) for one in fitting], "shows_all": True}
    told = {name: value for name, value in filters.items() if value}
    more = f"?{urlencode({'q': '', **told, 'all': 1})}" if len(fitting) > FOUND else ""
    return counts | {"questions": _some(by, liked, fitting, past), "all_url": more}


def _some(by: Actor, liked: Speaker, fitting: Sequence[Question], past: Past) -> list[QuestionRow]:
    """What is recommended; where that is little, others that fit, without a reason."""
    found = [question_row(one, liked.language, why)
             for one, why in finding.recommended(by, fitting, past.attempts, most=FOUND)]  # fmt: skip
    named = {row.id for row in found}
    others = (question_row(one, liked.language) for one in fitting if one.id not in named)
    return [*found, *islice(others, FOUND - len(found))]


def is_waited_for(search: Search) -> bool:
    return timezone.now() - search.asked_at < WAIT_FOR_MEANING


def found(by: Actor, search: Search) -> dict[str, Any]:
    """By meaning; where no worker answered in time what was found by words stays, and the page says so."""
    language = practising.preferences(by).language
    every = asking.questions(by)
    rows = finding.of_search(search, every, most=FOUND)
    return {"questions": [question_row(one, language) for one in rows], "is_by_meaning": search.found is not None,
            "all_count": len(every)}  # fmt: skip


@dataclass(frozen=True)
class PracticeRow:
    practice: Practice
    title: str
    category: Words
    attempts: int


def practices(by: Actor) -> QuerySet[Practice]:
    """With their attempts; what was said in them stays sealed."""
    attempts = Attempt.objects.without_words().exclude(state=AttemptState.DISCARDED)
    return access.practices(by).prefetch_related(Prefetch("attempts", attempts))


def practice_row(row: Practice, language: str) -> PracticeRow:
    question = question_row(asking.read(row.asked), language)
    return PracticeRow(row, question.title, question.category, len(row.attempts.all()))
