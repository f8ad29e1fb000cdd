import numpy as np
import pytest

from classify.inference import active

SURE, TORN, FLAT = [0.98, 0.01, 0.01], [0.5, 0.49, 0.01], [0.34, 0.33, 0.33]
SHARES = np.array([SURE] * 40 + [TORN, FLAT])
NEW = np.zeros(42)


def test_doubtful_and_new_documents_are_chosen_first():
    new = NEW.copy()
    new[7] = 0.9
    picks = active.choose(SHARES, new, 6, seed=1)
    assert {40, 41, 7} <= {pick.row for pick in picks}


@pytest.mark.parametrize(("count", "share"), [(10, 0.0), (11, 0.1), (30, 0.5), (42, 0.1)])
def test_at_least_a_tenth_is_drawn_by_chance(count, share):
    picks = active.choose(SHARES, NEW, count, seed=3, by_chance=share)
    drawn = [pick for pick in picks if pick.why == active.CHANCE]
    assert len(drawn) >= max(share, 0.1) * count
    assert len(picks) == len({pick.row for pick in picks}) == count


def test_the_same_seed_chooses_the_same():
    assert active.choose(SHARES, NEW, 9, seed=5) == active.choose(SHARES, NEW, 9, seed=5)


def test_no_more_is_chosen_than_there_is():
    assert len(active.choose(SHARES, NEW, 100, seed=1)) == 42
    assert active.choose(np.zeros((0, 3)), np.zeros(0), 5, seed=1) == []
