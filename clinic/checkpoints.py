"""A signed checkpoint: how the audit's chain stood at one place, so that nobody rewrites what lies before it.

One line of JSON, the same in the witness and in the database. `tags` hold the first bytes of every hash since the
checkpoint before: a rewritten chain is consistent in itself, and only they can say where it begins to differ.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from clinic import signing
from clinic.signing import Seal

PURPOSE = "audit-checkpoint"
TAG_BYTES = 4
MOST_EVENTS = 1000


class NotACheckpoint(Exception):
    """The line is torn, or somebody else's."""


@dataclass(frozen=True)
class Checkpoint:
    first: int  # the first position it tells of
    seq: int  # the last one
    hash: bytes
    at: str
    previous: str  # digest of the line before, so that none is taken out
    tags: bytes
    seal: Seal

    @classmethod
    def over(cls, hashes: Sequence[bytes], *, after: "Checkpoint | None", at: str) -> Self:
        first = after.seq + 1 if after else 1
        told = {
            "v": 1,
            "first": first,
            "seq": first + len(hashes) - 1,
            "hash": hashes[-1].hex(),
            "at": at,
            "previous": after.digest if after else "",
            "tags": _base64(b"".join(link[:TAG_BYTES] for link in hashes)),
            "key": next(iter(signing.public_keys())),
        }
        seal = signing.seal(PURPOSE, _canonical(told).encode())
        return cls.parse(_canonical(told | {"signature": _base64(seal.signature)}))

    @classmethod
    def parse(cls, line: str) -> Self:
        try:
            told = json.loads(line)
            seal = Seal(told["key"], base64.b64decode(told["signature"], validate=True))
            tags, found = base64.b64decode(told["tags"], validate=True), bytes.fromhex(told["hash"])
            made = cls(told["first"], told["seq"], found, told["at"], told["previous"], tags, seal)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as fault:
            raise NotACheckpoint from fault
        if made.line != line.rstrip("\n"):
            raise NotACheckpoint
        return made

    @property
    def is_signed(self) -> bool:
        return signing.verifies(PURPOSE, _canonical(self._told).encode(), self.seal)

    def follows(self, before: "Checkpoint | None") -> bool:
        if before is None:
            return (self.first, self.previous) == (1, "")
        return (self.first, self.previous) == (before.seq + 1, before.digest)

    @cached_property
    def line(self) -> str:
        return _canonical(self._told | {"signature": _base64(self.seal.signature)})

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.line.encode()).hexdigest()

    @property
    def _told(self) -> dict[str, Any]:
        return {"v": 1, "first": self.first, "seq": self.seq, "hash": self.hash.hex(), "at": self.at,
                "previous": self.previous, "tags": _base64(self.tags), "key": self.seal.key_id}  # fmt: skip

    def tag_of(self, seq: int) -> bytes:
        start = (seq - self.first) * TAG_BYTES
        return self.tags[start : start + TAG_BYTES]


def whole_ones(lines: Iterable[str]) -> Iterator[Checkpoint]:
    """Torn lines (a crash in the middle of writing) are stepped over."""
    for line in lines:
        with suppress(NotACheckpoint):
            yield Checkpoint.parse(line)


def _canonical(told: dict[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
