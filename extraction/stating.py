"""Which documents and recordings of a case state something that others may contradict; `stating_worker` reads them."""

from collections.abc import Iterator
from typing import Any

from clinic import speech
from clinic.contradictions import Reader, register_reader
from clinic.models import Case, Result, TranscriptEdit
from extraction import fields
from extraction.models import FieldDecision

MOST_SOURCES = 100  # of each sort, the newest


def state(case: Case) -> Iterator[str]:
    for result in answers(case, fields.NAME):
        yield f"facts:{result.pk}:{FieldDecision.objects.filter(run=result.run_id).count()}"
    for result in answers(case, speech.KIND):
        yield f"words:{result.pk}:{TranscriptEdit.objects.filter(run=result.run_id).count()}"


def answers(case: Case, kind: str) -> list[Result]:
    """The newest answer to each file."""
    rows = Result.objects.filter(case=case, kind=kind).select_related("case", "run").prefetch_related("run__uploads")
    newest: dict[Any, Result] = {}
    for row in rows.order_by("-at")[:MOST_SOURCES]:
        for upload in row.run.uploads.all():
            newest.setdefault(upload.pk, row)
    return list({row.pk: row for row in newest.values()}.values())


register_reader(
    Reader(state="extraction.stating:state", read="extraction.stating_worker:read", kinds=(fields.NAME, speech.KIND))
)
