"""Which documents and recordings of a case state something that others may contradict; `stating_worker` reads them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count

from clinic import speech
from clinic.contradictions import Reader, register_reader
from clinic.models import Case, Result, TranscriptEdit
from extraction import fields
from extraction.models import FieldDecision

MOST_SOURCES = 100  # of each sort, the newest


def state(case: Case) -> Iterator[str]:
    """Two questions of each sort, however many files there are; no word of an answer is opened."""
    for name, kind, changes in (("facts", fields.NAME, FieldDecision), ("words", speech.KIND, TranscriptEdit)):
        found = answers(case, kind, has_words=False)
        runs = [one.run_id for one in found]
        counted = dict(changes.objects.filter(run__in=runs).order_by().values_list("run").annotate(n=Count("pk")))
        for one in found:
            yield f"{name}:{one.pk}:{counted.get(one.run_id, 0)}"


def answers(case: Case, kind: str, *, has_words: bool = True) -> list[Result]:
    """The newest answer to each file."""
    rows = Result.objects.filter(case=case, kind=kind).select_related("case", "run").prefetch_related("run__uploads")
    rows = rows if has_words else rows.defer("outcome")
    newest: dict[Any, Result] = {}
    for row in rows.order_by("-at")[:MOST_SOURCES]:
        for upload in row.run.uploads.all():
            newest.setdefault(upload.pk, row)
    return list({row.pk: row for row in newest.values()}.values())


register_reader(
    Reader(state="extraction.stating:state", read="extraction.stating_worker:read", kinds=(fields.NAME, speech.KIND))
)
