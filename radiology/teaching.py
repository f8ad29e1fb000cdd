"""Films to learn from among colleagues: where a reader and the engine, or two readers, differed, and the reader and the
patient agree to teaching. Nothing in it says whose film it is, or who read it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Consent, Purpose
from radiology.models import FilmVerdict, Impression, Stance

SHOWN = 50


@dataclass(frozen=True)
class Lesson:
    verdict: UUID
    first: str
    final: str
    engine_label: str
    reason: str
    age_years: int | None
    month: date
    is_generated: bool


def lessons(by: Actor) -> list[Lesson]:
    """For those who read films; a lead of the site is not among them."""
    if not by.can(Permission.FILM_READ):
        return []
    rows = FilmVerdict.objects.visible_to(by).filter(
        is_for_teaching=True, stance__in=(Stance.CHANGES, Stance.DISAGREES)
    )
    told = rows.select_related("read__film__case").order_by("-at")[: 4 * SHOWN]
    agreeing = _agreeing({verdict.read.film.case.patient_id for verdict in told})
    return [_lesson(verdict) for verdict in told if verdict.read.film.case.patient_id in agreeing][:SHOWN]


def may_be_shown(by: Actor, verdict: FilmVerdict) -> bool:
    film = verdict.read.film
    return (
        by.can(Permission.FILM_READ) and verdict.is_for_teaching and film.is_nameless
        and film.case.patient_id in _agreeing({film.case.patient_id})
    )  # fmt: skip


def _agreeing(patients: set[UUID]) -> set[UUID]:
    latest = Consent.objects.filter(patient__in=patients, purpose=Purpose.TEACHING).latest_per_purpose()
    return {consent.patient_id for consent in latest if consent.is_given}


def _lesson(verdict: FilmVerdict) -> Lesson:
    film = verdict.read.film
    return Lesson(
        verdict=verdict.pk, first=str(Impression(verdict.read.impression).label),
        final=str(Impression(verdict.impression).label), engine_label=verdict.engine_label,
        reason=str(verdict.get_reason_display()), age_years=film.case.age_years,
        month=verdict.at.date().replace(day=1), is_generated=film.is_generated,
    )  # fmt: skip
