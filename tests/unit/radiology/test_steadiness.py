"""Small changes of a film, and how far an answer moves with them."""

import numpy as np
import pytest

from radiology.training import steadiness

FRAMES = np.stack([np.tile(np.linspace(20, 200 + n, 64, dtype=np.uint8), (64, 1)) for n in range(20)])
PATIENTS = np.array([f"p{n // 2}" for n in range(20)])


@pytest.mark.parametrize("name", steadiness.CHANGES)
def test_change_when_made_then_a_person_would_hardly_mind_it(name):
    told = steadiness.changed(FRAMES, name)

    assert told.shape == FRAMES.shape and told.dtype == np.uint8
    middle = (slice(None), slice(8, 56), slice(8, 56))  # a turn leaves black corners
    assert 0 < np.abs(told[middle].astype(int) - FRAMES[middle]).mean() < 30


def test_engine_when_it_looks_at_nothing_that_changes_then_it_is_steady():
    found = steadiness.figures(lambda frames: np.tile([0.2, 0.7, 0.1], (len(frames), 1)), FRAMES, PATIENTS)

    assert {one.value for name, one in found.items() if "same" in name} == {1.0}
    assert {one.value for name, one in found.items() if "change" in name} == {0.0}
    assert {one.n for one in found.values()} == {20}


def test_engine_when_its_answer_hangs_on_the_exposure_then_it_is_seen():
    def by_brightness(frames):
        bright = (frames.mean(axis=(1, 2)) > 125).astype(float)
        return np.stack([1 - bright, bright, np.zeros_like(bright)], axis=1)

    found = steadiness.figures(by_brightness, FRAMES, PATIENTS)

    assert found["10 % brighter: same answer"].value == 0
    assert found["10 % brighter: same on pneumonia or not"].value == 0
    assert found["10 % brighter: change of its chance"].value == 1
