"""The door to documents: what is not visible does not exist; what is shown is noted first."""

from uuid import UUID

from django.db.models import QuerySet

from classify import inbox, kinds
from classify.models import Document
from clinic import audit
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import Run


def documents(by: Actor) -> QuerySet[Document]:
    return inbox.documents(by)


def document(by: Actor, pk: UUID, *, for_change: bool = False) -> Document:
    rows = documents(by).select_related("case__patient", "case__site", "upload__case", "upload__added_by", "route_run")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not for_change:
        audit.note_read(by, "document.read", found, case=found.case)
    return found


def document_list(by: Actor, rows: list[Document]) -> list[Document]:
    if rows:
        audit.note_read(by, "document_list.read", rows[0], count=len(rows), cases=[row.case_id for row in rows])
    return rows


def batch(by: Actor, pk: UUID, *, for_change: bool = False) -> Run:
    """The run that takes in many documents."""
    found = Run.objects.visible_to(by).select_related("case__patient", "requested_by").filter(pk=pk, kind=kinds.BATCH)
    run = found.first()
    if run is None or run.case is None:
        raise Refusal(Code.NOT_FOUND)
    if not for_change:
        audit.note_read(by, "document_batch.read", run, case=run.case)
    return run


def batch_taken(by: Actor, run: Run) -> None:
    """Names and places of all its documents leave as a table."""
    audit.note_read(by, "document_batch.taken", run, case=run.case)
