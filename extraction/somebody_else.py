"""Signs that a document is about another person than the patient of its case: it may lie in the wrong one."""

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher

from clinic import sealing
from clinic.models import Case, Sex
from extraction.inference.schema import Extraction

OTHER_NAME, OTHER_BIRTH_DATE, OTHER_SEX, OTHER_AGE = "other_name", "other_birth_date", "other_sex", "other_age"
SAME_NAME = 0.8  # of its letters, in their order
FAR_APART_YEARS = 3  # an old letter tells an age of then


def signs(told: Extraction, case: Case) -> tuple[str, ...]:
    found = {OTHER_NAME: _is_other_name(told, case), OTHER_BIRTH_DATE: _is_other_birth_date(told, case),
             OTHER_SEX: _is_other_sex(told, case), OTHER_AGE: _is_other_age(told, case)}  # fmt: skip
    return tuple(code for code, is_so in found.items() if is_so)


A_YEAR = {"day": 365.0, "week": 52.0, "month": 12.0, "year": 1.0}


def years(told: Extraction) -> float | None:
    """Of infants as well, who are told in months, weeks or days."""
    age = told.patient.age
    return age.value / A_YEAR[age.unit] if age is not None and age.unit in A_YEAR else None


def _is_other_name(told: Extraction, case: Case) -> bool:
    """The document names somebody, this site holds a name, and neither is the other's: in any order, with initials,
    with fewer names, and with a slip of the keyboard."""
    said = _names(told.patient.name.value if told.patient.name is not None else "")
    known = _names(_held(lambda: case.patient.name))
    fewer, more = sorted((said, known), key=len)
    return bool(fewer) and not all(any(_is_same_name(one, other) for other in more) for one in fewer)


def _is_other_birth_date(told: Extraction, case: Case) -> bool:
    """As far as the document's is sure: of 03/04/2019 the year alone."""
    said = told.patient.birth_date.iso if told.patient.birth_date is not None else None
    known = _held(lambda: case.patient.birth_date)
    return bool(said and known) and not known.startswith(str(said))


def _held(read: Callable[[], str | None]) -> str:
    """Nothing where it was erased."""
    try:
        return read() or ""
    except sealing.Unreadable:
        return ""


_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "dame", "the", "de", "del", "la", "van", "von"})


def _names(name: str | None) -> list[str]:
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().casefold()
    return [one for one in re.findall(r"[a-z]+", plain) if one not in _TITLES]


def _is_same_name(one: str, other: str) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    return SequenceMatcher(None, one, other).ratio() >= SAME_NAME


def _is_other_sex(told: Extraction, case: Case) -> bool:
    sex = told.patient.sex
    return sex is not None and case.patient.sex in (Sex.FEMALE, Sex.MALE) and sex.value != case.patient.sex


def _is_other_age(told: Extraction, case: Case) -> bool:
    age = years(told)
    return age is not None and case.age_years is not None and abs(age - case.age_years) > FAR_APART_YEARS
