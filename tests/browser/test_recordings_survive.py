"""Five speak while their browser is killed; `make recordings` does so a hundred times and kills the rest of it too."""

import random

import pytest
from playwright.sync_api import Browser

from tests.browser.installation import House
from tests.faults.recordings import Trial, figures, speaking


@pytest.mark.slow
def test_a_browser_that_is_killed_costs_at_most_two_seconds_of_each_recording(browser: Browser, house: House) -> None:
    random.seed(5)
    with speaking(house, browser.browser_type) as speakers:
        trial = Trial(house, speakers, 5)
        told = figures(trial.go(), trial.kills, 0)
    assert (told["recordings"], told["lost"], told["over_the_mark"], told["kills_of_browser"]) == (5, 0, 0, 1), told
