"""Having the facts of a document found, once or again."""

from clinic import audit, texts
from clinic.actions import cases, runs, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, Run, Upload
from extraction import kinds
from extraction.models import FactSheet

PASTED_NAME = "pasted.txt"


def take_in(*, by: Actor, upload: Upload, batch: bool = False) -> tuple[FactSheet, bool]:
    """The sheet and whether it is new. The document is read at once, then whichever engine answers is asked."""
    by.require(Permission.UPLOAD_ADD)
    if upload.kind not in texts.READABLE:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"kinds": sorted(texts.READABLE)})
    with audit.act(by, "sheet.taken_in") as doing:
        sheet, is_new = _enter(upload)
        if not is_new:
            doing.nothing_happened()
            return sheet, False
        sheet.asked_run = _ask(by, sheet, batch=batch)
        sheet.save(update_fields=["asked_run"])
        doing.about(sheet, case=upload.case, upload=upload.pk)
    return sheet, True


def paste(*, by: Actor, case: Case, text: str, name: str = "") -> tuple[FactSheet, bool]:
    """Text without a file becomes one, so that it is kept, sealed and proved like every other."""
    upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[text.encode()], name=name or PASTED_NAME)
    return take_in(by=by, upload=upload)


def ask_again(*, by: Actor, sheet: FactSheet) -> Run:
    """Whichever engine answers now. What was found and checked before stays with its run."""
    by.require(Permission.RUN_REQUEST)
    return _ask(by, sheet)


def _ask(by: Actor, sheet: FactSheet, *, batch: bool = False) -> Run:
    """The text is taken out once; who asks again starts from there."""
    upload = sheet.upload
    if texts.result_of(upload.pk) is not None:
        return runs.request(by=by, kind=kinds.EXTRACT, case=upload.case, uploads=[upload], batch=batch)[0]
    then = {"then": [kinds.EXTRACT]}
    return runs.request(by=by, kind=texts.KIND, case=upload.case, uploads=[upload], params=then, batch=batch)[0]


def _enter(upload: Upload) -> tuple[FactSheet, bool]:
    """The lock on the case keeps two from entering it at once."""
    cases.lock(upload.case)
    if known := FactSheet.objects.filter(upload=upload).select_related("upload__case").first():
        return known, False
    sheet = FactSheet(site_id=upload.site_id, upload=upload, case=upload.case)
    sheet.save(force_insert=True)
    return sheet, True
