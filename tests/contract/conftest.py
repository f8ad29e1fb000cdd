from collections.abc import Callable
from typing import Any

import pytest

from clinic.authorization.roles import Role
from tests.contract import world
from tests.contract.world import World


@pytest.fixture
def world_a(staff_a: Any, work_lane: Callable[..., int], own_store: Any) -> World:
    return world.build(staff_a[Role.CLINICIAN], staff_a[Role.RADIOLOGIST], staff_a[Role.AUDITOR], work_lane)
