"""A file in the body of a request goes straight into the store, encrypted as it is read: nothing of it lies in clear
on disk or whole in memory, and what is refused or cut off leaves nothing behind."""

import hmac
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from clinic import sealing
from clinic.errors import Code, Refusal
from clinic.form_intake import FORM, let_go_all, read_form
from clinic.intake import Intake, Received, ReceivedFile
from clinic.models import Case
from clinic.storage.keys import DataKey

RAW = "application/octet-stream"
PIECE_BYTES = 64 * 1024
ENVELOPE_BYTES = 64 * 1024  # what a form may add to its file


def receive(request: Any, case: Case, *, name: str, sha256: str = "", raw: tuple[str, ...] = (RAW,),
            ) -> tuple[Received, str]:  # fmt: skip
    """What came, safe in the store, and what it is called. `request` is Django's own, its body not yet touched; `raw`:
    content types under which the body is the file itself."""
    length = announced_length(request)
    key = sealing.data_key(case.patient_id)
    if request.content_type == FORM:
        return receive_form(request, key, name=name, sha256=sha256)[1:]
    if request.content_type in raw:
        return _from_body(request, key, length, name=name, sha256=sha256), name
    raise Refusal(Code.MEDIA_TYPE_NOT_TAKEN, facts={"takes": [FORM, *raw]})


def receive_form(request: Any, key: DataKey, *, name: str = "", sha256: str = "") -> tuple[QueryDict, Received, str]:
    """A form with one file: its other fields, the file in the store, and what it is called."""
    Intake.check_announced(size=max(1, announced_length(request) - ENVELOPE_BYTES), name=name)
    return _from_form(request, key, name=name, sha256=sha256)


def announced_length(request: Any) -> int:
    """A body in chunks of unknown number is not read at all; the chunked upload is for those."""
    if request.headers.get("Transfer-Encoding"):
        raise Refusal(Code.LENGTH_NEEDED)
    told: str = request.META.get("CONTENT_LENGTH") or ""
    if not told.isdigit():
        raise Refusal(Code.LENGTH_NEEDED)
    return int(told)


def pieces(request: Any, length: int) -> Iterator[bytes]:
    left = length
    while left:
        piece = request.read(min(left, PIECE_BYTES))
        if not piece:
            raise Refusal(Code.CUT_OFF)
        left -= len(piece)
        yield piece


def _from_body(request: Any, key: DataKey, length: int, *, name: str, sha256: str) -> Received:
    if not name:
        raise Refusal(Code.INVALID, fields={"name": [_("A raw body brings no name: add ?name=")]})
    Intake.check_announced(size=length, name=name)
    with Intake(key=key, name=name) as intake:
        for piece in pieces(request, length):
            intake.feed(piece)
        return intake.finish(expected_sha256=sha256)


def _from_form(request: Any, key: DataKey, *, name: str, sha256: str) -> tuple[QueryDict, Received, str]:
    fields, files = read_form(request, key=key)
    try:
        file = _only_file(files)
        received = file.received()
        if sha256 and not hmac.compare_digest(received.sha256, sha256.lower()):
            raise Refusal(Code.DIGEST_MISMATCH)
    except Refusal:
        let_go_all(files)
        raise
    return fields, received, name or file.name[:255]


def _only_file(files: "MultiValueDict[str, Any]") -> ReceivedFile:
    found: list[ReceivedFile] = files.getlist("file")
    if len(found) != 1 or len(files) != 1:
        raise Refusal(Code.INVALID, fields={"file": [_("Send exactly one file, in the field `file`.")]})
    return found[0]
