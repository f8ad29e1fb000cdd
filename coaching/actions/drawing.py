"""Giving somebody her next question: at random among those that fit, none twice before all have come."""

from django.db import IntegrityError

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from coaching import asking
from coaching.inference import drawing
from coaching.inference.schema import Question
from coaching.models import DrawnQuestion


def draw(*, by: Actor, role: str = "", category: str = "", difficulty: int = 0) -> Question:
    """Of two at once the second draws anew."""
    by.require(Permission.COACH_PRACTISE)
    try:
        return _draw(by, role, category, difficulty)
    except IntegrityError:
        return _draw(by, role, category, difficulty)


def _draw(by: Actor, role: str, category: str, difficulty: int) -> Question:
    fitting = asking.fitting(asking.questions(by), role=role, category=category, difficulty=difficulty)
    deck = f"{role}/{category}/{difficulty or ''}"
    with audit.act(by, "coaching.question_drawn") as doing:
        mine = DrawnQuestion.objects.filter(person=by.myself, site=by.here, deck=deck).order_by("cycle", "at")
        cycle = max((row.cycle for row in mine), default=1)
        done = [row.question for row in mine if row.cycle == cycle]
        by_id = {one.id: one for one in fitting}
        drawn = drawing.next_question(by_id, done, f"{by.myself} {deck} {cycle}")
        if drawn is None:
            raise Refusal(Code.NO_QUESTION)
        row = DrawnQuestion(site_id=by.here, person_id=by.myself, deck=deck, question=drawn.id,
                            cycle=cycle + drawn.begins_cycle)  # fmt: skip
        row.save(force_insert=True)
        doing.about(row)
    return by_id[drawn.id]
