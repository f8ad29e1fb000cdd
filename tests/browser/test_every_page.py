"""Every page, light and dark, on a desk and on a phone: usable by everybody, light to load, quiet,
and at home."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import measure
from tests.browser.conftest import WEIGHTS
from tests.browser.places import NOBODY, PLACES, Place
from tests.browser.windows import DESK, PHONE, Windows

FIRST_LOAD_KB = 200
LOOKS = (("light", DESK), ("dark", DESK), ("dark", PHONE), ("light", PHONE))


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_page(place: Place, windows: Windows, scene: dict[str, str], request: pytest.FixtureRequest) -> None:
    page = windows.open()
    if place.who != NOBODY:
        windows.sign_in(page, place.who, is_fresh=place.is_fresh)
    if place.status != 200:
        windows.watch(page).expects(place.status)
    weight = measure.Weight(page)
    answer = page.goto(place.path.format(**scene))
    assert answer and answer.status == place.status
    assert "/account/login" not in page.url or place.who == NOBODY
    request.config.stash[WEIGHTS][place.name] = kilobytes = weight.kilobytes
    wrong = [fault for theme, size in LOOKS for fault in faults(page, place.name, theme, size)]
    assert not wrong
    assert kilobytes <= FIRST_LOAD_KB


def faults(page: Page, name: str, theme: str, size: dict[str, int]) -> list[str]:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
    look = f"{name}-{theme}-{size['width']}"
    if folder := os.environ.get("ROUNDS_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{look}.png", full_page=True)
    found = [*measure.barriers(page), *filter(None, [measure.overflow(page)])]
    return [f"{look}: {fault}" for fault in found]
