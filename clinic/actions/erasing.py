"""Forgetting a patient: one person asks, another agrees, the key is destroyed, and a certificate says so.

What is sealed with that key opens nowhere any more, in whatever copy it lies. What stays tells of the work and not of
the patient: numbers, codes, digests, who decided when; so the audit is proved as before.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from clinic import audit, forgotten, lineage, sealing, signing
from clinic.actions import proposals, searching, subject_keys, uploads
from clinic.actions.proposals import Sort
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import (
    Case,
    CaseWords,
    Erasure,
    Hold,
    Note,
    Patient,
    Proposal,
    Report,
    Result,
    Run,
    Upload,
)
from clinic.models.runs import ACTIVE
from clinic.report_body import canonical

ERASE, PURPOSE = "patient.erase", "erasure"


def ask(*, by: Actor, patient: Patient, reason: str) -> Proposal:
    return proposals.propose(by=by, kind=ERASE, target_id=patient.pk, reason=reason)


def patient_of(by: Actor, proposal: Proposal) -> Patient:
    found = Patient.objects.filter(site=by.here, pk=proposal.target_id or UUID(int=0)).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _check(by: Actor, proposal: Proposal) -> None:
    """When it is asked and again when it is agreed to: a hold may have come in between."""
    patient = patient_of(by, proposal)
    if patient.erased_at is not None:
        raise Refusal(Code.ERASED)
    if Hold.objects.standing().filter(case__patient=patient).exists():
        raise Refusal(Code.ON_HOLD)
    if Run.objects.filter(case__patient=patient, state__in=ACTIVE).exists():
        raise Refusal(Code.WORK_UNDER_WAY)
    open_ones = Proposal.objects.filter(kind=ERASE, target_id=patient.pk, decision="").exclude(pk=proposal.pk)
    if proposal.decision == "" and open_ones.exists():
        raise Refusal(Code.ALREADY_EXISTS)


def _erase(by: Actor, proposal: Proposal) -> None:
    with audit.act(by, "patient.erased") as doing:
        patient = Patient.objects.select_for_update().get(pk=patient_of(by, proposal).pk)
        at, objects = timezone.now(), _objects_of(patient)
        told = _certificate(by, patient, at.isoformat())
        subject_keys.destroy(subject_id=patient.pk)
        CaseWords.objects.filter(case__patient=patient).delete()
        searching.forget_patient(patient_id=patient.pk)
        Upload.objects.filter(case__patient=patient, expired_at=None).update(expired_at=at)
        Patient.objects.filter(pk=patient.pk).update(erased_at=at, sex="unknown")
        seal = signing.seal(PURPOSE, canonical(told))
        row = Erasure(site_id=patient.site_id, patient=patient, number=patient.number, certificate=told,
                      key_id=seal.key_id, signature=seal.signature.hex(), asked_by_id=proposal.proposed_by_id,
                      agreed_by_id=by.user_id, at=at)  # fmt: skip
        row.save(force_insert=True)
        doing.about(patient, erasure=row.pk, counts=told["counts"], seal_key=seal.key_id)
        transaction.on_commit(lambda: _let_go(patient.pk, objects))


def _objects_of(patient: Patient) -> list[str]:
    return list(Upload.objects.filter(case__patient=patient, expired_at=None).values_list("object_name", flat=True))


def _let_go(subject: UUID, objects: list[str]) -> None:
    """The key is gone: what is left of the files is noise, and takes room."""
    forgotten.remember([subject])
    sealing.forget(subject)
    uploads.let_go(*objects)


def _certificate(by: Actor, patient: Patient, at: str) -> dict[str, Any]:
    cases = Case.objects.filter(patient=patient)
    counts = {
        "files": Upload.objects.filter(case__in=cases).count(), "notes": Note.objects.filter(case__in=cases).count(),
        "answers": Result.objects.filter(case__in=cases).count(),
        "signed_versions": Report.objects.filter(case__in=cases).count(),
    }  # fmt: skip
    learned = [f"{one.engine.name} {one.engine.version}" for one in lineage.engines_of_patient(patient.pk)]
    return {
        "format": "rounds-erasure-1", "patient": patient.pseudonym, "subject": str(patient.pk), "site": str(by.here),
        "at": at, "counts": {"cases": cases.count(), **counts}, "engines_that_learned": learned,
        "done": "The key that everything identifying of this patient was sealed with has been destroyed.",
    }  # fmt: skip


def holds(row: Erasure) -> bool:
    """Whether the certificate is what was signed here."""
    return signing.verifies(PURPOSE, canonical(row.certificate), signing.Seal(row.key_id, bytes.fromhex(row.signature)))


def about(proposal: Proposal) -> tuple[str, str]:
    number = Patient.objects.filter(pk=proposal.target_id or UUID(int=0)).values_list("number", flat=True).first()
    return f"P-{number}" if number else "", reverse("proposals")


proposals.register(
    Sort(name=ERASE, title=gettext_lazy("Forget a patient"), ask=Permission.RETENTION_MANAGE,
         agree=Permission.PATIENT_ERASE, check=_check, apply=_erase, about=about, needs_step_up=True)
)  # fmt: skip
