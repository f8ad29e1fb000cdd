"""The door to consults: what is not visible does not exist; what is shown is noted first."""

from uuid import UUID

from django.db.models import QuerySet

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from consult.models import Consult, ConsultAnswer, Part


def consults(by: Actor) -> QuerySet[Consult]:
    return Consult.objects.visible_to(by).select_related("case__patient", "case__site", "opened_by")


def consult(by: Actor, pk: UUID, *, for_change: bool = False) -> Consult:
    """`for_change`: the caller shows nothing of it but does something to it, which is noted by the action."""
    found = consults(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not for_change:
        audit.note_read(by, "consult.read", found, case=found.case)
    return found


def answer(by: Actor, consult_pk: UUID, number: int) -> ConsultAnswer:
    rows = ConsultAnswer.objects.visible_to(by).select_related("consult__case__patient")
    found = rows.filter(consult=consult_pk, number=number).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def part(by: Actor, consult_pk: UUID, number: int) -> Part:
    rows = Part.objects.visible_to(by).select_related("consult__case")
    found = rows.filter(consult=consult_pk, number=number).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def consult_list(by: Actor, rows: list[Consult]) -> list[Consult]:
    if rows:
        audit.note_read(by, "consult_list.read", rows[0], count=len(rows), cases=[row.case_id for row in rows])
    return rows
