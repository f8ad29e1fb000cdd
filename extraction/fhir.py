"""Facts as FHIR R4 resources in a Bundle. What nobody has checked says so: preliminary, unconfirmed. What was rejected
stays away; what a text denies of the patient is refuted; what it says of relatives is told of relatives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from extraction import wording
from extraction.checked import OPEN, Fact
from extraction.exporting import Taken
from extraction.models import Act

UCUM = "http://unitsofmeasure.org"
_CODES = "http://terminology.hl7.org/CodeSystem/"
_MEDICATION = {"stopped": "stopped", "held": "on-hold"}
_CLINICAL = {"historical": "inactive"}
_UNCHECKED = {OPEN: "not checked by a person", Act.BY_RULE: "accepted by a rule of the site, not by a person"}
Resource = dict[str, Any]


def bundle(taken: Taken) -> Resource:
    subject = f"urn:uuid:{taken.sheet.case.patient_id}"
    patient = {"resourceType": "Patient", "identifier": [{"system": "urn:rounds:patient",
                                                          "value": taken.sheet.case.patient.pseudonym}]}  # fmt: skip
    found = [_resource(taken, one, subject) for one in taken.facts if one.state != Act.REJECTED]
    entries = [(subject, patient), *((_url(taken, fact), resource) for fact, resource in found if resource)]
    return {
        "resourceType": "Bundle", "type": "collection", "timestamp": taken.result.at.isoformat(),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }  # fmt: skip


def bundle_of_many(taken: Sequence[Taken]) -> Resource:
    """One bundle; a patient of several documents stands in it once."""
    entries = {entry["fullUrl"]: entry for one in taken for entry in bundle(one)["entry"]}
    return {"resourceType": "Bundle", "type": "collection", "timestamp": timezone.now().isoformat(),
            **({"entry": list(entries.values())} if entries else {})}  # fmt: skip


def _url(taken: Taken, fact: Fact) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'rounds:{taken.result.run_id}:{fact.key}')}"


def _resource(taken: Taken, fact: Fact, subject: str) -> tuple[Fact, Resource | None]:
    make = _MAKERS.get(fact.kind)
    if make is None:
        return fact, None
    if fact.values.get("assertion") == "family":
        return fact, _of_family(fact, subject) | _words(taken, fact) if fact.kind == "problems" else None
    resource = make(fact, {"reference": subject})
    return fact, resource and resource | _words(taken, fact)


def _words(taken: Taken, fact: Fact) -> Resource:
    """The words of the document, who found them, and whether a person has looked."""
    words = " / ".join(each.text for each in fact.evidence if hasattr(each, "text"))
    state = _UNCHECKED.get(fact.state) or f"{fact.state} by a person"
    if not words:
        return {"note": [{"text": f"written by a person; {state}"}]}
    return {"note": [{"text": f"“{words}”; {taken.result.engine}; {state}"}]}


def _text(fact: Fact, name: str) -> Resource:
    return {"text": str(fact.values.get(name) or wording.line(fact.kind, fact.values))}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_CODES}{system}", "code": code}]}


def _is_checked(fact: Fact) -> bool:
    return fact.state not in _UNCHECKED


def _sureness(fact: Fact) -> str:
    match fact.values.get("assertion"):
        case "negated":
            return "refuted"
        case "uncertain" | "planned":
            return "unconfirmed" if fact.kind == "allergies" else "provisional"
    return _checkedness(fact)


def _checkedness(fact: Fact) -> str:
    return "confirmed" if _is_checked(fact) else "unconfirmed"


def _problem(fact: Fact, subject: Resource) -> Resource:
    assertion = str(fact.values.get("assertion", "present"))
    told: Resource = {
        "resourceType": "Condition", "subject": subject, "code": _text(fact, "name"),
        "verificationStatus": _coded("condition-ver-status", _sureness(fact)),
    }  # fmt: skip
    if assertion != "negated":
        told["clinicalStatus"] = _coded("condition-clinical", _CLINICAL.get(assertion, "active"))
    if site := fact.values.get("site"):
        told["bodySite"] = [{"text": " ".join(filter(None, (fact.values.get("side"), site)))}]
    if severity := fact.values.get("severity"):
        told["severity"] = {"text": severity}
    return told


def _of_family(fact: Fact, subject: str) -> Resource:
    return {
        "resourceType": "FamilyMemberHistory", "status": "partial", "patient": {"reference": subject},
        "relationship": {"coding": [{"system": f"{_CODES}v3-RoleCode", "code": "FAMMEMB"}]},
        "condition": [{"code": _text(fact, "name")}],
    }  # fmt: skip


def _medication(fact: Fact, subject: Resource) -> Resource | None:
    values, assertion = fact.values, fact.values.get("assertion")
    if not values.get("name"):
        return None
    status = _status_of_medication(str(assertion), str(values.get("status")))
    told: Resource = {"resourceType": "MedicationStatement", "status": status, "subject": subject,
                      "medicationCodeableConcept": _text(fact, "name")}  # fmt: skip
    if dosage := _dosage(values):
        told["dosage"] = [dosage]
    if reason := values.get("reason"):
        told["reasonCode"] = [{"text": reason}]
    return told


def _status_of_medication(assertion: str, status: str) -> str:
    """What is to be held or stopped is never "intended"."""
    told = {"negated": "not-taken", "historical": "completed"}.get(assertion) or _MEDICATION.get(status)
    return told or {"planned": "intended", "uncertain": "unknown"}.get(assertion, "active")


def _dosage(values: Mapping[str, Any]) -> Resource:
    names = ("strength", "dose", "form", "route", "frequency", "duration")
    told: Resource = {}
    if words := ", ".join(str(values[name]) for name in names if values.get(name)):
        told["text"] = words
    if values.get("route"):
        told["route"] = {"text": values["route"]}
    if values.get("as_needed"):
        told["asNeededBoolean"] = True
    if values.get("dose_amount") is not None:
        told["doseAndRate"] = [{"doseQuantity": _quantity(values["dose_amount"], {"unit": values.get("dose_unit")})}]
    return told


def _quantity(value: float, values: Mapping[str, Any], comparator: str | None = None) -> Resource:
    """A unit that no table knows is given as it was written, without a code: a bare number would be another value."""
    unit, written = values.get("unit"), values.get("unit_text")
    coded = {"unit": unit, "system": UCUM, "code": unit} if unit else {"unit": written} if written else {}
    return {"value": value, **coded, **({"comparator": comparator} if comparator else {})}


def _activity(assertion: str, sureness: str) -> str:
    return "resolved" if sureness == "refuted" else _CLINICAL.get(assertion, "active")


def _allergy(fact: Fact, subject: Resource) -> Resource:
    """R4 asks for a clinical status of all that is not entered in error (ait-1), refuted or not; "no known allergies"
    is a statement that holds, not an allergy that is refuted."""
    values = fact.values
    sureness = _checkedness(fact) if wording.is_none_known(values) else _sureness(fact)
    told: Resource = {
        "resourceType": "AllergyIntolerance", "patient": subject,
        "code": {"text": str(values.get("substance") or "no known allergies")},
        "clinicalStatus": _coded("allergyintolerance-clinical", _activity(str(values.get("assertion")), sureness)),
        "verificationStatus": _coded("allergyintolerance-verification", sureness),
    }  # fmt: skip
    if values.get("reaction"):
        told["reaction"] = [{"manifestation": [{"text": values["reaction"]}]}]
    return told


def _observation(category: str) -> Callable[[Fact, Resource], Resource | None]:
    def made(fact: Fact, subject: Resource) -> Resource | None:
        values = fact.values
        if values.get("assertion", "present") != "present":
            return None
        told: Resource = {
            "resourceType": "Observation", "status": "final" if _is_checked(fact) else "preliminary",
            "category": [_coded("observation-category", category)], "code": _text(fact, "name"), "subject": subject,
        }  # fmt: skip
        return told | _measured(values)

    return made


def _measured(values: Mapping[str, Any]) -> Resource:
    told: Resource = {}
    if values.get("second_value") is not None and values.get("value") is not None:
        names = (("systolic", "value"), ("diastolic", "second_value"))
        told["component"] = [{"code": {"text": name}, "valueQuantity": _quantity(values[each], values)}
                             for name, each in names]  # fmt: skip
    elif values.get("value") is not None:
        told["valueQuantity"] = _quantity(values["value"], values, values.get("comparator"))
    elif values.get("value_text"):
        told["valueString"] = values["value_text"]
    if values.get("reference"):
        told["referenceRange"] = [{"text": values["reference"]}]
    if flag := {"low": "L", "high": "H", "normal": "N", "abnormal": "A", "critical": "AA"}.get(str(values.get("flag"))):
        told["interpretation"] = [_coded("v3-ObservationInterpretation", flag)]
    return told


def _procedure(fact: Fact, subject: Resource) -> Resource | None:
    status = {"negated": "not-done", "planned": "preparation", "uncertain": "unknown"}.get(
        str(fact.values.get("assertion")), "completed"
    )
    return {"resourceType": "Procedure", "status": status, "subject": subject, "code": _text(fact, "name")}


_MAKERS: dict[str, Callable[[Fact, Resource], Resource | None]] = {
    "problems": _problem, "medications": _medication, "allergies": _allergy, "vitals": _observation("vital-signs"),
    "labs": _observation("laboratory"), "procedures": _procedure,
}  # fmt: skip
