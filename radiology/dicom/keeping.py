"""Where what arrives is kept: the patient and the case its identifiers lead to, made at their first film.

Their ids are derived from the patient's key, so the same number leads to the same patient without being written down
anywhere; without the site's data key nobody can tell which.
"""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from clinic import sealing
from clinic.actions import cases, patients, uploads
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import Case, Patient, Sex, Site, Upload
from radiology.dicom.naming import derived_id, patient_id
from radiology.dicom.receiving import Arrival

SEXES = {"F": Sex.FEMALE, "M": Sex.MALE, "O": Sex.OTHER}


def keep(*, by: Actor, site: Site, arrival: Arrival, question: str = "", begins: bool = True) -> Upload:
    """`question`: of a case that is opened for it."""
    patient = _patient(by, site, arrival)
    if patient.erased_at is not None:
        raise Refusal(Code.ERASED)
    case = _case(by, patient, arrival, question or _("Film sent by %s") % arrival.calling_aet)
    upload, _is_new = uploads.store_whole(
        by=by, case=case, chunks=[arrival.data], name=_("From %s") % arrival.calling_aet + ".dcm",
        declared_type="application/dicom", begins=begins, is_ready=True,
    )  # fmt: skip
    return upload


def _patient(by: Actor, site: Site, arrival: Arrival) -> Patient:
    name = patient_id(arrival.key)
    if found := Patient.objects.filter(pk=name, site=site).first():
        return found
    try:
        return patients.create(by=by, site=site, pk=name, sex=SEXES.get(arrival.sex, Sex.UNKNOWN))
    except IntegrityError:  # another association was faster
        sealing.forget(name)  # the key that was made for it here is nobody's
        return Patient.objects.get(pk=name, site=site)


def _case(by: Actor, patient: Patient, arrival: Arrival, question: str) -> Case:
    """One study is one case."""
    name = derived_id(arrival.key, f"study\0{arrival.study}")
    if found := Case.objects.filter(pk=name, patient=patient).first():
        return found
    try:
        return cases.open_case(by=by, patient=patient, pk=name, question=question)
    except IntegrityError:
        return Case.objects.get(pk=name, patient=patient)
