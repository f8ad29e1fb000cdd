"""Lines of the worklist: how pressing, who, how long it waits, and what is to be known before it is read.

What the engine says never stands here: whoever reads the list is to read the film first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.errors import Words
from clinic.holding import holder
from clinic.views.presenters.case_rows import patient_line, question_of
from radiology.film_words import sentence
from radiology.models import Film, FilmState, ReadState
from radiology.worklist import DONE, SECOND, TO_READ, films_of


@dataclass(frozen=True)
class Row:
    film: Film
    url: str
    urgency: str
    title: str
    why: Words
    since: datetime
    is_current: bool
    held_by: str


def rows(by: Actor, films: Sequence[Film], current: Film | None, show: str) -> list[Row]:
    sealing.warm(film.case.patient_id for film in films)
    return [_row(by, film, current, show) for film in films]


def _row(by: Actor, film: Film, current: Film | None, show: str) -> Row:
    case = film.case
    return Row(
        film=film, url=_url(film, show), urgency=case.urgency,
        title=f"{case.reference}, {patient_line(case.patient, case.age_years)}", why=_why(film), since=film.added_at,
        is_current=current is not None and film.pk == current.pk, held_by=holder(by, film),
    )  # fmt: skip


def _url(film: Film, show: str) -> str:
    address = reverse("film", args=[film.pk])
    return f"{address}?show={show}" if show != TO_READ else address


def _why(film: Film) -> Words:
    match film.state:
        case FilmState.OPENING:
            return _("Being opened")
        case FilmState.UNREADABLE:
            return _("Cannot be opened")
        case FilmState.REFUSED if film.reasons and not film.is_overridden:
            return _("No engine: %(why)s") % {"why": sentence(film.reasons[0]).short}
    if film.awaits_look_at_text:
        return _("Writing in the picture: look")
    if film.read_state == ReadState.SECOND:
        return _("Second read, blind")
    if getattr(film, "late_since", None):
        return _("Moved up: waiting limit")
    return question_of(film.case)


def tabs(by: Actor, show: str) -> list[dict[str, object]]:
    words = {TO_READ: _("To read"), SECOND: _("Second read"), DONE: _("Read")}
    return [
        {"url": f"{reverse('films')}?show={name}" if name != TO_READ else reverse("films"), "words": word,
         "count": films_of(by, name).count() if name != DONE else None, "current": name == show}
        for name, word in words.items()
    ]  # fmt: skip
