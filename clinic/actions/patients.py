from datetime import date
from uuid import UUID, uuid4

from django.db.models import F

from clinic import audit
from clinic.actions import subject_keys
from clinic.actions.changes import save
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Case, Patient, Sex, Site


def create(*, by: Actor, site: Site, name: str | None = None, birth_date: date | None = None,
           sex: str = Sex.UNKNOWN, pk: UUID | None = None, wrapped: bytes = b"") -> Patient:  # fmt: skip
    """`pk` where a program derives ids from what it gets, so that the same comes to the same patient; `wrapped` where
    something was sealed with her key before."""
    by.require(Permission.CASE_OPEN)
    with audit.act(by, "patient.created") as doing:
        Site.objects.filter(pk=site.pk).update(last_patient_number=F("last_patient_number") + 1)
        number = Site.objects.values_list("last_patient_number", flat=True).get(pk=site.pk)
        patient = Patient(site=site, number=number, sex=sex, pk=pk or uuid4())
        subject_keys.create(subject_id=patient.pk, site_id=site.pk, wrapped=wrapped)
        patient.name = name or None
        patient.birth_date = birth_date.isoformat() if birth_date else None
        patient.save(force_insert=True)
        doing.about(patient, fields=("name", "birth_date", "sex"))
    return patient


def update(*, by: Actor, patient: Patient, **changes: object) -> Patient:
    by.require(Permission.CASE_EDIT)
    with audit.act(by, "patient.changed") as doing:
        changed = save(doing=doing, row=patient, names=("name", "birth_date", "sex"), wanted=changes)
        if "birth_date" in changed:
            _correct_ages(patient)
        doing.about(patient, fields=changed)
    return patient


def _correct_ages(patient: Patient) -> None:
    """A case shows the age on the day it was opened; engines look at it."""
    for case in patient.cases.only("pk", "opened_at"):
        Case.objects.filter(pk=case.pk).update(age_years=patient.age_on(case.opened_at.date()))
