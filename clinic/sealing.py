"""Opening and closing what is sealed under a subject's data key (a patient; a site or a person for work without one).

Keys are cached per process for a minute at most, so that a destroyed key stops working everywhere soon.
"""

import json
import os
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings

from clinic import forgotten
from clinic.errors import Code, Refusal
from clinic.storage.errors import KeyDestroyed, KeyMissing, KeyUnreadable
from clinic.storage.keyfile import load_master_keys
from clinic.storage.keys import DataKey, MasterKeys, new_data_key

VERSION = b"\x01"
CACHE_LIFE_S = 60.0
CACHE_SIZE = 4096

_cache: "OrderedDict[UUID, tuple[float, DataKey]]" = OrderedDict()


class Unreadable(Refusal):
    """The key is destroyed or the ciphertext is not of this place; says nothing about the content."""

    def __init__(self) -> None:
        super().__init__(Code.ERASED)


def forget(subject: UUID) -> None:
    _cache.pop(subject, None)


def forget_all() -> None:
    _cache.clear()


def key_file() -> Path:
    return Path(settings.HOME) / "master.key"


def master_keys() -> MasterKeys:
    """Read anew when the file has changed: keys are rotated while every process goes on."""
    return _master_keys(settings.MASTER_KEYS, None if settings.MASTER_KEYS else _state_of(key_file()))


@lru_cache(maxsize=1)
def _master_keys(listed: str, _state: tuple[int, int] | None) -> MasterKeys:
    return load_master_keys(listed=listed, current=None, key_file=key_file())


def _state_of(path: Path) -> tuple[int, int] | None:
    """A rotation puts another file in its place, so its number differs even where the clock stood still."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _remember(key: DataKey) -> None:
    """Taken out first, so that it stands last: where it stood, another thread might throw it out at once."""
    _cache.pop(key.subject, None)
    _cache[key.subject] = (time.monotonic() + CACHE_LIFE_S, key)
    while len(_cache) > CACHE_SIZE:
        _cache.popitem(last=False)


def _remembered(subject: UUID) -> DataKey | None:
    until, key = _cache.get(subject, (0.0, None))
    return key if until > time.monotonic() else None


def new_wrapped_key(subject: UUID) -> bytes:
    key = DataKey(subject=subject, secret=new_data_key())
    _remember(key)
    return master_keys().wrap(key.secret, subject)


def data_key(subject: UUID) -> DataKey:
    if key := _remembered(subject):
        return key
    warm([subject])
    if key := _remembered(subject):
        return key
    raise Unreadable


def warm(subjects: Iterable[UUID]) -> None:
    """One query for a page of rows; without it a hundred patients are a hundred queries."""
    wanted = {s for s in subjects if s and not _remembered(s)} - forgotten.subjects()
    if not wanted:
        return
    rows = apps.get_model("clinic", "DataKey").objects.filter(pk__in=wanted, destroyed_at=None)
    for subject, wrapped in rows.exclude(wrapped=None).values_list("pk", "wrapped"):
        with suppress(
            KeyDestroyed, KeyMissing, KeyUnreadable
        ):  # one key that cannot be had must not close a whole list
            _remember(DataKey(subject=subject, secret=master_keys().unwrap(bytes(wrapped or b""), subject)))


def seal(value: Any, *, subject: UUID, place: bytes) -> bytes:
    nonce = os.urandom(12)  # random 96 bits: safe to 2**32 values under one key
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return VERSION + nonce + AESGCM(data_key(subject).secret).encrypt(nonce, text, place)


def unseal(blob: bytes, *, subject: UUID, place: bytes) -> Any:
    if blob[:1] != VERSION:
        raise Unreadable
    try:
        return json.loads(AESGCM(data_key(subject).secret).decrypt(blob[1:13], blob[13:], place))
    except InvalidTag as e:
        raise Unreadable from e
