"""How keys are written down, in a variable or in a key file: `id:base64` entries, the current one first."""

import base64
import binascii
import os
import re
import uuid

from clinic.storage.errors import KeysInvalid

KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
FEWEST_DIFFERENT_BYTES = 12  # 32 random bytes have fewer about once in 10**20 draws; "changeme" repeated always does


def parse(text: str) -> dict[str, bytes]:
    """Parted by commas or white space. The order stays: whoever asks takes the first as the current one."""
    entries = [_parse_entry(number, entry) for number, entry in enumerate(_split(text), start=1)]
    by_id = dict(entries)
    if len(by_id) != len(entries):
        raise KeysInvalid("two keys have the same id")
    if not entries:
        raise KeysInvalid("no key given")
    return by_id


def new() -> str:
    return f"k-{uuid.uuid4().hex[:12]}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _parse_entry(number: int, entry: str) -> tuple[str, bytes]:
    key_id, _, encoded = entry.partition(":")
    if not KEY_ID.fullmatch(key_id):
        raise KeysInvalid(f"entry {number} has no usable id: write id:base64, id of a-z, 0-9 and -")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error as fault:
        raise KeysInvalid(f"entry {number} is not base64") from fault
    if len(secret) != KEY_BYTES:
        raise KeysInvalid(f"entry {number} holds {len(secret)} bytes, a key has {KEY_BYTES}")
    if len(set(secret)) < FEWEST_DIFFERENT_BYTES:
        raise KeysInvalid(f"entry {number} is not random: make one with `openssl rand -base64 {KEY_BYTES}`")
    return key_id, secret
