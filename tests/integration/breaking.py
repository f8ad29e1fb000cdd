"""Somebody tampers with what a report rests on."""

from django.db import connection

from clinic.models import Upload
from clinic.storage.local import LocalObjectStore
from clinic.storage.objects import fan_out


def flip_a_byte(store: LocalObjectStore, upload: Upload) -> None:
    """In the middle of the stored object."""
    path = store.folder / fan_out(upload.object_name)
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(stored))


def remove(store: LocalObjectStore, upload: Upload) -> None:
    (store.folder / fan_out(upload.object_name)).unlink()


def replace(upload: Upload, by: Upload) -> None:
    """The row tells of another file: as who can write to the database, but not to the report, would do it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinic_upload SET sha256 = %s, object_name = %s, size = %s WHERE id = %s",
            [by.sha256[::-1], by.object_name[::-1], by.size, upload.pk],
        )
