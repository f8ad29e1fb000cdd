"""The way in for bytes: read once, recognised by content, counted, hashed and encrypted while they arrive.

Nothing of a file is on disk in the clear, and a web process holds no more of it than a few pieces.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, Self

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from clinic import file_words, formats
from clinic.errors import Code, Refusal
from clinic.storage.keys import DataKey
from clinic.storage.objects import ObjectDraft
from clinic.uploads import store
from clinic.viruses import Verdict


@dataclass(frozen=True)
class Received:
    """A whole file, recognised, safe in the store, not yet told of by any row."""

    kind: str
    content_type: str
    size: int
    sha256: str
    object_name: str


class Intake:
    """One file on its way in. Leaving the block without `finish` drops it."""

    def __init__(self, *, key: DataKey, name: str, declared_type: str = "") -> None:
        self._recogniser = formats.Recogniser(name=name, declared_type=declared_type)
        self._key = key
        self._draft: ObjectDraft | None = store().begin(key=key)

    @staticmethod
    def check_announced(*, size: int | None, name: str = "", declared_type: str = "") -> None:
        """What can be refused before a byte has come."""
        if size == 0:
            raise Refusal(Code.EMPTY_FILE)
        if size is not None and size > formats.LARGEST_BYTES:
            raise file_words.too_large()
        with _in_our_words():
            formats.demand_announced(name=name, declared_type=declared_type, size=size)

    @staticmethod
    def check_beginning(head: bytes, *, size: int | None, name: str, declared_type: str) -> None:
        """What can be refused when the first piece is here."""
        with _in_our_words():
            formats.judge_beginning(head, name=name, declared_type=declared_type, size=size)

    def feed(self, chunk: bytes) -> None:
        with _in_our_words():
            self._recogniser.feed(chunk)
        self._open_draft.write(chunk)

    def finish(self, *, expected_sha256: str = "") -> Received:
        with _in_our_words():
            recognised = self._recogniser.finish()
        stored = self._open_draft.finish()
        self._draft = None
        if expected_sha256 and not hmac.compare_digest(stored.sha256, expected_sha256.lower()):
            store().delete(stored.name)
            raise Refusal(Code.DIGEST_MISMATCH)
        self._demand_clean(stored.name, stored.sha256)
        return Received(
            kind=recognised.kind.value,
            content_type=recognised.mime,
            size=stored.size,
            sha256=stored.sha256,
            object_name=stored.name,
        )

    def _demand_clean(self, name: str, sha256: str) -> None:
        """Before anybody else reads it. Scanned from the store, so that a slow sender does not hold the scanner."""
        if settings.VIRUS_SCANNER is None:
            return
        verdict = Verdict.UNKNOWN
        try:
            with store().open(name, key=self._key, sha256=sha256) as reader:
                verdict = settings.VIRUS_SCANNER.verdict(reader.chunks())
        finally:
            if verdict is not Verdict.CLEAN:
                store().delete(name)
        if verdict is not Verdict.CLEAN:
            raise Refusal(Code.VIRUS_FOUND if verdict is Verdict.INFECTED else Code.SCANNER_DOWN)

    @property
    def _open_draft(self) -> ObjectDraft:
        if self._draft is None:
            raise RuntimeError("the file was finished or dropped before")
        return self._draft

    def drop(self) -> None:
        if self._draft is not None:
            self._draft.discard()
            self._draft = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except formats.Refused as why:
        raise file_words.refusal(why) from why


class NoFilesHere(FileUploadHandler):
    """The default: a form that was not made for files takes none, so nothing is ever spooled in the clear."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class ReceivedFile:
    """Stands in request.FILES for a file that is already in the store."""

    def __init__(self, *, name: str, outcome: Received | Refusal) -> None:
        self.name, self._outcome = name, outcome

    def received(self) -> Received:
        if isinstance(self._outcome, Refusal):
            raise self._outcome
        return self._outcome

    def close(self) -> None:
        """Django's parser closes what it gives up; there is nothing open here."""


class EncryptingUploadHandler(FileUploadHandler):
    """For a request whose case is known: each file of the form goes straight into the store under the patient's key.

    A refused file does not end the form: the others go on, and the view tells about each.
    """

    chunk_size = 64 * 1024

    def __init__(self, request: Any, *, key: DataKey) -> None:
        super().__init__(request)
        self._key = key
        self._intake: Intake | None = None
        self._refusal: Refusal | None = None
        self.came: list[ReceivedFile] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._intake = Intake(key=self._key, name=self.file_name or "", declared_type=self.content_type or "")
        self._refusal = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._refusal is None and self._intake is not None:
            try:
                self._intake.feed(raw_data)
            except Refusal as refusal:
                self._refuse(refusal)

    def file_complete(self, file_size: int) -> Any:
        self.came.append(ReceivedFile(name=self.file_name or "", outcome=self._outcome()))
        return self.came[-1]

    def _outcome(self) -> Received | Refusal:
        if self._refusal is None and self._intake is not None:
            try:
                return self._intake.finish()
            except Refusal as refusal:
                self._refuse(refusal)
        return self._refusal or Refusal(Code.CUT_OFF)

    def upload_interrupted(self) -> None:
        if self._intake is not None:
            self._intake.drop()

    def _refuse(self, refusal: Refusal) -> None:
        self._refusal = refusal
        if self._intake is not None:
            self._intake.drop()
