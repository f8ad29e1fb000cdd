"""Every page, light and dark, on a desk and on a phone: usable by everybody, light to load, quiet,
and at home."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from clinic.doors import door_of
from tests.browser import measure
from tests.browser.backstage import Backstage
from tests.browser.conftest import WEIGHTS
from tests.browser.places import NO_PLACES, NOBODY, PLACES, Place
from tests.browser.windows import DESK, PHONE, SITE, Windows

FIRST_LOAD_KB = 200
FOR_PROGRAMS = ("v1/", "classic/", "api/dicomweb/", "fhir/")
LOOKS = (("light", DESK), ("dark", DESK), ("dark", PHONE), ("light", PHONE))


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_page(place: Place, windows: Windows, scene: dict[str, str], request: pytest.FixtureRequest) -> None:
    page = windows.open()
    if place.who != NOBODY:
        windows.sign_in(page, place.who, is_fresh=place.is_fresh)
    if place.status != 200:
        windows.watch(page).expects(place.status)
    weight = measure.Weight(page)
    path = place.path.format(**scene)
    answer = page.goto(path)
    assert answer and answer.status == place.status
    assert urlsplit(page.url).path == path.partition("?")[0] or path == scene["link"]  # led nowhere else
    request.config.stash[WEIGHTS][place.name] = kilobytes = weight.kilobytes
    wrong = [fault for theme, size in LOOKS for fault in faults(page, place.name, theme, size)]
    assert not wrong
    assert kilobytes <= FIRST_LOAD_KB


def test_every_page_has_a_place(scene: dict[str, str]) -> None:
    seen = {resolve(place.path.format(**scene).partition("?")[0]).url_name for place in PLACES}
    others = set[str]().union(*NO_PLACES.values())
    open_names = {name for name in names(get_resolver()) if name not in seen | others}
    assert not open_names, "a new page: give it a place in places.py"


def names(resolver: URLResolver) -> Iterator[str]:
    """Of every address that has a door; those that programs ask are no pages."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern) if str(pattern.pattern) not in FOR_PROGRAMS else ()
        elif pattern.name and door_of(pattern.callback, pattern.name):
            yield pattern.name


def test_every_page_fits_a_phone_in_spanish(windows: Windows, scene: dict[str, str], backstage: Backstage) -> None:
    """Its words are a third longer."""
    people = sorted({place.who for place in PLACES if place.who})
    for who in people:
        backstage.ask("speak", who=f"{who}@{SITE}", language="es")
    wide = [fault for who in people for fault in too_wide(windows, who, scene)]
    for who in people:
        backstage.ask("speak", who=f"{who}@{SITE}", language="en")
    assert not wide


def too_wide(windows: Windows, who: str, scene: dict[str, str]) -> Iterator[str]:
    page = windows.open(phone=True)
    windows.watch(page).expects(401, 403, 404, 409)  # 401: the pages of the others are left alone meanwhile
    windows.sign_in(page, who, is_fresh=True)
    for place in PLACES:
        if place.who == who:
            page.goto(place.path.format(**scene))
            assert page.locator("html").get_attribute("lang") == "es"
            if overflow := measure.overflow(page):
                yield f"{place}: {overflow}"


def faults(page: Page, name: str, theme: str, size: dict[str, int]) -> list[str]:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
    look = f"{name}-{theme}-{size['width']}"
    if folder := os.environ.get("ROUNDS_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{look}.png", full_page=True)
    found = [*measure.barriers(page), *filter(None, [measure.overflow(page)])]
    return [f"{look}: {fault}" for fault in found]
