import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Commands set for their process how many threads compute; the tests after them would go on with as many."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
