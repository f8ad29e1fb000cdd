"""A form with files, read once: each file goes straight into the store, encrypted as it comes. A form that breaks off
leaves nothing behind; Django's parser alone would take the end of a broken connection for the end of the form."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from clinic import sealing
from clinic.errors import Code, Refusal
from clinic.intake import EncryptingUploadHandler, ReceivedFile
from clinic.storage.keys import DataKey
from clinic.uploads import store

FORM = "multipart/form-data"


def key_for_now() -> DataKey:
    """For a form of which nobody knows yet whose it is, or whose file nobody keeps: a key that is kept nowhere."""
    subject = uuid4()
    sealing.new_wrapped_key(subject)
    return sealing.data_key(subject)


def bytes_of(file: ReceivedFile, key: DataKey, *, most: int, too_large: str) -> bytes:
    """A small file of a form, whole."""
    received = file.received()
    if received.size > most:
        raise Refusal(Code.TOO_LARGE, detail=too_large)
    with store().open(received.object_name, key=key, sha256=received.sha256) as reader:
        return reader.read()


class _Counted:
    """The body of a request, and how much of it has come."""

    def __init__(self, request: Any) -> None:
        self._request, self.count = request, 0

    def read(self, size: int) -> bytes:
        data: bytes = self._request.read(size)
        self.count += len(data)
        return data


def read_form(request: Any, *, key: DataKey) -> tuple[QueryDict, "MultiValueDict[str, Any]"]:
    """Fields and files. The request's body must not have been touched; a form without files is left to Django."""
    if request.content_type != FORM:
        return request.POST, MultiValueDict()
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if not length.isdigit():
        raise Refusal(Code.LENGTH_NEEDED)
    body: Any = _Counted(request)
    handler = EncryptingUploadHandler(request, key=key)
    try:
        fields, files = MultiPartParser(request.META, body, [handler], "utf-8").parse()
    except BaseException:
        handler.upload_interrupted()
        let_go(handler.came)
        raise
    if body.count != int(length):
        let_go(handler.came)
        raise Refusal(Code.CUT_OFF)
    return fields, files


@contextmanager
def passing_form(request: Any) -> Iterator[DataKey]:
    """A form whose files are read, and kept by nobody: whatever becomes of it, no file of any field stays."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":  # before a byte of it is stored
        raise Refusal(Code.NOT_FROM_HERE)
    key = key_for_now()
    fields, files = read_form(request, key=key)
    request._post, request._files = fields, files
    try:
        yield key
    finally:
        let_go_all(files)


def let_go_all(files: "MultiValueDict[str, Any]", *, but: str = "") -> None:
    """Of every field: a form may bring files under names that nobody asks for."""
    let_go(file for name, several in files.lists() if name != but for file in several)


def let_go(files: Any) -> None:
    """What came, but no row will tell of."""
    for file in files:
        if isinstance(file, ReceivedFile) and (name := _object_name(file)):
            store().delete(name)


def _object_name(file: ReceivedFile) -> str:
    try:
        return file.received().object_name
    except Refusal:  # refused while it came in: nothing of it was kept
        return ""
