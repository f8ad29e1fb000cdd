"""Signs that a document is about another person than the patient of its case: it may lie in the wrong one."""

from clinic.models import Case, Sex
from extraction.inference.schema import Extraction

OTHER_SEX, OTHER_AGE = "other_sex", "other_age"
FAR_APART_YEARS = 3  # an old letter tells an age of then


def signs(told: Extraction, case: Case) -> tuple[str, ...]:
    found = {OTHER_SEX: _is_other_sex(told, case), OTHER_AGE: _is_other_age(told, case)}
    return tuple(code for code, is_so in found.items() if is_so)


A_YEAR = {"day": 365.0, "week": 52.0, "month": 12.0, "year": 1.0}


def years(told: Extraction) -> float | None:
    """Of infants as well, who are told in months, weeks or days."""
    age = told.patient.age
    return age.value / A_YEAR[age.unit] if age is not None and age.unit in A_YEAR else None


def _is_other_sex(told: Extraction, case: Case) -> bool:
    sex = told.patient.sex
    return sex is not None and case.patient.sex in (Sex.FEMALE, Sex.MALE) and sex.value != case.patient.sex


def _is_other_age(told: Extraction, case: Case) -> bool:
    age = years(told)
    return age is not None and case.age_years is not None and abs(age - case.age_years) > FAR_APART_YEARS
