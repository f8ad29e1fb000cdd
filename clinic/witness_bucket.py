"""Checkpoints of the audit in a bucket with object lock: one object each, which nobody replaces or deletes in time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from clinic.checkpoints import Checkpoint
from clinic.storage.s3_streams import typed_failures

HIGHEST = 10**18


class WitnessBucket:
    """One object a checkpoint, locked against replacing and deleting until its day."""

    def __init__(self, client: Any, bucket: str, keep_days: int) -> None:
        self.client, self.bucket, self.keep_days = client, bucket, keep_days

    def last_seq(self) -> int:
        with typed_failures():
            listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix="checkpoint-", MaxKeys=1)
        found = listed.get("Contents", [])
        return HIGHEST - int(found[0]["Key"].removeprefix("checkpoint-").removesuffix(".json")) if found else 0

    def append(self, checkpoint: Checkpoint) -> None:
        with typed_failures(writing=True):
            self.client.put_object(
                Bucket=self.bucket,
                Key=_object_name(checkpoint.seq),
                Body=checkpoint.line.encode(),
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=datetime.now(UTC) + timedelta(days=self.keep_days),
            )

    def lines(self) -> Iterator[str]:
        """The first version of each, oldest checkpoint first: a later version is somebody trying."""
        first_versions: dict[str, tuple[datetime, str]] = {}
        for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket):
            for found in page.get("Versions", []):
                version = (found["LastModified"], found["VersionId"])
                first_versions[found["Key"]] = min(version, first_versions.get(found["Key"], version))
        for name in sorted(first_versions, reverse=True):
            held = self.client.get_object(Bucket=self.bucket, Key=name, VersionId=first_versions[name][1])
            yield held["Body"].read().decode()


def _object_name(seq: int) -> str:
    """Counted downwards: a bucket lists in one direction only, and the newest is what is asked for."""
    return f"checkpoint-{HIGHEST - seq:018d}.json"
