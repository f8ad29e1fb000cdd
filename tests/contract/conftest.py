from collections.abc import Callable, Iterator

import pytest

from tests import database
from tests.contract.world import World
from tests.integration.reviewing import urgency_capability
from tests.integration.second_opinion import second_opinions
from tests.make import Staff


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with second_opinions(), urgency_capability():
        yield


@pytest.fixture(scope="module")
def in_examples(examples_made: World, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), database.entered("examples"):
        yield


@pytest.fixture
def world_a(in_examples: None, examples_made: World, staff_a: Staff, with_files_of: Callable[[str], None]) -> World:
    with_files_of("examples")
    return examples_made.as_seen_now(staff_a)
