"""Every case that leaves or comes here has engines that answer, and a store of its own."""

from collections.abc import Iterator

import pytest

from tests.integration.second_opinion import second_opinions


@pytest.fixture(autouse=True)
def _engine(own_store: object) -> Iterator[None]:
    with second_opinions():
        yield
