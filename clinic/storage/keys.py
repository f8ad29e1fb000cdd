"""Master keys wrap data keys; a data key seals all of one subject. Destroying the wrapped key erases the subject."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clinic.storage import key_entries
from clinic.storage.errors import KeyDestroyed, KeyMissing, KeysInvalid, KeyUnreadable
from clinic.storage.key_entries import KEY_BYTES

NONCE_BYTES = 12
WRAP_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The secret of one subject (a patient). Never stored as it is."""

    subject: UUID
    secret: bytes = field(repr=False)

    def derive(self, *, purpose: bytes, salt: bytes) -> bytes:
        """A key for one purpose, so that files and columns never meet under the same key and nonce."""
        info = purpose + self.subject.bytes
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(self.secret)


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """All keys that can open; `current` is the one that wraps."""

    current: str
    by_id: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str, *, current: str | None = None) -> Self:
        """The first is current unless another is named."""
        by_id = key_entries.parse(text)
        if current and current not in by_id:
            raise KeysInvalid("the current master key is not among the keys given")
        return cls(current=current or next(iter(by_id)), by_id=by_id)

    def wrap(self, secret: bytes, subject: UUID) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.by_id[self.current]).encrypt(nonce, secret, _place(subject))
        return head_of(self.current) + nonce + sealed

    def unwrap(self, wrapped: bytes | None, subject: UUID) -> bytes:
        """None or nothing at all is a destroyed key."""
        if not wrapped:
            raise KeyDestroyed
        key_id, body = _split_wrapped(wrapped)
        if key_id not in self.by_id:
            raise KeyMissing(key_id)
        try:
            return AESGCM(self.by_id[key_id]).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _place(subject))
        except (InvalidTag, ValueError) as damage:
            raise KeyUnreadable from damage

    def rewrap(self, wrapped: bytes, subject: UUID) -> bytes:
        """Rotation: the same data key under the current master key. What it sealed stays as it is."""
        return self.wrap(self.unwrap(wrapped, subject), subject)


def new_data_key() -> bytes:
    """The secret of a DataKey, to be wrapped at once."""
    return os.urandom(KEY_BYTES)


def head_of(key_id: str) -> bytes:
    """What everything begins with that this master key wrapped."""
    return WRAP_VERSION + bytes([len(key_id)]) + key_id.encode()


def wrapped_by(wrapped: bytes) -> str:
    """The id of the master key that wrapped this, read without opening it."""
    return _split_wrapped(wrapped)[0]


def _place(subject: UUID) -> bytes:
    return b"datakey:" + subject.bytes


def _split_wrapped(wrapped: bytes) -> tuple[str, bytes]:
    wrapped = bytes(wrapped)  # a database driver may hand over a memoryview
    if wrapped[:1] != WRAP_VERSION or len(wrapped) < 2:
        raise KeyUnreadable
    end = 2 + wrapped[1]
    try:
        return wrapped[2:end].decode("ascii"), wrapped[end:]
    except UnicodeDecodeError as damage:
        raise KeyUnreadable from damage
