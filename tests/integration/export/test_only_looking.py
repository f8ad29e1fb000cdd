"""Looking at what would leave of a case with films, without taking it: nothing is loaded or asked for files that nobody
writes."""

import sys
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.actions import keys
from clinic.authorization.permissions import Permission as P
from clinic.models import Case
from tests import make
from tests.integration.export.films import film_of
from tests.integration.export.leaving import taken
from tests.make import Person

pytestmark = pytest.mark.django_db
Look = Callable[[Case], None]
OF_AN_ANSWER = 2  # the film it is about, and whether somebody has read that


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


@pytest.fixture(params=["page", "fhir"])
def look(request: pytest.FixtureRequest, as_person, clinician_a: Person) -> Look:
    browser, program = as_person(clinician_a), _program(clinician_a)

    def seen(case: Case) -> None:
        answer = (browser.get(f"/cases/{case.pk}/export/") if request.param == "page"
                  else program.get(f"/fhir/Observation?encounter={case.pk}"))  # fmt: skip
        assert answer.status_code == 200, answer.content

    return seen


def _program(by: Person) -> Client:
    with by.at_work():
        secret = keys.issue(by=by.actor, owner=by.user, name="records", days=1,
                            scopes=frozenset({P.CASE_VIEW, P.RUN_VIEW, P.UPLOAD_READ})).secret  # fmt: skip
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def without_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not loaded what writes DICOM, and cannot."""
    monkeypatch.delitem(sys.modules, "radiology.inference.dicom_report", raising=False)
    monkeypatch.delattr("radiology.inference.dicom_report", raising=False)
    monkeypatch.setitem(sys.modules, "highdicom", None)


def asked(look: Look, case: Case) -> int:
    """Questions to the tables of the films."""
    with CaptureQueriesContext(connection) as questions:
        look(case)
    return sum('"radiology_' in one["sql"] for one in questions)


@pytest.mark.usefixtures("without_writer")
def test_case_when_only_looked_at_then_what_writes_dicom_is_not_loaded(look, clinician_a, case):
    film_of(clinician_a, case)

    look(case)

    with pytest.raises(ImportError, match="highdicom"):
        taken(clinician_a, case)  # it would have been needed


def test_case_when_it_has_more_films_then_looking_asks_for_what_each_answer_says_alone(look, clinician_a, case):
    film_of(clinician_a, case)
    of_one = asked(look, case)

    for number in (1, 2):
        film_of(clinician_a, case, number)

    assert asked(look, case) == of_one + 2 * OF_AN_ANSWER
