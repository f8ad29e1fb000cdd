"""What workers found, written into the document's row in the finishing transaction of the run."""

from classify.models import Document
from classify.outcomes import RouteAnswer
from clinic.authorization.actor import Actor
from clinic.models import Run


def document_routed(*, run: Run, outcome: RouteAnswer, by: Actor) -> None:
    Document.objects.filter(upload__in=run.uploads.all()).update(route_run=run, is_urgent=outcome.is_urgent)
