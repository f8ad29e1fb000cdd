"""Objects in an S3 bucket, through django-storages' connection. Sealed before they leave this process."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

from clinic.outgoing.addresses import Destination, NotAllowed, demand_askable
from clinic.storage.errors import ObjectMissing
from clinic.storage.objects import NAME, ListedObject, ObjectStore, fan_out
from clinic.storage.s3_streams import Client, S3Sink, S3Source, typed_failures

AMAZON = ("amazonaws.com", "amazonaws.com.cn")


def s3_storage(
    *, connect_timeout_s: float = 3, read_timeout_s: float = 10, attempts: int = 3, **options: Any
) -> S3Storage:
    """django-storages' backend with what must not be left to defaults; `options` are its own (bucket_name, ...)."""
    config = Config(
        connect_timeout=connect_timeout_s,
        read_timeout=read_timeout_s,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        signature_version=options.get("signature_version"),
        s3={"addressing_style": options.get("addressing_style")},
        proxies=options.get("proxies") or {},  # else those of the environment are taken
    )
    return NamedStorage(**{**options, "file_overwrite": False, "default_acl": None, "client_config": config})


class NamedStorage(S3Storage):
    """Only the store that is named is asked, wherever an answer of it leads: its own host, or the bucket's name before
    it; of Amazon's, Amazon's. And never what belongs to the cloud this machine lies in."""

    def _create_session(self) -> Any:
        session = super()._create_session()
        session.events.register("before-send.s3", self._demand_it_is_the_store)
        return session

    def _demand_it_is_the_store(self, request: Any, **_told: Any) -> None:
        to = Destination(request.url, is_local=True)
        own = Destination(self.endpoint_url, is_local=True) if self.endpoint_url else None
        names = (own.host,) if own else AMAZON
        if not any(to.host == name or to.host.endswith(f".{name}") for name in names) or (own and to.port != own.port):
            raise NotAllowed("a store led to another address")
        demand_askable(to.host, to.port, is_local=True)


class S3ObjectStore(ObjectStore):
    def __init__(self, storage: S3Storage, *, cold_class: str = "") -> None:
        self._storage, self._cold_class = storage, cold_class
        self._bucket = storage.bucket_name
        self._prefix = f"{storage.location.strip('/')}/".lstrip("/")

    def exists(self, name: str) -> bool:
        try:
            with typed_failures(name):
                self._client.head_object(**self._place(name))
        except ObjectMissing:
            return False
        return True

    def delete(self, name: str) -> None:
        with suppress(ObjectMissing), typed_failures(name):
            self._client.delete_object(**self._place(name))

    def chill(self, name: str) -> None:
        """Copied onto itself: the bytes stay what they are, only their class is another."""
        if self._cold_class:
            place = self._place(name)
            with suppress(ObjectMissing), typed_failures(name):
                self._client.copy_object(**place, CopySource=place, StorageClass=self._cold_class)

    def list(self, *, older_than_s: float = 0) -> Iterator[ListedObject]:
        for found in self._pages("list_objects_v2", "Contents"):
            name = found["Key"].rpartition("/")[2]
            age_s = _age_s(found["LastModified"])
            if NAME.fullmatch(name) and age_s >= older_than_s:
                yield ListedObject(name=name, stored_size=found["Size"], age_s=age_s)

    def sweep_temp(self, *, older_than_s: float) -> int:
        """Uploads that were begun and never completed: invisible, but paid for."""
        uploads = list(self._pages("list_multipart_uploads", "Uploads"))
        stale = [upload for upload in uploads if _age_s(upload["Initiated"]) >= older_than_s]
        for upload in stale:
            with suppress(ObjectMissing), typed_failures():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        return len(stale)

    def free_bytes(self) -> None:
        return None

    def check(self) -> None:
        with typed_failures(writing=True):
            self._client.head_bucket(Bucket=self._bucket)

    @property
    def _client(self) -> Client:
        """django-storages keeps one per thread."""
        return self._storage.connection.meta.client

    def _place(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + fan_out(name)}

    def _pages(self, operation: str, entries: str) -> Iterator[dict[str, Any]]:
        with typed_failures(writing=True):
            for page in self._client.get_paginator(operation).paginate(Bucket=self._bucket, Prefix=self._prefix):
                yield from page.get(entries, ())

    def sink(self, name: str) -> S3Sink:
        return S3Sink(self._client, self._place(name), name, self._storage.get_object_parameters(name))

    def _source(self, name: str) -> S3Source:
        return S3Source(self._client, self._place(name), name)


def _age_s(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()
