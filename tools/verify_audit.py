"""Checks an exported audit of Rounds against signed checkpoints. One file: needs Python 3.11 and `cryptography`.

    python3 verify_audit.py EXPORT.jsonl --witness WITNESS.jsonl --keys KEYS.json

Get the witness and the keys from where the owner of the database cannot write, or they prove nothing.
Says `holds`, or names the first position that does not. Ends with 0: holds, 1: the audit is broken,
2: the witness is broken, 3: what was given cannot be read.
"""

import argparse
import base64
import hashlib
import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "rounds-audit-1"
SIGNED_AS = b"rounds/1\0audit-checkpoint\0"
TAG_BYTES = 4
WHOLE = "all"
COLUMNS = {"event": "event", "site": "site", "actor": "actor_id", "target": "target_id", "case": "case",
           "patient": "patient"}  # fmt: skip
Told = dict[str, Any]
Keys = dict[str, Ed25519PublicKey]


class Broken(Exception):
    """The audit is not what was written. `seq` is the first position that shows it."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"seq={seq} reason={reason}")
        self.seq, self.reason = seq, reason


class BrokenWitness(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line={line} reason={reason}")
        self.line, self.reason = line, reason


class Unreadable(Exception):
    """Not an export, not keys, or cut off on its way here."""


@dataclass
class Witness:
    """The checkpoints in one: how far they reach, the first bytes of every hash, and some hashes whole."""

    checkpoints: int = 0
    upto: int = 0
    tags: bytearray = field(default_factory=bytearray)
    hashes: dict[int, str] = field(default_factory=dict)
    signed_at: dict[int, datetime] = field(default_factory=dict)

    def saw_more(self, seq: int, exported_at: datetime) -> bool:
        """Than ends at `seq`, and before the export was made: later ones came after it."""
        return any(upto > seq and at <= exported_at for upto, at in self.signed_at.items())

    def contradicts(self, seq: int, link_hash: str) -> bool:
        """Of what lies beyond the last checkpoint there is no tag and no hash: nothing to contradict."""
        tag = self.tags[(seq - 1) * TAG_BYTES : seq * TAG_BYTES].hex()
        return not link_hash.startswith(tag) or self.hashes.get(seq, link_hash) != link_hash


@dataclass
class Chain:
    """How far one has come."""

    scope: str
    exported_at: datetime
    witness: Witness
    seq: int = 0
    hash: str = "00"
    hidden: int = 0  # links of other sites: only their hash is told

    def add(self, link: Told) -> None:
        seq, expected = link["seq"], self.seq + 1
        if seq != expected:
            raise Broken(expected, "missing")
        if self.witness.contradicts(seq, link["hash"]):
            raise Broken(seq, "rewritten")
        if self.is_hidden(link):
            self.hidden += 1
        else:
            check_link(link, self.hash)
        self.seq, self.hash = seq, link["hash"]

    def is_hidden(self, link: Told) -> bool:
        return self.scope != WHOLE and "event" not in link

    def check_end(self, end: Told) -> None:
        if self.witness.saw_more(self.seq, self.exported_at):
            raise Broken(self.seq + 1, "missing")
        head = end["head"]
        if head["seq"] != self.seq:
            raise Broken(min(head["seq"], self.seq) + 1, "head")
        if head["hash"] != self.hash:
            raise Broken(self.seq, "head")


def check_link(link: Told, hash_before: str) -> None:
    seq, body = link["seq"], link["body"]
    if link["prev"] != hash_before:
        raise Broken(seq, "unlinked")
    if body is None:
        raise Broken(seq, "no_event")
    if link["hash"] != hash_of(link):
        raise Broken(seq, "changed")
    told = json.loads(body)
    if any(link["columns"][column] != told.get(name) for column, name in COLUMNS.items()):
        raise Broken(seq, "columns")


def hash_of(link: Told) -> str:
    parts = (
        bytes.fromhex(link["prev"]),
        link["seq"].to_bytes(8, "big"),
        uuid.UUID(link["event"]).bytes,
        link["at_us"].to_bytes(8, "big", signed=True),
        link["body"].encode(),
    )
    return hashlib.sha256(b"".join(parts)).hexdigest()


# --- the witness ------------------------------------------------------------------------------------------------------


def read_witness(lines: Iterable[str], keys: Keys) -> Witness:
    witness, previous = Witness(), ""
    for number, line in enumerate(lines, start=1):
        checkpoint = parse_checkpoint(line)
        if checkpoint is None:
            continue  # torn by a crash; what follows must still follow the line before it
        if not is_signed(checkpoint, keys):
            raise BrokenWitness(number, "signature")
        if checkpoint["first"] != witness.upto + 1 or checkpoint["previous"] != previous:
            raise BrokenWitness(number, "order")
        add_checkpoint(witness, checkpoint)
        previous = hashlib.sha256(canonical(checkpoint)).hexdigest()
    return witness


def add_checkpoint(witness: Witness, checkpoint: Told) -> None:
    witness.checkpoints += 1
    witness.upto = checkpoint["seq"]
    witness.tags += base64.b64decode(checkpoint["tags"])
    witness.hashes[checkpoint["seq"]] = checkpoint["hash"]
    witness.signed_at[checkpoint["seq"]] = datetime.fromisoformat(checkpoint["at"])


def parse_checkpoint(line: str) -> Told | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "signature" in told else None


def is_signed(checkpoint: Told, keys: Keys) -> bool:
    unsigned = {name: value for name, value in checkpoint.items() if name != "signature"}
    key = keys.get(str(unsigned.get("key")))
    if key is None:
        return False
    try:
        key.verify(base64.b64decode(checkpoint["signature"]), SIGNED_AS + canonical(unsigned))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(told: Told) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


# --- the export -------------------------------------------------------------------------------------------------------


def verify(lines: Iterable[str], witness: Witness) -> Chain:
    told = parsed(lines)
    begin = next(told, {})
    if begin.get("format") != FORMAT:
        raise Unreadable(f"this is not an export of the form {FORMAT}")
    chain, no_place = Chain(begin["scope"], datetime.fromisoformat(begin["at"]), witness), False
    for line in told:
        if "end" in line:
            chain.check_end(line)
            if no_place:
                raise Broken(chain.seq + 1, "no_place")
            return chain
        if "no_place" in line:
            no_place = True
        else:
            chain.add(line)
    raise Unreadable("the export is cut off")


def parsed(lines: Iterable[str]) -> Iterator[Told]:
    for number, line in enumerate(lines, start=1):
        try:
            yield json.loads(line)
        except ValueError as fault:
            raise Unreadable(f"line {number} of the export is no JSON") from fault


def read_keys(text: str) -> Keys:
    try:
        return {key: Ed25519PublicKey.from_public_bytes(base64.b64decode(raw)) for key, raw in json.loads(text).items()}
    except (ValueError, AttributeError) as fault:
        raise Unreadable("the keys are no JSON of id and base64") from fault


def check(export: Path, witness: Path, keys: Path) -> tuple[int, str]:
    try:
        with export.open(encoding="utf-8") as lines, witness.open(encoding="ascii", errors="replace") as checkpoints:
            seen = read_witness(checkpoints, read_keys(keys.read_text()))
            chain = verify(lines, seen)
    except Broken as fault:
        return 1, f"BROKEN {fault}"
    except BrokenWitness as fault:
        return 2, f"BROKEN WITNESS {fault}"
    except (Unreadable, OSError, KeyError, TypeError, ValueError, OverflowError) as fault:
        return 3, f"UNREADABLE {fault}"
    return 0, (
        f"holds exported_at={chain.exported_at.isoformat()} events={chain.seq} of_other_sites={chain.hidden} "
        f"checkpoints={seen.checkpoints} witnessed_to={seen.upto} not_yet_witnessed={max(0, chain.seq - seen.upto)}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("--witness", type=Path, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    given = parser.parse_args()
    code, words = check(given.export, given.witness, given.keys)
    print(words)
    return code


if __name__ == "__main__":
    sys.exit(main())
