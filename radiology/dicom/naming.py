"""Ids and keys that are derived, so that a number of a hospital leads to its patient without being written down."""

import hashlib
import hmac
from uuid import UUID

from radiology.inference.deidentify import patient_key


def derived_id(key: bytes, purpose: str) -> UUID:
    return UUID(bytes=hmac.new(key, f"id\0{purpose}".encode(), hashlib.sha256).digest()[:16], version=5)


def patient_id(key: bytes) -> UUID:
    """`key`: the one that the sender's number leads to."""
    return derived_id(key, "patient")


def cleaning_key(site_key: bytes, patient: UUID) -> bytes:
    """One for each patient of ours, whichever way her films come: her pseudonym, her UIDs, her dates hang on it."""
    return patient_key(site_key, f"kept\0{patient}")
