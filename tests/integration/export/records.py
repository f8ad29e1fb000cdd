"""Records of other houses for tests, drawn from a seed: nobody's, and unlike our own in their ways of writing."""

import base64
import json
import random
from typing import Any

NAMES = (("Ana María", "Canaria"), ("Ben", "O’Birch"), ("Zoë", "Ångström"), ("李", "雷"))
PROBLEMS = ("Asthma", "Viral sinusitis (disorder)", "Hypertension", "Fracture of ankle")
DRUGS = ("Amoxicillin 250 MG Oral Tablet", "Ibuprofen 200 MG", "Salbutamol inhaler")
LETTER = "Chief complaint: cough for four days.\nNo known allergies.\n"


def bundle(seed: int = 0, *, visits: int = 3, **more: Any) -> dict[str, Any]:
    chance = random.Random(seed)
    patient = f"urn:uuid:00000000-0000-4000-8000-{seed:012}"
    given, family = NAMES[seed % len(NAMES)]
    subject = {"reference": patient}
    entries: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": patient[9:], "gender": chance.choice(["female", "male", "other"]),
         "birthDate": f"19{50 + seed % 40}-0{1 + seed % 9}-11",
         "name": [{"use": "official", "given": [given], "family": family}]}
    ]  # fmt: skip
    for number in range(visits):
        day = f"20{10 + number}-0{1 + chance.randrange(9)}-1{chance.randrange(9)}T08:00:00+00:00"
        entries += _visit(chance, number, day, subject)
    told = [{"fullUrl": f"urn:uuid:{seed}-{n}", "resource": one} for n, one in enumerate(entries)]
    return {"resourceType": "Bundle", "type": "transaction", "entry": told, **more}


def _visit(chance: random.Random, number: int, day: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}, "period": {"start": day},
         "identifier": [{"value": f"V-{number}"}], "reasonCode": [{"text": f"Cough, visit {number}"}],
         "subject": subject},
        {"resourceType": "Condition", "code": {"text": chance.choice(PROBLEMS)}, "onsetDateTime": day,
         "verificationStatus": {"coding": [{"code": chance.choice(["confirmed", "refuted"])}]}, "subject": subject},
        {"resourceType": "MedicationRequest", "status": "active", "authoredOn": day, "subject": subject,
         "medicationCodeableConcept": {"coding": [{"display": chance.choice(DRUGS)}]},
         "dosageInstruction": [{"text": "twice a day"}]},
        {"resourceType": "Observation", "status": "preliminary", "code": {"text": "Body weight"}, "subject": subject,
         "effectiveDateTime": day, "valueQuantity": {"value": 60.5 + number, "unit": "kg"}},
        {"resourceType": "DocumentReference", "status": "current", "date": day, "type": {"text": "Letter"},
         "content": [{"attachment": {"contentType": "text/plain",
                                     "data": base64.b64encode(f"{LETTER}{number}".encode()).decode()}}]},
        {"resourceType": "Claim", "status": "active", "type": {"text": "institutional"}, "created": day},
    ]  # fmt: skip


def sent(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


RECORD = sent(bundle())
