"""Streams to and from S3 in bounded memory.

A large object is a multipart upload, part by part, so that memory holds one part whatever the size; the bucket shows an
object only when it is complete.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from clinic.storage.errors import ObjectDamaged, ObjectMissing, StorageDown, StorageError, StorageFull

PART_BYTES = 5 * 1024 * 1024  # the least S3 accepts for a part that is not the last
AHEAD_BYTES = 1024 * 1024
FAILURES: dict[str, type[StorageError]] = {
    **dict.fromkeys(("404", "NoSuchKey", "NotFound"), ObjectMissing),
    **dict.fromkeys(("507", "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull"), StorageFull),
    **dict.fromkeys(("416", "InvalidRange"), ObjectDamaged),
}
Client = Any  # boto3 makes its clients at run time


class S3Sink:
    """Gathers parts; an object that fits in one part is a single put."""

    def __init__(self, client: Client, place: dict[str, str], name: str, parameters: dict[str, Any]) -> None:
        self._client = client
        self._place = place
        self._name = name
        self._parameters = {"ContentType": "application/octet-stream", **parameters}
        self._pending = bytearray()
        self._parts: list[dict[str, Any]] = []
        self._upload: dict[str, str] = {}
        self._sent_bytes = 0
        self._is_down = False

    def write(self, sealed: bytes) -> None:
        self._pending += sealed
        if len(self._pending) >= PART_BYTES:
            self._send_part()

    def commit(self) -> None:
        if not self._upload:
            self._put_whole()
        else:
            self._send_part()
            with self._asking():
                self._client.complete_multipart_upload(**self._upload, MultipartUpload={"Parts": self._parts})
        self._upload = {}
        self._demand_arrived()

    def discard(self) -> None:
        """Nothing was visible yet. Parts already sent are dropped, unless the store is down: then the sweep does it."""
        upload, self._upload = self._upload, {}
        if upload and not self._is_down:
            with suppress(StorageError), typed_failures(self._name):
                self._client.abort_multipart_upload(**upload)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with typed_failures(self._name, writing=True):
                yield
        except StorageDown:
            self._is_down = True
            raise

    def _put_whole(self) -> None:
        with self._asking():
            self._client.put_object(**self._place, **self._parameters, Body=self._pending)
        self._sent_bytes = len(self._pending)

    def _send_part(self) -> None:
        number = len(self._parts) + 1
        with self._asking():
            if not self._upload:
                begun = self._client.create_multipart_upload(**self._place, **self._parameters)
                self._upload = {**self._place, "UploadId": begun["UploadId"]}
            sent = self._client.upload_part(**self._upload, PartNumber=number, Body=self._pending)
        self._parts.append({"PartNumber": number, **_receipt(sent)})
        self._sent_bytes += len(self._pending)
        self._pending = bytearray()

    def _demand_arrived(self) -> None:
        """A store that said yes and kept less is a store that is down."""
        with self._asking():
            kept = self._client.head_object(**self._place)["ContentLength"]
        if kept != self._sent_bytes:
            raise StorageDown(self._name)


class S3Source:
    """Reads ahead while reading goes on in order; a frame asked for out of order costs one request."""

    def __init__(self, client: Client, place: dict[str, str], name: str) -> None:
        self._client = client
        self._place = place
        self._name = name
        self._window = (0, b"")
        self.size = 0
        self.size, first = self._get(0, AHEAD_BYTES)
        self._window = (0, first)

    def read_at(self, offset: int, length: int) -> bytes:
        if offset + length > self.size:
            raise ObjectDamaged(self._name)
        start, held = self._window
        if start <= offset and offset + length <= start + len(held):
            return held[offset - start : offset - start + length]
        if offset + length == self.size:
            return self._get(offset, length)[1]
        self._window = (offset, self._get(offset, max(length, AHEAD_BYTES))[1])
        return self._window[1][:length]

    def close(self) -> None:
        self._window = (0, b"")

    def _get(self, offset: int, length: int) -> tuple[int, bytes]:
        """The whole size and the bytes wanted, all of them or StorageDown."""
        with typed_failures(self._name):
            answer = self._client.get_object(**self._place, Range=f"bytes={offset}-{offset + length - 1}")
            data = answer["Body"].read(length + 1)
        size = int(answer.get("ContentRange", "").rpartition("/")[2] or answer["ContentLength"])
        if len(data) != min(length, size - offset) or self.size not in (0, size):
            raise StorageDown(self._name)
        return size, data


@contextmanager
def typed_failures(name: str = "", *, writing: bool = False) -> Iterator[None]:
    """What boto3 and the network raise, in the words of this package. Nothing is "missing" where we came to write."""
    try:
        yield
    except ClientError as fault:
        kind = FAILURES.get(str(fault.response.get("Error", {}).get("Code")), StorageDown)
        raise (StorageDown if writing and kind is ObjectMissing else kind)(name) from fault
    except (BotoCoreError, HTTPClientError, OSError) as fault:
        raise StorageDown(name) from fault


def _receipt(sent: dict[str, Any]) -> dict[str, str]:
    """S3 wants back what it said about each part, its checksum too where it gave one."""
    return {field: value for field, value in sent.items() if field == "ETag" or field.startswith("Checksum")}
