"""What workers found, written into the document's row in the finishing transaction of the run."""

from classify.models import Document, TextPrint
from classify.outcomes import RouteAnswer, Seen
from clinic.authorization.actor import Actor
from clinic.models import Run


def document_routed(*, run: Run, outcome: RouteAnswer, by: Actor) -> None:
    for document in Document.objects.filter(upload__in=run.uploads.all()):
        document.route_run, document.is_urgent = run, outcome.is_urgent
        if outcome.seen is not None:
            _keep(document, outcome.seen)
        document.save(update_fields=["route_run", "is_urgent", "copy_of", "copy_share"])


def _keep(document: Document, seen: Seen) -> None:
    document.copy_of_id, document.copy_share = seen.copy_of, seen.share
    told = {"site_id": document.site_id, "signature": seen.signature, "bands": list(seen.bands)}
    TextPrint.objects.update_or_create(document=document, defaults=told)
