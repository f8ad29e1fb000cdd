"""Many documents at once, for their facts: the files of an archive of a case, or the lines of a file of texts."""

from clinic import audit, texts
from clinic.actions import many_files, runs, uploads
from clinic.authorization.actor import Actor
from clinic.errors import Refusal
from clinic.models import Case, Run, Upload
from extraction import kinds
from extraction.actions import sheets

TAKEN = ""


def ask(*, by: Actor, upload: Upload) -> tuple[Run, bool]:
    """In the lane that nobody waits for: single documents that come meanwhile go before it."""
    return runs.request(by=by, kind=kinds.BATCH, case=upload.case, uploads=[upload], batch=True)


def take_out(*, by: Actor, run: Run, case: Case, name: str, data: bytes) -> str:
    """Why it became no document: a code, or nothing. Taken out again after a death it is the document it was."""
    try:
        with audit.together():
            many_files.demand_kind(data, name, texts.READABLE)
            upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[data], name=name, begins=False)
            sheets.take_in(by=by, upload=upload, came_with=run)
    except Refusal as why:
        many_files.demand_about_the_file(why)
        return why.code.value
    return TAKEN
