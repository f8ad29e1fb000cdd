from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clinic.authorization.roles import Role
from tests.contract import world
from tests.contract.world import World
from tests.integration.reviewing import urgency_capability
from tests.integration.second_opinion import second_opinions


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with second_opinions(), urgency_capability():
        yield


@pytest.fixture
def world_a(staff_a: Any, work_lane: Callable[..., int], own_store: Any) -> World:
    return world.build(staff_a[Role.CLINICIAN], staff_a[Role.RADIOLOGIST], staff_a[Role.AUDITOR],
                       staff_a[Role.ENGINEER], work_lane)  # fmt: skip
