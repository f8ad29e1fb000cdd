"""What a backup says about itself: counts, digests, and how far the audit had come. Signed by the installation."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from clinic import signing
from clinic.command_files import Mistake
from clinic.report_body import canonical
from clinic.signing import Seal

FORMAT, PURPOSE = "rounds-backup-1", "backup"
MOST_NAMED = 100


@dataclass
class Tally:
    """Of many things, in the order they came: memory holds their sum only."""

    count: int = 0
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def through(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Hands on what it counts."""
        own, size = hashlib.sha256(), 0
        for chunk in chunks:
            own.update(chunk)
            size += len(chunk)
            yield chunk
        self._digest.update(f"{name} {size} {own.hexdigest()}\n".encode())
        self.count, self.size = self.count + 1, self.size + size

    def told(self) -> dict[str, Any]:
        return {"count": self.count, "bytes": self.size, "sha256": self._digest.hexdigest()}


@dataclass(frozen=True)
class Manifest:
    id: str
    at: str  # of the cut
    product: str
    audit: dict[str, Any]  # seq, hash
    tables: dict[str, list[Any]]  # rows, digest
    database: dict[str, Any]
    objects: dict[str, Any]
    witness: dict[str, Any]
    missing: list[str]  # objects that were not in the store when they should have been; the first of them
    missing_count: int = 0
    format: str = FORMAT

    @property
    def rows(self) -> int:
        return sum(int(rows) for rows, _digest in self.tables.values())

    @property
    def body(self) -> bytes:
        return canonical(asdict(self))

    def signature(self) -> bytes:
        seal = signing.seal(PURPOSE, self.body)
        return canonical({"key_id": seal.key_id, "signature": seal.signature.hex()})

    @classmethod
    def read(cls, body: bytes, signature: bytes) -> Self:
        told = json.loads(signature)
        if not signing.verifies(PURPOSE, body, Seal(told["key_id"], bytes.fromhex(told["signature"]))):
            raise Mistake("This backup is not signed by this installation. Put the signing keys it had into place.")
        found = json.loads(body)
        if found.get("format") != FORMAT:
            raise Mistake(f"This backup is of another format ({str(found.get('format'))[:40]}).")
        return cls(**found)
