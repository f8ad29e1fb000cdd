"""Documents on their way to a specialty: taking one in, having it sorted again."""

from classify import kinds
from classify.models import Document
from clinic import audit
from clinic.actions import cases, texts
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Case, Run, Upload


def take_in(*, by: Actor, upload: Upload, batch: bool = False) -> tuple[Document, bool]:
    """The document and whether it is new. It is read at once, and sorted by whichever engine answers then."""
    by.require(Permission.UPLOAD_ADD)
    texts.demand_readable(upload)
    with audit.act(by, "document.taken_in") as doing:
        document, is_new = _enter(upload)
        if not is_new:
            doing.nothing_happened()
            return document, False
        document.asked_run = texts.ask(by=by, upload=upload, kind=kinds.ROUTE, batch=batch)
        document.save(update_fields=["asked_run"])
        doing.about(document, case=upload.case, upload=upload.pk)
    return document, True


def paste(*, by: Actor, case: Case, text: str, name: str = "") -> tuple[Document, bool]:
    """Text without a file becomes one, so that it is kept, sealed and proved like every other."""
    return take_in(by=by, upload=texts.pasted(by=by, case=case, text=text, name=name))


def sort_again(*, by: Actor, document: Document) -> Run:
    """By whichever engine answers now. What was said before stays with its run."""
    by.require(Permission.RUN_REQUEST)
    return texts.ask(by=by, upload=document.upload, kind=kinds.ROUTE)


def _enter(upload: Upload) -> tuple[Document, bool]:
    """The lock on the case keeps two from entering it at once."""
    cases.lock(upload.case)
    if known := Document.objects.filter(upload=upload).select_related("upload__case").first():
        return known, False
    document = Document(site_id=upload.site_id, upload=upload, case=upload.case)
    document.save(force_insert=True)
    return document, True
