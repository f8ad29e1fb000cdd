"""The facts of a document one by one, each by its key: `medications.0`, `patient.age`."""

from collections.abc import Iterator

from extraction.inference.schema import (
    KINDS,
    Allergy,
    Date,
    Extraction,
    Item,
    Lab,
    Medication,
    Patient,
    PatientAge,
    PatientFact,
    PatientSex,
    Person,
    Plan,
    Problem,
    Procedure,
    Vital,
)

PATIENT = "patient"
CLASSES: dict[str, type[Item]] = {
    "problems": Problem, "medications": Medication, "allergies": Allergy, "vitals": Vital, "labs": Lab,
    "procedures": Procedure, "plan": Plan, "dates": Date, "people": Person,
}  # fmt: skip
OF_PATIENT: dict[str, type[Item]] = {"age": PatientAge, "sex": PatientSex, "birth_date": Date}


def class_of(kind: str, name: str = "") -> type[Item] | None:
    """`name`: which fact of the patient."""
    if kind == PATIENT:
        return OF_PATIENT.get(name, PatientFact if name in Patient.model_fields else None)
    return CLASSES.get(kind)


def items(told: Extraction) -> Iterator[tuple[str, Item]]:
    for name in Patient.model_fields:
        fact = getattr(told.patient, name)
        if fact is not None:
            yield f"{PATIENT}.{name}", fact
    for kind in KINDS:
        for number, item in enumerate(getattr(told, kind)):
            yield f"{kind}.{number}", item


def counts(told: Extraction) -> dict[str, int]:
    """How many of each kind; nothing for kinds of which there is none."""
    found: dict[str, int] = {}
    for key, _item in items(told):
        kind = key.partition(".")[0]
        found[kind] = found.get(kind, 0) + 1
    return found
