"""Secrets of second factors are sealed under the master key: who reads the table cannot make codes."""

import base64
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter

from clinic import sealing

PLACE = UUID("5ec0fac7-0000-4000-8000-000000000001")  # the fixed subject these secrets are wrapped for


class SealedSecrets(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.master_keys().wrap(text.encode(), PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.master_keys().unwrap(base64.b64decode(encrypted_text), PLACE).decode()
