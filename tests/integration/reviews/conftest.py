from collections.abc import Iterator

import pytest

from clinic.authorization.roles import Role
from clinic.capabilities import Capability
from clinic.models import Case, ReviewItem
from tests.integration.reviewing import flagged, urgency_capability
from tests.make import Person, Staff


@pytest.fixture(autouse=True)
def urgency() -> Iterator[Capability]:
    with urgency_capability() as capability:
        yield capability


@pytest.fixture
def item(clinician_a: Person, case_a: Case) -> ReviewItem:
    return flagged(clinician_a, case_a)


@pytest.fixture
def reader(staff_a: Staff) -> Iterator[Person]:
    with staff_a[Role.REVIEWER].at_work():
        yield staff_a[Role.REVIEWER]
