"""The reading side of uploads: plaintext in pieces, checked against the digest to the last byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection

from clinic import sealing
from clinic.errors import Code, Refusal
from clinic.models import Upload
from clinic.storage.errors import StorageError
from clinic.storage.local import LocalObjectStore
from clinic.storage.objects import ObjectStore
from clinic.storage.reading import ObjectReader

DELETING = 7_265_431  # an advisory lock: shared by those who delete objects, and held alone while a backup is taken


@lru_cache(maxsize=1)
def store() -> ObjectStore:
    """The folder of this installation, or the bucket the settings name. Same encryption, done here, either way."""
    if settings.FILES_BUCKET:
        from clinic.storage.s3 import S3ObjectStore, s3_storage

        return S3ObjectStore(s3_storage(**settings.FILES_S3), cold_class=settings.FILES_COLD_CLASS)
    return LocalObjectStore(settings.FILES_FOLDER)


@contextmanager
def may_delete() -> Iterator[bool]:
    """Not while a backup is taken, which has listed what is there; nor in a transaction that has failed, where nobody
    can be asked. What is left then is the janitor's."""
    if connection.needs_rollback or not _asked("SELECT pg_try_advisory_lock_shared(%s)"):
        yield False
        return
    try:
        yield True
    finally:
        _asked("SELECT pg_advisory_unlock_shared(%s)")


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [DELETING])
        return bool(cursor.fetchone()[0])


class Expired(Refusal):
    """Its bytes were deleted when their time was over; the row says so."""

    def __init__(self) -> None:
        super().__init__(Code.EXPIRED)


def open_upload(upload: Upload) -> ObjectReader:
    if upload.expired_at is not None:
        raise Expired
    key = sealing.data_key(upload.case.patient_id)
    return store().open(upload.object_name, key=key, sha256=upload.sha256)


class StoredUpload:
    """An input as a worker sees it."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self.id: UUID = upload.pk
        self.kind: str = upload.kind
        self.content_type: str = upload.content_type
        self.size: int = upload.size
        self.sha256: str = upload.sha256

    def chunks(self) -> Iterator[bytes]:
        with open_upload(self._upload) as reader:
            yield from reader.chunks()

    def read(self) -> bytes:
        return b"".join(self.chunks())


def is_intact(upload: Upload) -> bool:
    try:
        with open_upload(upload) as reader:
            for _ in reader.chunks():
                pass
    except (StorageError, Expired):
        return False
    return True
