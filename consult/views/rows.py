"""Lines of the list: which case, whose, what the newest answer says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from clinic import sealing
from clinic.errors import Words
from clinic.models import Result, RunState
from clinic.sealed_words import said
from clinic.views.keyset import Page
from clinic.views.presenters.case_rows import patient_line
from consult.answering import ANSWERS
from consult.models import Consult, ConsultAnswer


@dataclass(frozen=True)
class Row:
    consult: Consult
    question: Words
    patient: str
    urgency: str = ""
    urgency_words: Words = ""
    red_flags: int = 0
    answers: int = 0
    is_answering: bool = False


def rows(found: Sequence[Consult]) -> list[Row]:
    """Two questions for the answers of all of them. The newest that was given stands, as on the page of each: one that
    is on its way, or failed, takes no red flag away."""
    sealing.warm(one.case.patient_id for one in found)
    answers = ConsultAnswer.objects.filter(consult__in=found).select_related("run").order_by("number")
    newest = {one.consult_id: one for one in answers}
    given = {one.consult_id: one for one in answers if one.run.state == RunState.SUCCEEDED}
    facets = dict(Result.objects.filter(run__in=[one.run_id for one in given.values()]).values_list("run", "facets"))
    return [_row(one, newest.get(one.pk), given.get(one.pk), facets) for one in found]


def _row(consult: Consult, newest: ConsultAnswer | None, given: ConsultAnswer | None,
         facets: dict[UUID, dict[str, Any]]) -> Row:  # fmt: skip
    told = facets.get(given.run_id, {}) if given else {}
    label, flags = str(told.get("label") or ""), told.get("red_flags") or []
    return Row(
        consult=consult, question=said(lambda: consult.case.question),
        patient=patient_line(consult.case.patient, consult.case.age_years), urgency=label,
        urgency_words=ANSWERS.classes[label].words if label in ANSWERS.classes else "",
        red_flags=len(flags) if isinstance(flags, list) else 0, answers=newest.number if newest else 0,
        is_answering=newest is not None and newest.ended_at is None,
    )  # fmt: skip


def pages(found: Page[Consult]) -> dict[str, str]:
    return {f"{name}_url": f"{reverse('consults')}?{urlencode({'at': at})}" if at else ""
            for name, at in (("next", found.next), ("previous", found.previous))}  # fmt: skip
