"""One object from the network: whose it is, without its patient, kept. The status is what the sender is told.

    kept = received(data, calling_aet, keep=keep, key=site_key)

`data` is a whole file; `keep` stores an `Arrival` or raises `Refusal`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from clinic.errors import Refusal
from clinic.formats import CAP_BYTES, Kind
from clinic.storage.errors import StorageError
from radiology.dicom.naming import cleaning_key, patient_id
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
    study: str  # a renamed UID, as those of series and object
    calling_aet: str
    sex: str = ""
    series: str = ""
    instance: str = ""


@dataclass(frozen=True)
class Kept:
    """What became of one object, for whoever sent it: it knows the object by the UIDs that it sent."""

    status: Status
    sop_class: str = ""
    instance: str = ""
    arrival: Arrival | None = None


Keep = Callable[[Arrival], None]


def receive(data: bytes, calling_aet: str, *, keep: Keep, key: bytes) -> Status:
    return received(data, calling_aet, keep=keep, key=key).status


def received(data: bytes, calling_aet: str, *, keep: Keep, key: bytes) -> Kept:
    """Never raises: a sender gets an answer whatever came, and the association lives on."""
    told = Identity("", "", "", "")
    try:
        told = _identity(data)
        arrival = _arrival(data, calling_aet, key, told)
        keep(arrival)
    except Exception as fault:
        return Kept(_status(fault, calling_aet), told.sop_class, told.instance)
    return Kept(Status.KEPT, told.sop_class, told.instance, arrival)


def _status(fault: Exception, calling_aet: str) -> Status:
    """Text of what failed may be of the patient: its code or kind is enough for the log."""
    match fault:
        case Unreadable():
            _log.warning("dicom object not understood", extra={"reason": fault.code, "calling_aet": calling_aet})
            return Status.TRY_AGAIN if fault.code in MACHINE_CODES else Status.NOT_UNDERSTOOD
        case Refusal():
            _log.warning("dicom object refused", extra={"reason": fault.code.value, "calling_aet": calling_aet})
            return Status.REFUSED
        case StorageError():
            _log.error("dicom object not stored", extra={"reason": type(fault).__name__, "calling_aet": calling_aet})
            return Status.TRY_AGAIN
    _log.error("dicom object failed", extra={"reason": type(fault).__name__, "calling_aet": calling_aet})
    return Status.TRY_AGAIN


def _identity(data: bytes) -> Identity:
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large")
    return identity_bounded(data)


def arrival_of(data: bytes, calling_aet: str, key: bytes) -> Arrival:
    """Raises `Unreadable`."""
    return _arrival(data, calling_aet, key, _identity(data))


def _arrival(data: bytes, calling_aet: str, key: bytes, told: Identity) -> Arrival:
    own = patient_key(key, _whose(told))
    clean = deidentified_bounded(data, Rules(cleaning_key(key, patient_id(own)), keeps_age_and_sex=True))
    return Arrival(clean.data, own, clean.study, calling_aet, told.sex, clean.series, clean.instance)


def _whose(told: Identity) -> str:
    """A study without a patient's number is a patient of its own."""
    return f"patient\0{told.issuer}\0{told.patient}" if told.patient else f"study\0{told.study}"
