"""Time that was saved is what branches took one after the other, less what they took side by side."""

import pytest

from consult.timing import saved


@pytest.mark.parametrize(
    ("branches", "seconds"),
    [
        pytest.param([], 0.0, id="nothing ran"),
        pytest.param([(0, 4)], 0.0, id="one alone saves nothing"),
        pytest.param([(0, 4), (4, 6)], 0.0, id="one after the other saves nothing"),
        pytest.param([(0, 4), (1, 3)], 2.0, id="one within the other saves the shorter"),
        pytest.param([(0, 4), (3, 6)], 1.0, id="what overlaps is saved"),
        pytest.param([(0, 4), (0, 4), (0, 4)], 8.0, id="three at once save two"),
        pytest.param([(10, 11), (0, 4), (3, 6)], 1.0, id="in any order"),
    ],
)
def test_saved_time_is_what_overlaps(branches: list[tuple[float, float]], seconds: float) -> None:
    assert saved(branches) == seconds
