"""The installation's own signature (Ed25519): on checkpoints of the audit, on reports, on manifests of engines.

What is signed is bound to a purpose, so that a signature made for one thing says nothing about another.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from clinic.storage import key_entries
from clinic.storage.keyfile import load_entries

KEY_FILE_NAME = "signing.key"
DOMAIN = b"rounds/1\0"


@dataclass(frozen=True, slots=True)
class Seal:
    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class _Keys:
    current: str
    by_id: dict[str, Ed25519PrivateKey] = field(repr=False)


@lru_cache(maxsize=1)
def _keys() -> _Keys:
    listed = load_entries(listed=settings.SIGNING_KEYS, key_file=settings.HOME / KEY_FILE_NAME)
    seeds = key_entries.parse(listed)
    return _Keys(next(iter(seeds)), {key: Ed25519PrivateKey.from_private_bytes(seed) for key, seed in seeds.items()})


def forget_keys() -> None:
    """They are read again when next asked for."""
    _keys.cache_clear()


def seal(purpose: str, message: bytes) -> Seal:
    keys = _keys()
    return Seal(keys.current, keys.by_id[keys.current].sign(bound(purpose, message)))


def verifies(purpose: str, message: bytes, seal: Seal) -> bool:
    """False also where the key that signed is not among those given."""
    key = _keys().by_id.get(seal.key_id)
    if key is None:
        return False
    try:
        key.public_key().verify(seal.signature, bound(purpose, message))
    except InvalidSignature:
        return False
    return True


def public_keys() -> dict[str, bytes]:
    """By their ids, the current one first: what somebody outside needs to check our signatures."""
    return {key_id: key.public_key().public_bytes_raw() for key_id, key in _keys().by_id.items()}


def bound(purpose: str, message: bytes) -> bytes:
    """A purpose with a NUL in it could borrow the beginning of a message."""
    if not purpose or "\0" in purpose:
        raise ValueError("a purpose is a word")
    return DOMAIN + purpose.encode() + b"\0" + message
