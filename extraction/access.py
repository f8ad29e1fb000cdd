"""The door to the facts of documents: what is not visible does not exist; what is shown is noted first."""

from uuid import UUID

from django.db.models import QuerySet

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import Run
from extraction import shelf
from extraction.kinds import BATCH
from extraction.models import FactSheet


def sheets(by: Actor) -> QuerySet[FactSheet]:
    return shelf.sheets(by)


def sheet(by: Actor, pk: UUID, *, for_change: bool = False) -> FactSheet:
    found = _whole(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not for_change:
        audit.note_read(by, "sheet.read", found, case=found.case)
    return found


def chosen(by: Actor, pks: list[UUID]) -> list[FactSheet]:
    """In the order they were named. One that is not there is not passed over in silence."""
    found = {one.pk: one for one in _whole(by).filter(pk__in=pks)}
    if len(found) < len(set(pks)):
        raise Refusal(Code.NOT_FOUND)
    return [found[pk] for pk in dict.fromkeys(pks)]


def _whole(by: Actor) -> QuerySet[FactSheet]:
    return sheets(by).select_related("case__patient", "case__site", "upload__case", "upload__added_by", "run",
                                     "finished_by")  # fmt: skip


def run_of(by: Actor, pk: UUID) -> UUID | None:
    """Whose facts it shows, without a look at them."""
    found: UUID | None = sheets(by).filter(pk=pk).values_list("run", flat=True).first()
    return found


def sheet_list(by: Actor, rows: list[FactSheet]) -> list[FactSheet]:
    if rows:
        audit.note_read(by, "sheet_list.read", rows[0], count=len(rows), cases=[row.case_id for row in rows])
    return rows


def batch(by: Actor, pk: UUID) -> Run:
    """The run that takes in many documents."""
    found = Run.objects.visible_to(by).select_related("case__patient", "requested_by").filter(pk=pk, kind=BATCH)
    run = found.first()
    if run is None or run.case is None:
        raise Refusal(Code.NOT_FOUND)
    audit.note_read(by, "sheet_batch.read", run, case=run.case)
    return run


def facts_taken(by: Actor, sheet: FactSheet, form: str) -> None:
    """All facts of a document leave as a file."""
    audit.note_read(by, "sheet.taken", sheet, case=sheet.case, form=form)
