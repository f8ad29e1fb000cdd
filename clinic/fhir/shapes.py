"""The small shapes that resources are made of, and ids that stay the same for the same thing."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.functional import Promise

Resource = dict[str, Any]
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
LOINC, UCUM, DICOM = "http://loinc.org", "http://unitsofmeasure.org", "http://dicom.nema.org/resources/ontology/DCM"
MEDIA_TYPE = "application/fhir+json"


def derived(of: UUID | str, what: str) -> str:
    """The id of something that has no row of its own: the same whenever it is told."""
    return str(uuid5(NAMESPACE_URL, f"urn:rounds:{of}:{what}"))


def twin(pk: UUID | str, what: str) -> str:
    """The id of something that hangs on a row and has none of its own. There and back: the twin of the twin is the
    row, so that what a program asks for by its id is found."""
    mask = hashlib.sha256(f"urn:rounds:{what}".encode()).digest()[:16]
    return str(UUID(int=UUID(str(pk)).int ^ int.from_bytes(mask)))


def ref(kind: str, pk: object, display: str = "") -> Resource:
    return {"reference": f"{kind}/{pk}"} | ({"display": display} if display else {})


def ref_to(resource: Resource) -> Resource:
    return ref(resource["resourceType"], resource["id"])


def text(words: str | Promise) -> Resource:
    return {"text": str(words)}


def coded(system: str, code: str, words: str | Promise = "") -> Resource:
    display = {"display": str(words)} if words else {}
    return {"coding": [coding(system, code) | display]} | ({"text": str(words)} if words else {})


def coding(system: str, code: str) -> Resource:
    """A name without a scheme is a code system of HL7's terminology."""
    return {"system": system if ":" in system else f"{TERMINOLOGY}{system}", "code": code}


def identifier(system: str, value: str) -> Resource:
    return {"system": system, "value": value}


def instant(at: datetime) -> str:
    return at.isoformat()


def made(kind: str, pk: object, **elements: Any) -> Resource:
    """FHIR knows no empty element: what is not there is left out."""
    return {"resourceType": kind, "id": str(pk)} | {
        name: value for name, value in elements.items() if value not in (None, "", [], {}, ())
    }


def as_bytes(resource: Resource) -> bytes:
    return json.dumps(resource, ensure_ascii=False, indent=1).encode()
