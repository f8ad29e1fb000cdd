from collections.abc import Iterator

import pytest

from clinic.models import Case, Upload
from tests import make
from tests.integration.second_opinion import LETTER, second_opinions
from tests.make import Person


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with second_opinions():
        yield


@pytest.fixture
def letter(own_store, clinician_a: Person, case_a: Case) -> Upload:
    return make.upload(clinician_a, case_a, LETTER.encode(), "letter.txt")
