import pytest

from radiology.training.schedule import Budget, Stage, film_size, learning_rate, parse_stages


def test_progress_is_what_is_further_epochs_or_minutes():
    budget = Budget(epochs=10, minutes=60)
    assert budget.progress(epochs_done=2, minutes_spent=30) == 0.5
    assert budget.progress(epochs_done=8, minutes_spent=30) == 0.8
    assert budget.progress(epochs_done=11, minutes_spent=0) == 1.0


def test_progress_without_minutes_knows_epochs_only():
    assert Budget(epochs=10).progress(epochs_done=2, minutes_spent=1e6) == 0.2


def test_rate_rises_to_its_peak_and_falls_to_a_hundredth():
    rates = [learning_rate(1.0, step / 1000) for step in range(1001)]
    highest = rates.index(max(rates))
    assert max(rates) == pytest.approx(1.0)
    assert rates[:highest] == sorted(rates[:highest])
    assert rates[highest:] == sorted(rates[highest:], reverse=True)
    assert 0 < rates[0] < 0.05
    assert rates[-1] == pytest.approx(0.01)


def test_films_grow_stage_by_stage():
    stages = parse_stages("64:0.4,96:1")
    assert stages == (Stage(0.4, 64), Stage(1.0, 96))
    assert [film_size(stages, progress) for progress in (0.0, 0.39, 0.4, 1.0)] == [64, 64, 96, 96]


@pytest.mark.parametrize("text", ["64:0.4", "64:0.5,96:0.4,128:1", "64", "big:1"])
def test_stages_that_do_not_reach_the_end_in_order_are_refused(text):
    with pytest.raises(ValueError):
        parse_stages(text)
