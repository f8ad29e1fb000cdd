"""A FHIR bundle that somebody sent, as a record to read: who the patient is, what the newest visit was about, every
statement as a dated line, and the documents that lie in it. Runs in a bounded child; nothing of it is believed more
than any other paper."""

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from clinic.fhir.record import Document, Record
from clinic.inference import child

FUNCTION = "clinic.inference.fhir_record:read_in_child"
MOST_BYTES = 24_000_000
MOST_LINES, LONGEST_LINE, LONGEST_NAME, LONGEST_QUESTION = 5000, 500, 200, 400
MOST_DOCUMENTS, MOST_DOCUMENT_BYTES = 40, 4_000_000
PASSED_OVER = frozenset({"Claim", "ExplanationOfBenefit", "Provenance", "AuditEvent", "Patient", "Practitioner",
                         "PractitionerRole", "Organization", "Location", "Device", "Bundle", "Coverage"})  # fmt: skip
_WHEN = ("effectiveDateTime", "onsetDateTime", "performedDateTime", "occurrenceDateTime", "authoredOn", "issued",
         "date", "recordedDate", "started", "created", "dateAsserted")  # fmt: skip
_PERIODS = ("effectivePeriod", "performedPeriod", "onsetPeriod", "period")
_WHAT = ("code", "medicationCodeableConcept", "vaccineCode", "type", "category")
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
TEXT_TYPES = ("text/plain", "text/csv", "text/markdown")
FILE_TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "application/dicom": "dcm"}
_TAGS = re.compile(r"<[^>]{0,2000}>")


class NotTaken(ValueError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_bounded(data: bytes) -> Record:
    try:
        answer = child.run_bounded(FUNCTION, data, wall_s=20.0, cpu_s=20.0, memory_bytes=512 * child.MIB)
    except child.ChildUnavailable:
        raise
    except child.ChildError as why:
        raise NotTaken(why.code if isinstance(why, child.ChildRefused) else "broken") from why
    told: dict[str, Any] = answer.value
    documents = tuple(Document(**one) for one in told.pop("documents"))
    return Record(**{**told, "lines": tuple(told["lines"]), "documents": documents})


def read_in_child(payload: BinaryIO) -> dict[str, Any]:
    resources = _resources(_parsed(payload))
    [patient] = _only_patient(resources)
    visits = sorted((one for one in resources if one["resourceType"] == "Encounter"), key=_when)
    lines = sorted((line for one in resources for line in _line(one)), reverse=True)
    documents = list(_documents(resources))
    return {
        "name": _name(patient), "birth_date": _full_day(patient.get("birthDate")), "sex": _sex(patient),
        "question": _question(visits), "encounter": _number(visits), "lines": lines[:MOST_LINES],
        "documents": documents[:MOST_DOCUMENTS],
        "counts": dict(Counter(one["resourceType"] for one in resources if _is_type(one["resourceType"]))),
        "is_cut": len(lines) > MOST_LINES or len(documents) > MOST_DOCUMENTS,
    }  # fmt: skip


# --- the bundle -------------------------------------------------------------------------------------------------------


def _parsed(payload: BinaryIO) -> dict[str, Any]:
    raw = payload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise child.Refused("too_large")
    try:
        told = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise child.Refused("not_json") from None
    if not isinstance(told, dict) or told.get("resourceType") != "Bundle":
        raise child.Refused("not_a_bundle")
    return told


def _resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    entries = bundle.get("entry")
    found = [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("resourceType"), str)]


def _is_type(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Z][A-Za-z]{1,39}", name))


def _only_patient(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A case is of one patient: a bundle of several is not taken, for nobody could say whose a line is."""
    found = [one for one in resources if one["resourceType"] == "Patient"]
    if len(found) != 1:
        raise child.Refused("several_patients" if found else "no_patient")
    return found


# --- the patient and the visit ----------------------------------------------------------------------------------------


def _name(patient: dict[str, Any]) -> str:
    names = _dicts(patient.get("name"))
    chosen = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    parts = [*_texts(chosen.get("given")), *_texts([chosen.get("family")])]
    return _text(chosen.get("text") or " ".join(parts), LONGEST_NAME)


def _sex(patient: dict[str, Any]) -> str:
    told = patient.get("gender")
    return told if told in ("female", "male", "other") else "unknown"


def _full_day(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else ""


def _question(visits: list[dict[str, Any]]) -> str:
    if not visits:
        return ""
    newest = visits[-1]
    reasons = [_concept(one) for one in _dicts(newest.get("reasonCode"))] or [_concept(one) for one in
                                                                              _dicts(newest.get("type"))]  # fmt: skip
    return _text("; ".join(filter(None, reasons)), LONGEST_QUESTION)


def _number(visits: list[dict[str, Any]]) -> str:
    for one in _dicts(visits[-1].get("identifier")) if visits else ():
        value = one.get("value")
        if isinstance(value, str) and 0 < len(value) <= 40:
            return _text(value, 40)
    return ""


# --- statements -------------------------------------------------------------------------------------------------------


def _line(one: dict[str, Any]) -> Iterator[str]:
    kind = one["resourceType"]
    if kind in PASSED_OVER or not _is_type(kind):
        return
    what = next((words for name in _WHAT if (words := _first_concept(one.get(name)))), "")
    said = ", ".join(filter(None, [_value(one), *map(_part, _dicts(one.get("component"))), _dose(one), _notes(one)]))
    if not what and not said:
        return
    status = _status(one)
    told = f"{_when(one)[:10] or '----------'}  {kind}{f' ({status})' if status else ''}: {what}"
    yield _text(f"{told}: {said}" if said and what else f"{told}{said}", LONGEST_LINE)


def _when(one: dict[str, Any]) -> str:
    found = [one.get(name) for name in _WHEN]
    found += [period.get("start") for name in _PERIODS if isinstance(period := one.get(name), dict)]
    days = [value for value in found if isinstance(value, str) and _DAY.match(value)]
    return days[0] if days else ""


def _status(one: dict[str, Any]) -> str:
    """What is doubted or denied must not read as if it were so."""
    words = [one.get("status"), *(_first_concept(one.get(name)) for name in ("verificationStatus", "clinicalStatus"))]
    return ", ".join(word for word in words if isinstance(word, str) and word)


def _value(one: dict[str, Any]) -> str:
    if isinstance(quantity := one.get("valueQuantity"), dict):
        return _quantity(quantity)
    if isinstance(concept := one.get("valueCodeableConcept"), dict):
        return _concept(concept)
    found = next((one[name] for name in ("valueString", "valueBoolean", "valueInteger", "valueDateTime", "conclusion")
                  if name in one), "")  # fmt: skip
    return str(found) if isinstance(found, str | bool | int) else ""


def _quantity(told: dict[str, Any]) -> str:
    value, unit, than = told.get("value"), told.get("unit") or told.get("code"), told.get("comparator")
    if not isinstance(value, int | float):
        return ""
    return " ".join(str(part) for part in (than, value, unit) if part not in (None, ""))


def _part(one: dict[str, Any]) -> str:
    return ": ".join(filter(None, [_first_concept(one.get("code")), _value(one)]))


def _dose(one: dict[str, Any]) -> str:
    told = _dicts(one.get("dosageInstruction") or one.get("dosage"))
    return "; ".join(text for each in told if isinstance(text := each.get("text"), str))


def _notes(one: dict[str, Any]) -> str:
    return "; ".join(text for each in _dicts(one.get("note")) if isinstance(text := each.get("text"), str))


def _first_concept(value: Any) -> str:
    every = [value] if isinstance(value, dict) else _dicts(value)
    return next((words for one in every if (words := _concept(one))), "")


def _concept(told: dict[str, Any]) -> str:
    codings = _dicts(told.get("coding"))
    found = [told.get("text"), *(one.get("display") for one in codings), *(one.get("code") for one in codings)]
    return next((word for word in found if isinstance(word, str) and word.strip()), "")


# --- documents in it --------------------------------------------------------------------------------------------------


def _documents(resources: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each once: a report and its reference often hold the same letter."""
    seen: set[bytes] = set()
    for one in sorted(resources, key=_when, reverse=True):
        for attachment in _attachments(one):
            data, content_type = _bytes_of(attachment)
            if data and data not in seen:
                seen.add(data)
                yield {"name": _file_name(one, content_type), "content_type": content_type, "data": data}


def _attachments(one: dict[str, Any]) -> list[dict[str, Any]]:
    if one["resourceType"] == "DocumentReference":
        return [each for content in _dicts(one.get("content")) if isinstance(each := content.get("attachment"), dict)]
    return _dicts(one.get("presentedForm")) if one["resourceType"] == "DiagnosticReport" else []


def _bytes_of(attachment: dict[str, Any]) -> tuple[bytes, str]:
    raw, declared = attachment.get("data"), str(attachment.get("contentType") or "").partition(";")[0].strip().lower()
    if not isinstance(raw, str) or len(raw) > MOST_DOCUMENT_BYTES * 4 // 3 + 4:
        return b"", declared
    try:
        data = base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        return b"", declared
    if declared in TEXT_TYPES:
        return _clean(data.decode("utf-8", "replace")).encode(), "text/plain"
    return (data, declared) if declared in FILE_TYPES else (b"", declared)


def _file_name(one: dict[str, Any], content_type: str) -> str:
    words = _first_concept(one.get("type")) or _first_concept(one.get("code")) or "document"
    day = _when(one)[:10]
    return _text(f"{day} {words}".strip().replace("/", " "), 100) + f".{FILE_TYPES.get(content_type, 'txt')}"


# --- words ------------------------------------------------------------------------------------------------------------


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(words: Any, longest: int) -> str:
    """One line, of letters that can be stored."""
    return " ".join(_clean(_TAGS.sub(" ", str(words))).split())[:longest]


def _clean(words: str) -> str:
    return words.replace("\0", "").encode("utf-8", "replace").decode()
