"""How far many documents are that came together, and what became of each: for pages, programs and tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from classify import inbox, kinds
from classify.models import BatchItem, Document
from clinic import sealing, texts
from clinic.authorization.actor import Actor
from clinic.models import Run
from clinic.models.runs import ACTIVE
from clinic.sealed_words import said
from clinic.views import shelves

COLUMNS = ("number", "name", "document", "place", "confidence", "is_urgent", "was_known", "problem")
AT_A_TIME = 500


@dataclass(frozen=True)
class Tally:
    added: int
    known: int
    problems: dict[str, int]  # how many files became no document, by code

    @property
    def failed(self) -> int:
        return sum(self.problems.values())

    @property
    def all(self) -> int:
        return self.added + self.known + self.failed


def tally(run: Run) -> Tally:
    counted: Counter[tuple[str, bool]] = Counter()
    for row in BatchItem.objects.filter(run=run).values("problem", "is_known").annotate(count=Count("pk")):
        counted[row["problem"], row["is_known"]] = row["count"]
    problems = {problem: count for (problem, _), count in counted.items() if problem}
    return Tally(counted["", False], counted["", True], problems)


def documents(by: Actor, run: Run) -> QuerySet[Document]:
    """Those that became of its files, each with its place."""
    return inbox.documents(by).filter(pk__in=BatchItem.objects.filter(run=run).values("document"))


def places(by: Actor, run: Run) -> Counter[str]:
    return shelves.counts(documents(by, run))


def waiting(run: Run) -> QuerySet[Run]:
    """What of it is still to be done: taking out, reading, sorting. The first stops the rest from coming."""
    found = BatchItem.objects.filter(run=run, problem="").values("document__upload")
    of_documents = Q(kind__in=(texts.KIND, kinds.ROUTE), uploads__in=found)
    active = Run.objects.filter(Q(pk=run.pk) | of_documents, state__in=ACTIVE)
    return active.select_related("case").order_by("requested_at").distinct()


def items(by: Actor, run: Run, *, failed_only: bool = False) -> QuerySet[BatchItem]:
    found = BatchItem.objects.visible_to(by).filter(run=run).select_related("case")
    return found.exclude(problem="") if failed_only else found


def lines(by: Actor, run: Run) -> Iterator[dict[str, Any]]:
    """One for each file, in the order of the archive, as far as it has come."""
    found = items(by, run).order_by("number")
    if first := found.first():
        sealing.warm([first.case.patient_id])
    start = 0
    while some := list(found.filter(number__gte=start)[:AT_A_TIME]):
        yield from told_of(by, some)
        start = some[-1].number + 1


def told_of(by: Actor, some: list[BatchItem]) -> Iterator[dict[str, Any]]:
    placed = {one.pk: one for one in inbox.documents(by).filter(pk__in=[item.document_id for item in some])}
    sure = inbox.how_sure(by, placed.values())
    for item in some:
        document: Any = placed.get(item.document_id) if item.document_id else None
        yield {
            "number": item.number + 1, "name": _name(item), "document": item.document_id,
            "place": document.place if document else "", "is_urgent": inbox.is_urgent(document) if document else None,
            "confidence": sure.get(document.route_run_id) if document else None, "was_known": item.is_known,
            "problem": item.problem,
        }  # fmt: skip


def _name(item: BatchItem) -> str:
    return str(said(lambda: item.name))
