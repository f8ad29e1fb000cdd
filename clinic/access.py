"""The one door to patient data. What is not visible does not exist (404); what is shown is noted first."""

from typing import TypeVar
from uuid import UUID

from django.db import models

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import Case, Note, Patient, Result, Run, Upload, UploadSession

M = TypeVar("M", bound=models.Model)


def _one(rows: models.QuerySet[M], pk: UUID) -> M:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND, facts={})
    return found


def case(by: Actor, pk: UUID, *, for_change: bool = False) -> Case:
    """`for_change`: the caller shows nothing of it but does something to it, which is noted by the action."""
    rows = Case.objects.visible_to(by).select_related("patient", "assignee", "opened_by", "site")
    found = _one(rows, pk)
    if not for_change:
        audit.note_read(by, "case.read", found)
    return found


def patient(by: Actor, pk: UUID, *, for_change: bool = False) -> Patient:
    found = _one(Patient.objects.visible_to(by), pk)
    if not for_change:
        audit.note_read(by, "patient.read", found)
    return found


def upload(by: Actor, pk: UUID, *, for_change: bool = False) -> Upload:
    found = _one(Upload.objects.visible_to(by).select_related("case"), pk)
    if not for_change:
        audit.note_read(by, "upload.read", found, case=found.case)
    return found


def upload_session(by: Actor, pk: UUID) -> UploadSession:
    """Only the person who opened it goes on with it."""
    mine = UploadSession.objects.visible_to(by).filter(opened_by=by.user_id).select_related("case__patient", "upload")
    return _one(mine, pk)


def run(by: Actor, pk: UUID) -> Run:
    """State and progress of a run hold no patient data; its result does, see `result`."""
    return _one(Run.objects.visible_to(by).select_related("case__patient", "requested_by"), pk)


def result(by: Actor, run_pk: UUID) -> Result:
    found = Result.objects.visible_to(by).select_related("case", "run").filter(run=run_pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    audit.note_read(by, "result.read", found, case=found.case)
    return found


def note(by: Actor, pk: UUID) -> Note:
    found = _one(Note.objects.visible_to(by).select_related("case"), pk)
    audit.note_read(by, "note.read", found, case=found.case)
    return found


def case_list(by: Actor, cases: list[Case]) -> list[Case]:
    """A page of a list shows many patients at once: one event that names how many, and whose."""
    if cases:
        audit.note_read(by, "case_list.read", cases[0].site, count=len(cases), cases=[c.pk for c in cases])
    return cases
