"""Lines of the list: which case, whose, what the newest answer says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from clinic import sealing
from clinic.errors import Words
from clinic.models import Result
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


def rows(found: Sequence[Consult]) -> list[Row]:
    """Two questions for the answers of all of them."""
    sealing.warm(one.case.patient_id for one in found)
    latest: dict[object, ConsultAnswer] = {}
    for answer in ConsultAnswer.objects.filter(consult__in=found).order_by("number"):
        latest[answer.consult_id] = answer
    facets = dict(Result.objects.filter(run__in=[one.run_id for one in latest.values()]).values_list("run", "facets"))
    return [_row(one, latest.get(one.pk), facets) for one in found]


def _row(consult: Consult, answer: ConsultAnswer | None, facets: dict[UUID, dict[str, Any]]) -> Row:
    told = facets.get(answer.run_id, {}) if answer else {}
    label, flags = str(told.get("label") or ""), told.get("red_flags") or []
    return Row(
        consult=consult, question=said(lambda: consult.case.question),
        patient=patient_line(consult.case.patient, consult.case.age_years), urgency=label,
        urgency_words=ANSWERS.classes[label].words if label in ANSWERS.classes else "",
        red_flags=len(flags) if isinstance(flags, list) else 0, answers=answer.number if answer else 0,
    )  # fmt: skip


def pages(found: Page[Consult]) -> dict[str, str]:
    return {f"{name}_url": f"{reverse('consults')}?{urlencode({'at': at})}" if at else ""
            for name, at in (("next", found.next), ("previous", found.previous))}  # fmt: skip
