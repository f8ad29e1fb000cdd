"""Whose a file is, before that is taken out of it: what the same patient is recognised by."""

import warnings
from dataclasses import asdict, dataclass, fields
from typing import Any, BinaryIO

from clinic.inference import child
from radiology.inference.film import Unreadable
from radiology.inference.opening.bounded import CPU_S, MEMORY_BYTES, WALL_S, in_child, refusing
from radiology.inference.opening.dicom import read
from radiology.inference.opening.header import value

_TAGS: list[Any] = [
    "PatientID", "IssuerOfPatientID", "StudyInstanceUID", "PatientSex", "SOPClassUID", "SOPInstanceUID",
]  # fmt: skip
_LONGEST = 256


@dataclass(frozen=True)
class Identity:
    patient: str
    issuer: str
    study: str
    sex: str  # F, M, O or nothing
    sop_class: str = ""
    instance: str = ""


def identity(data: bytes) -> Identity:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = read(data, wanted=_TAGS)
        patient, issuer, study, sex, *itself = (str(value(dataset, tag) or "").strip()[:_LONGEST] for tag in _TAGS)
    if not study:
        raise Unreadable("broken", "no study")
    return Identity(patient, issuer, study, sex if sex in ("F", "M", "O") else "", *itself)


def identity_bounded(payload: child.Payload) -> Identity:
    said = in_child(
        "radiology.inference.deidentify.identity:identity_in_child", payload, wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES,
    )  # fmt: skip
    try:
        return Identity(**{each.name: str(said[each.name]) for each in fields(Identity)})
    except (TypeError, KeyError) as fault:
        raise Unreadable("broken") from fault


def identity_in_child(payload: BinaryIO) -> dict[str, str]:
    with refusing():
        return asdict(identity(payload.read()))
