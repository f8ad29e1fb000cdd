"""Time that was saved is what branches took one after the other, less what they took side by side."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.models import Run, RunState
from consult.models import Part, PartState, Sort
from consult.timing import saved, timing_of

BEGAN = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
NAMES = dict.fromkeys(("recording", "sending", Sort.VOICE, Sort.PICTURE, "answer"), "")


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


def photo(asked_s: float, started_s: float, ended_s: float) -> Part:
    def at(seconds: float) -> datetime:
        return BEGAN + timedelta(seconds=seconds)

    run = Run(state=RunState.SUCCEEDED, requested_at=at(asked_s), started_at=at(started_s), finished_at=at(ended_s))
    return Part(sort=Sort.PICTURE, state=PartState.THERE, came_at=at(asked_s), settled_at=at(ended_s), run=run)


def test_photos_that_waited_for_the_same_worker_saved_nothing() -> None:
    told = timing_of([photo(0, 0, 2), photo(0, 2, 4), photo(0, 4, 6)], [], NAMES)
    assert told is not None and told.saved_s == 0.0
    beside = timing_of([photo(0, 0, 2), photo(0, 1, 3)], [], NAMES)
    assert beside is not None and beside.saved_s == 1.0
