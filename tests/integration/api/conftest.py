import pytest

from tests.contract.asking import Api, as_program
from tests.make import Person


@pytest.fixture
def api_a(clinician_a: Person) -> Api:
    return as_program(clinician_a)


@pytest.fixture
def api_b(clinician_b: Person) -> Api:
    return as_program(clinician_b)
