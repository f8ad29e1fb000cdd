"""Whether what an engine said is anybody's word yet. Until a person signs it, it is preliminary, wherever shown."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from clinic.errors import Refusal
from clinic.models import Report, Result
from clinic.pipeline import kind_named


class Standing(StrEnum):
    PRELIMINARY = "preliminary"
    SIGNED = "signed"  # stands, as the engine said it, in a signed report
    NOT_CLINICAL = "not_clinical"  # says nothing about the patient: whether files are whole, say


def standings(results: Iterable[Result]) -> dict[UUID, Standing]:
    """Of each by its id; one question however many there are."""
    asked = list(results)
    cases = {result.case_id for result in asked if result.case_id and is_clinical(result.kind)}
    signed = _signed_in(cases) if cases else set()
    return {result.pk: _standing(result, signed) for result in asked}


def standing_of(result: Result) -> Standing:
    return standings([result])[result.pk]


def is_clinical(kind: str) -> bool:
    """What nobody knows any more may have been about the patient."""
    try:
        return kind_named(kind).is_clinical
    except Refusal:
        return True


def _standing(result: Result, signed: set[str]) -> Standing:
    if not is_clinical(result.kind):
        return Standing.NOT_CLINICAL
    return Standing.SIGNED if str(result.pk) in signed else Standing.PRELIMINARY


def _signed_in(cases: set[UUID]) -> set[str]:
    rows = Report.objects.filter(case__in=cases).values_list("sources", flat=True)
    return {one["id"] for sources in rows for one in sources if one["what"] == "result"}
