"""One object from the network: whose it is, without its patient, kept. The status is what the sender is told.

    status = receive(data, calling_aet, keep=keep, key=site_key)

`data` is a whole file; `keep` stores an `Arrival` or raises `Refusal`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from clinic.errors import Refusal
from clinic.formats import CAP_BYTES, Kind
from clinic.storage.errors import StorageError
from radiology.inference.deidentify import Rules, deidentified_bounded, patient_key
from radiology.inference.deidentify.identity import Identity, identity_bounded
from radiology.inference.film import Unreadable
from radiology.inference.opening import MACHINE_CODES

MOST_BYTES = CAP_BYTES[Kind.FILM]
_log = logging.getLogger(__name__)


class Status(IntEnum):
    """DICOM's own numbers (PS3.4 B.2.3, PS3.7 C)."""

    KEPT = 0x0000
    REFUSED = 0x0124  # not authorised
    TRY_AGAIN = 0xA700  # out of resources
    NOT_UNDERSTOOD = 0xC000


@dataclass(frozen=True)
class Arrival:
    data: bytes = field(repr=False)  # de-identified
    key: bytes = field(repr=False)  # the patient's: names derived from it are the same next time
    study: str  # a renamed UID
    calling_aet: str
    sex: str = ""


Keep = Callable[[Arrival], None]


def receive(data: bytes, calling_aet: str, *, keep: Keep, key: bytes) -> Status:
    """Never raises: a sender gets an answer whatever came, and the association lives on."""
    try:
        keep(_arrival(data, calling_aet, key))
    except Unreadable as why:
        _log.warning("dicom object not understood", extra={"reason": why.code, "calling_aet": calling_aet})
        return Status.TRY_AGAIN if why.code in MACHINE_CODES else Status.NOT_UNDERSTOOD
    except Refusal as why:
        _log.warning("dicom object refused", extra={"reason": why.code.value, "calling_aet": calling_aet})
        return Status.REFUSED
    except StorageError as fault:
        _log.error("dicom object not stored", extra={"reason": type(fault).__name__, "calling_aet": calling_aet})
        return Status.TRY_AGAIN
    except Exception as fault:  # text of it may be of the patient: its kind is enough
        _log.error("dicom object failed", extra={"reason": type(fault).__name__, "calling_aet": calling_aet})
        return Status.TRY_AGAIN
    return Status.KEPT


def _arrival(data: bytes, calling_aet: str, key: bytes) -> Arrival:
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large")
    told = identity_bounded(data)
    own = patient_key(key, _whose(told))
    clean = deidentified_bounded(data, Rules(own, keeps_age_and_sex=True))
    return Arrival(clean.data, own, clean.study, calling_aet, told.sex)


def _whose(told: Identity) -> str:
    """A study without a patient's number is a patient of its own."""
    return f"patient\0{told.issuer}\0{told.patient}" if told.patient else f"study\0{told.study}"
