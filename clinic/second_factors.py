"""Second factors: their secrets are sealed under the master key, and a code of an app is worth something once.

The sign-in library remembers a used code for one step of 30 s, in the cache; a code that may be one step early or late
holds for three, and the cache may be lost. Here the step of the last code stands in the factor's own row, and only a
later one is taken: also not again the code that set the factor up.
"""

import base64
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction
from django.db.models import Exists, OuterRef

from clinic import sealing

PLACE = UUID("5ec0fac7-0000-4000-8000-000000000001")  # the fixed subject these secrets are wrapped for
LAST_STEP = "last_step"


def has_one(person: str) -> Exists:
    """Whether the person that this column names comes in with more than a password. Recovery codes are no factor of
    their own: they stand in for one."""
    factors = Authenticator.objects.filter(user=OuterRef(person))
    return Exists(factors.exclude(type=Authenticator.Type.RECOVERY_CODES))


class SealedSecrets(DefaultMFAAdapter):
    """Who reads the table cannot make codes."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.master_keys().wrap(text.encode(), PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.master_keys().unwrap(base64.b64decode(encrypted_text), PLACE).decode()


def let_codes_count_once() -> None:
    totp.TOTP.validate_code = _validate_once


def _validate_once(self: Any, code: str) -> bool:
    """Under the row's lock: of the same code sent twice at once, one is too late."""
    with transaction.atomic():
        factor = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        step = _step_of(factor, code)
        if step is None:
            return False
        factor.data[LAST_STEP] = step
        factor.save(update_fields=["data"])
    self.instance = factor
    return True


def _step_of(factor: Authenticator, code: str) -> int | None:
    secret, after = SealedSecrets().decrypt(factor.data["secret"]), _last_step(factor)
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if step > after and compare_user_code(actual=code, expected=expected):
            return int(step)
    return None


def _last_step(factor: Authenticator) -> int:
    return int(factor.data.get(LAST_STEP, factor.created_at.timestamp() // app_settings.TOTP_PERIOD))
