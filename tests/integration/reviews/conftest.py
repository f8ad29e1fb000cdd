from collections.abc import Iterator

import pytest

from clinic.capabilities import Capability
from tests.integration.reviewing import urgency_capability


@pytest.fixture(autouse=True)
def urgency() -> Iterator[Capability]:
    with urgency_capability() as capability:
        yield capability
