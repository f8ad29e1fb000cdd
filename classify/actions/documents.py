"""Documents on their way to a specialty: taking one in, having it sorted again."""

from classify import kinds
from classify.models import Document
from clinic import audit, texts
from clinic.actions import cases, runs, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, Run, Upload

PASTED_NAME = "pasted.txt"


def take_in(*, by: Actor, upload: Upload, batch: bool = False) -> tuple[Document, bool]:
    """The document and whether it is new. It is read at once, and sorted by whichever engine answers then."""
    by.require(Permission.UPLOAD_ADD)
    if upload.kind not in texts.READABLE:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"kinds": sorted(texts.READABLE)})
    with audit.act(by, "document.taken_in") as doing:
        document, is_new = _enter(upload)
        if not is_new:
            doing.nothing_happened()
            return document, False
        document.asked_run = _ask(by, document, batch=batch)
        document.save(update_fields=["asked_run"])
        doing.about(document, case=upload.case, upload=upload.pk)
    return document, True


def paste(*, by: Actor, case: Case, text: str, name: str = "") -> tuple[Document, bool]:
    """Text without a file becomes one, so that it is kept, sealed and proved like every other."""
    upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[text.encode()], name=name or PASTED_NAME)
    return take_in(by=by, upload=upload)


def sort_again(*, by: Actor, document: Document) -> Run:
    """By whichever engine answers now. What was said before stays with its run."""
    by.require(Permission.RUN_REQUEST)
    return _ask(by, document)


def _ask(by: Actor, document: Document, *, batch: bool = False) -> Run:
    """The text is taken out once; who sorts it again starts from there."""
    upload, then = document.upload, {"then": [kinds.ROUTE]}
    if texts.result_of(upload.pk) is not None:
        return runs.request(by=by, kind=kinds.ROUTE, case=upload.case, uploads=[upload], batch=batch)[0]
    return runs.request(by=by, kind=texts.KIND, case=upload.case, uploads=[upload], params=then, batch=batch)[0]


def _enter(upload: Upload) -> tuple[Document, bool]:
    """The lock on the case keeps two from entering it at once."""
    cases.lock(upload.case)
    if known := Document.objects.filter(upload=upload).select_related("upload__case").first():
        return known, False
    document = Document(site_id=upload.site_id, upload=upload, case=upload.case)
    document.save(force_insert=True)
    return document, True
