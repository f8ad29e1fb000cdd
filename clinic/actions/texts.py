"""Asking about the text of an upload: the text is taken out once, whoever asks and however often."""

from typing import Any

from clinic import texts
from clinic.actions import runs, uploads
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import Case, Run, Upload

PASTED_NAME = "pasted.txt"


def demand_readable(upload: Upload) -> None:
    if upload.kind not in texts.READABLE:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"kinds": sorted(texts.READABLE)})


def ask(*, by: Actor, upload: Upload, kind: str, batch: bool = False, params: dict[str, Any] | None = None) -> Run:
    """`kind`: one that reads text. Where nobody has read the upload, it is read first and the kind asked by itself.
    `params`: a wish for an engine, where the kind takes one."""
    if texts.result_of(upload.pk) is not None:
        return runs.request(by=by, kind=kind, case=upload.case, uploads=[upload], params=params, batch=batch)[0]
    then = {"then": [kind], **(params or {})}
    return runs.request(by=by, kind=texts.KIND, case=upload.case, uploads=[upload], params=then, batch=batch)[0]


def pasted(*, by: Actor, case: Case, text: str, name: str = "", begins: bool = True) -> Upload:
    """Text without a file becomes one, so that it is kept, sealed and proved like every other."""
    return uploads.store_whole(by=by, case=case, chunks=[text.encode()], name=name or PASTED_NAME, begins=begins)[0]
