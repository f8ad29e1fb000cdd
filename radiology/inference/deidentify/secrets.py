"""What replaces identifiers: the same for the same patient, and nothing that leads back without the key."""

import hashlib
import hmac
import re
from datetime import date, timedelta

from pydicom._uid_dict import UID_dictionary

SHORTEST_SHIFT_DAYS, LONGEST_SHIFT_DAYS = 30, 3650
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")


def patient_key(site_key: bytes, patient: str) -> bytes:
    """A child gets this one: whoever takes it over learns nothing of other patients."""
    return _digest(site_key, "patient", patient)


def pseudonym(key: bytes) -> str:
    return "RND" + _digest(key, "pseudonym", "").hex()[:12].upper()


def renamed(key: bytes, uid: str) -> str:
    """UIDs of the standard itself (classes, syntaxes) are nobody's."""
    if uid in UID_dictionary:
        return uid
    return f"2.25.{int.from_bytes(_digest(key, 'uid', uid)[:16], 'big')}"


def shifted(key: bytes, said: str) -> str:
    """A date, moved back by the patient's own number of days; empty for what is none. A time of day is cut off."""
    found = _DATE.match(said)
    if found is None:
        return ""
    try:
        moved = date(*(int(part) for part in found.groups())) - timedelta(days=_shift_days(key))
    except (ValueError, OverflowError):
        return ""
    return moved.strftime("%Y%m%d").rjust(8, "0")


def _shift_days(key: bytes) -> int:
    drawn = int.from_bytes(_digest(key, "dates", "")[:8], "big")
    return SHORTEST_SHIFT_DAYS + drawn % (LONGEST_SHIFT_DAYS - SHORTEST_SHIFT_DAYS)


def _digest(key: bytes, purpose: str, text: str) -> bytes:
    return hmac.new(key, f"{purpose}\0{text}".encode("utf-8", "surrogateescape"), hashlib.sha256).digest()
