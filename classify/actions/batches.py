"""Many documents at once: the files of an archive of a case, or the lines of a file of texts."""

from classify import batches, kinds
from classify.actions import documents
from classify.models import BatchItem, Document
from clinic import audit, texts
from clinic.actions import many_files, runs, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Refusal
from clinic.models import Case, Run, Upload
from clinic.models.runs import ACTIVE


def ask(*, by: Actor, upload: Upload) -> tuple[Run, bool]:
    """In the lane that nobody waits for: single documents that come meanwhile go before it."""
    return runs.request(by=by, kind=kinds.BATCH, case=upload.case, uploads=[upload], batch=True)


def done(run: Run) -> int:
    """How many files of it are settled: who goes on after a death begins with the next."""
    return BatchItem.objects.filter(run=run).count()


def take_out(*, by: Actor, run: Run, case: Case, number: int, name: str, data: bytes) -> BatchItem:
    """The file becomes a document of the case, or a line that says why not."""
    try:
        with audit.together():
            document, is_new = take_in(by=by, case=case, data=data, name=name)
            return _settle(run, number, name, document=document, is_known=not is_new)
    except Refusal as why:
        many_files.demand_about_the_file(why)
        return leave_out(by=by, run=run, number=number, name=name, problem=why.code.value)


def leave_out(*, by: Actor, run: Run, number: int, name: str, problem: str) -> BatchItem:
    by.require(Permission.UPLOAD_ADD)
    with audit.act(by, "document.left_out") as doing:
        item = _settle(run, number, name, problem=problem)
        doing.about(item, case=run.case, run=run.pk, number=number, problem=problem)
    return item


def take_in(*, by: Actor, case: Case, data: bytes, name: str) -> tuple[Document, bool]:
    """The document and whether its bytes are new to the case. What holds no text is refused before it is kept."""
    by.require(Permission.UPLOAD_ADD)
    many_files.demand_kind(data, name, texts.READABLE)
    upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[data], name=name, begins=False)
    return documents.take_in(by=by, upload=upload, batch=True)


def stop(*, by: Actor, run: Run) -> int:
    """No file more is taken out, and what waits to be read or sorted waits no longer. What is done stays."""
    by.require(Permission.RUN_CANCEL)
    with audit.act(by, "document_batch.stopped") as doing:
        stopped = sum(_cancelled(by, one) for one in list(batches.waiting(run)))
        doing.about(run, case=run.case, runs=stopped)
        if not stopped:
            doing.nothing_happened()
    return stopped


def _cancelled(by: Actor, run: Run) -> bool:
    """One that ended in between needs no stopping."""
    if not Run.objects.filter(pk=run.pk, state__in=ACTIVE).exists():
        return False
    runs.cancel(by=by, run=run)
    return True


def _settle(run: Run, number: int, name: str, **told: object) -> BatchItem:
    item = BatchItem(site_id=run.site_id, run=run, case=run.case, number=number, name=name[:200], **told)
    item.save(force_insert=True)
    return item
