"""Is a name the same: in another order, with initials, with fewer names, with a slip of the keyboard."""

from types import SimpleNamespace
from typing import Any

import pytest

from extraction import somebody_else
from extraction.inference import rules


def signs(text: str, *, name: str | None = None, born: str | None = None) -> tuple[str, ...]:
    patient: Any = SimpleNamespace(name=name, birth_date=born, sex="unknown")
    case: Any = SimpleNamespace(patient=patient, age_years=None)
    return somebody_else.signs(rules.extract(text), case)


@pytest.mark.parametrize("said", ["Maria Okwuosa-Lee", "OKWUOSA, Maria", "M Okwuosa", "Maria Okwosa", "María Okwuosa"])
def test_same_person_named_otherwise_then_no_sign(said):
    assert signs(f"Patient name: {said}\nFever.", name="Maria Okwuosa-Lee") == ()


@pytest.mark.parametrize("said", ["Maria Smith", "John Okwuosa", "Peter Birch"])
def test_another_name_then_a_sign(said):
    assert signs(f"Patient name: {said}\nFever.", name="Maria Okwuosa-Lee") == (somebody_else.OTHER_NAME,)


def test_document_or_site_that_names_nobody_then_no_sign():
    assert signs("Fever and cough.", name="Maria Okwuosa") == signs("Patient name: Peter Birch\nFever.") == ()


@pytest.mark.parametrize(
    ("said", "is_other"), [("12 May 1984", True), ("2 March 1957", False), ("02/03/1957", False), ("02/03/1984", True)]
)
def test_date_of_birth_then_held_against_what_is_sure_of_it(said, is_other):
    assert (signs(f"Date of birth: {said}. Fever.", born="1957-03-02") != ()) is is_other
