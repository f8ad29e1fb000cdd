"""What the made-up documents say, written down by people who read them: against this every prompt is tried."""

from typing import Any

_OF: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "referral": [
        ("patient.age", {"value": 3}), ("patient.sex", {"value": "female"}),
        ("problems", {"name": "fever", "assertion": "present"}),
        ("problems", {"name": "productive cough", "assertion": "present"}),
        ("problems", {"name": "vomiting", "assertion": "negated"}),
        ("problems", {"name": "asthma", "assertion": "family"}),
        ("problems", {"name": "crackles", "assertion": "present"}),
        ("medications", {"name": "amoxicillin", "strength": "250 mg", "frequency": "three times a day"}),
        ("medications", {"name": "ibuprofen"}),
        ("allergies", {"substance": "penicillin", "reaction": "rash"}),
        ("vitals", {"value": 14.2}), ("vitals", {"value": 38.9}), ("vitals", {"value": 46}), ("vitals", {"value": 94}),
        ("procedures", {"name": "chest X-ray"}),
    ],
    "discharge": [
        ("patient.age", {"value": 7}), ("patient.sex", {"value": "male"}),
        ("problems", {"name": "epilepsy", "assertion": "present"}),
        ("problems", {"name": "seizure", "assertion": "present"}),
        ("problems", {"name": "head injury", "assertion": "negated"}),
        ("problems", {"name": "neck stiffness", "assertion": "negated"}),
        ("problems", {"name": "febrile convulsions", "assertion": "historical"}),
        ("problems", {"name": "migraine", "assertion": "family"}),
        ("medications", {"name": "levetiracetam", "strength": "250 mg", "frequency": "twice daily"}),
        ("medications", {"name": "paracetamol", "strength": "250 mg", "frequency": "every 6 hours"}),
        ("medications", {"name": "valproate", "status": "stopped"}),
        ("vitals", {"value": 102, "second_value": 64}), ("vitals", {"value": 96}), ("vitals", {"value": 37.1}),
        ("labs", {"value": 131}), ("labs", {"value": 4}), ("labs", {"value": 5.2}), ("labs", {"value": 11.9}),
        ("procedures", {"name": "EEG"}), ("procedures", {"name": "MRI of the brain"}),
    ],
    "short": [
        ("problems", {"name": "pneumonia", "assertion": "uncertain"}),
        ("problems", {"name": "chest pain", "assertion": "negated"}),
        ("medications", {"name": "salbutamol", "dose": "2 puffs", "frequency": "every 4 hours"}),
    ],
    "nothing": [],
}  # fmt: skip


def of(document: str) -> list[tuple[str, dict[str, Any]]]:
    return _OF[document]
