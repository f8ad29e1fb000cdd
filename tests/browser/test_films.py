"""A radiologist at work: she reads a film blind, sees the engine, moves the map, signs and adds, by keyboard alone."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.backstage import Backstage
from tests.browser.by_keyboard import read_film
from tests.browser.windows import SITE, Windows

READER = f"radiologist@{SITE}"


@pytest.fixture
def made(backstage: Backstage) -> dict[str, Any]:
    found: dict[str, Any] = backstage.ask("film", who=f"clinician@{SITE}", kind="opacity_left", seed=51)
    return found


def test_a_film_is_read_blind_and_signed_with_an_addendum_by_keyboard(windows: Windows, made: dict[str, Any]) -> None:
    page = windows.visit("radiologist", made["url"], is_fresh=True)
    read_film(page, made["said"], "Opacity of the left lower zone. No effusion.")
    sign(page, made)
    add_to_it(page, made)


def sign(page: Page, made: dict[str, Any]) -> None:
    page.get_by_role("link", name="Report of the case").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/report/"))
    page.get_by_role("button", name=re.compile("Take over|Take it over")).first.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Chest film: ")).first).to_be_visible()
    nothing_waits(page, f"/cases/{made['case']}/report/sign/")
    page.get_by_role("button", name=re.compile("^Sign")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/reports/"))


def nothing_waits(page: Page, address: str) -> None:
    """A report is not signed while a run of its case is under way: the test of the map takes a while."""
    until = time.monotonic() + 60
    page.goto(address)
    while page.get_by_text(re.compile("Wait for")).count() and time.monotonic() < until:
        time.sleep(1)
        page.goto(address)
    expect(page.get_by_text(re.compile("Wait for"))).to_have_count(0)


def add_to_it(page: Page, made: dict[str, Any]) -> None:
    """An addendum is a new version: the first stays as it was signed."""
    page.get_by_role("button", name=re.compile("Amend|addendum", re.IGNORECASE)).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/report/"))


def test_map_fades_with_the_slider_and_goes_by_a_key(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("radiologist", f"/films/{scene['film_sealed']}/")
    slider = page.locator("[data-viewer-map]")
    if not slider.count():
        expect(page.get_by_text("No reliable map").or_(page.get_by_text("being tested"))).to_be_visible()
        return
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-viewer-map-value]")).to_have_text("100 %")


def test_film_that_is_inverted_is_put_right_by_one_key_and_then_answered(
    windows: Windows, backstage: Backstage
) -> None:
    made = backstage.ask("film", who=f"clinician@{SITE}", kind="inverted", seed=61)
    page = windows.visit("radiologist", made["url"])
    expect(page.get_by_text("bone is dark here")).to_be_visible()

    page.keyboard.press("f")

    expect(page.get_by_text("bone is dark here")).to_have_count(0, timeout=30_000)
    expect(page.get_by_role("button", name=re.compile("Read it"))).to_be_visible(timeout=30_000)


def test_file_dropped_on_the_page_becomes_a_film(windows: Windows, backstage: Backstage, tmp_path: Any) -> None:
    made = backstage.ask("film", who=f"clinician@{SITE}", kind="normal", seed=71)
    page = windows.visit("clinician", f"/films/add/{made['case']}/")
    picture = tmp_path / "another.png"
    picture.write_bytes(page.request.get(f"/films/{made['pk']}/preview.png").body())

    page.locator("#film-file").set_input_files(picture)
    expect(page.get_by_role("checkbox", name="another.png")).to_be_checked()
    page.keyboard.press("s")

    page.wait_for_url(re.compile(r"/films/[0-9a-f-]{36}/$"))
