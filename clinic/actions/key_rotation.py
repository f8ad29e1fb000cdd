"""Master keys are changed while everybody works: a new key comes first, what older ones wrapped is wrapped by it, and
only then are the older ones taken out. Each batch stands by itself, so whoever is interrupted begins again and goes on.

What is sealed stays as it is: a master key wraps data keys, and a data key never changes.
"""

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import BinaryField, F, Func, QuerySet, Value

from clinic import audit, sealing, second_factors
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.command_files import Mistake
from clinic.models import DataKey, Site
from clinic.storage import keyfile
from clinic.storage.errors import KeyMissing, KeyUnreadable
from clinic.storage.keys import MasterKeys, head_of, wrapped_by

BATCH = 500
SETTLES_AFTER_S = 600  # whoever wrapped with the old key a moment ago has written it down by then
CANNOT_OPEN = (
    "Put the master key they were wrapped by back, or restore their rows from a backup. The older keys must stay."
)
SECRETS = ("secret", "seed")  # of second factors, as the sign-in library names them


@dataclass
class Counts:
    """Of keys wrapped by older master keys. `lost`: the master key that wrapped it is not here."""

    rewrapped: int = 0
    damaged: int = 0
    lost: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self

    @property
    def left(self) -> int:
        return self.damaged + self.lost


def add_key(*, by: Actor) -> str:
    """From now on new data keys are wrapped by a new master key; what older ones wrapped still opens."""
    _demand_key_file()
    with audit.act(by, "master_key.added") as doing:
        doing.about(audit.Machinery())
        keys = keyfile.add_master_key(sealing.key_file())
        doing.facts |= {"key": keys.current}
    return keys.current


def rewrap(*, by: Actor) -> Counts:
    counts = Counts()
    for site in Site.objects.order_by("pk").values_list("pk", flat=True):
        with scope(site=site):
            for batch in _batches(_of_older_keys()):
                counts += _rewrap(by, site, batch)
    counts += _rewrap_factors(by)
    return counts


def retire_older(*, by: Actor, nobody_works: bool = False) -> int:
    """How many were taken out. Nothing they wrapped could be opened afterwards, so first nothing may be left of it."""
    _demand_key_file()
    if not nobody_works and time.time() - sealing.key_file().stat().st_mtime < SETTLES_AFTER_S:
        raise Mistake(f"The newest key came less than {SETTLES_AFTER_S // 60} minutes ago. Wait, or stop the house.")
    if left := rewrap(by=by).left:
        raise Mistake(f"{left} keys cannot be wrapped anew. {CANNOT_OPEN}")
    older = sorted(set(sealing.master_keys().by_id) - {sealing.master_keys().current})
    if older:
        with audit.act(by, "master_key.retired") as doing:
            doing.about(audit.Machinery(), keys=older)
            keyfile.keep_current_only(sealing.key_file())
    return len(older)


def _demand_key_file() -> None:
    if settings.MASTER_KEYS:
        raise Mistake("The keys come from ROUNDS_MASTER_KEYS: change them there, the new one first, and restart.")


def _of_older_keys() -> QuerySet[DataKey]:
    head = head_of(sealing.master_keys().current)
    beginning = Func(F("wrapped"), Value(1), Value(len(head)), function="substring", output_field=BinaryField())
    return DataKey.objects.exclude(wrapped=None).annotate(head=beginning).exclude(head=head)


def _batches(rows: QuerySet[DataKey]) -> Iterator[list[DataKey]]:
    """By key, so that what cannot be wrapped anew is passed by and not met again."""
    last: UUID | None = None
    while batch := list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch


def _rewrap(by: Actor, site: UUID, batch: list[DataKey]) -> Counts:
    counts, keys = Counts(), sealing.master_keys()
    with audit.act(by, "data_keys.rewrapped") as doing:
        for row in batch:
            before = bytes(row.wrapped or b"")
            if (again := _again(keys, before, row.pk, counts)) is None:
                continue
            # Only what still stands there: a key that was destroyed meanwhile stays destroyed.
            counts.rewrapped += DataKey.objects.filter(pk=row.pk, wrapped=before).update(wrapped=again)
        doing.about(Site.objects.get(pk=site), key=keys.current, count=counts.rewrapped)
        if not counts.rewrapped:
            doing.nothing_happened()
    return counts


def _again(keys: MasterKeys, wrapped: bytes, subject: UUID, counts: Counts) -> bytes | None:
    try:
        return keys.rewrap(wrapped, subject)
    except KeyMissing:
        counts.lost += 1
    except KeyUnreadable:
        counts.damaged += 1
    return None


def _rewrap_factors(by: Actor) -> Counts:
    """One by one, each under its lock: a code used meanwhile is written into the same row."""
    counts = Counts()
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True).iterator():
        with audit.act(by, "second_factor.rewrapped") as doing:
            factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if factor is None or not (told := _factor_again(factor.data, counts)):
                doing.about(audit.Machinery())
                doing.nothing_happened()
                continue
            factor.data |= told
            factor.save(update_fields=["data"])
            counts.rewrapped += 1
            doing.about(factor.user, key=sealing.master_keys().current)
    return counts


def _factor_again(data: dict[str, Any], counts: Counts) -> dict[str, Any]:
    told: dict[str, Any] = {name: _text_again(data[name], counts) for name in SECRETS if name in data}
    if codes := data.get("migrated_codes"):
        told["migrated_codes"] = [_text_again(code, counts) or code for code in codes]
    return {name: value for name, value in told.items() if value and value != data[name]}


def _text_again(text: str, counts: Counts) -> str | None:
    wrapped, keys = base64.b64decode(text), sealing.master_keys()
    try:
        if wrapped_by(wrapped) == keys.current:
            return None
    except KeyUnreadable:
        counts.damaged += 1
        return None
    again = _again(keys, wrapped, second_factors.PLACE, counts)
    return base64.b64encode(again).decode() if again else None
