"""A DICOM file that a person adds to a case loses its patient as one that a machine sends does: whose it is the case
says."""

from collections.abc import Iterator

from clinic import sealing
from clinic.errors import Code, Refusal
from clinic.models import Case
from radiology.dicom.naming import cleaning_key
from radiology.inference.deidentify import Rules, deidentified_bounded
from radiology.inference.film import Unreadable


def without_patient(case: Case, chunks: Iterator[bytes]) -> bytes:
    key = cleaning_key(sealing.data_key(case.site_id).secret, case.patient_id)
    try:
        return deidentified_bounded(chunks, Rules(key, keeps_age_and_sex=True)).data
    except Unreadable as why:
        raise Refusal(Code.PATIENT_STAYS, facts={"problem": why.code}) from None
