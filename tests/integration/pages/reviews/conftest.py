from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from clinic.actions import flags
from clinic.authorization.roles import Role
from clinic.capabilities import Capability
from tests.integration.reviewing import urgency_capability
from tests.make import Person, Staff


@pytest.fixture(autouse=True)
def urgency(monkeypatch: pytest.MonkeyPatch) -> Iterator[Capability]:
    """Nothing is drawn by chance."""
    monkeypatch.setattr(flags, "drawn", lambda _run_id: 1.0)
    with urgency_capability() as capability:
        yield capability


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.REVIEWER]


@pytest.fixture
def browser(as_person: Callable[[Person], Client], reader: Person) -> Client:
    return as_person(reader)
