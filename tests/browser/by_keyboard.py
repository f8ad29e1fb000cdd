"""What a person does without a mouse: Tab, Enter, the space bar, words, and keys that are printed where they work."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

IMPRESSIONS = {"NORMAL": "1", "BACTERIAL_PNEUMONIA": "2", "VIRAL_PNEUMONIA": "3"}


def tab_to(page: Page, goal: Locator) -> None:
    for _step in range(60):
        if goal.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement !== document.body"), "the focus fell off the page"
    raise AssertionError("Tab does not lead there")


def press_on(page: Page, goal: Locator) -> None:
    goal.focus()
    page.keyboard.press("Enter")


def type_at(page: Page, name: str, words: str) -> None:
    type_in(page, page.get_by_label(name, exact=True), words)


def type_in(page: Page, field: Locator, words: str) -> None:
    field.focus()
    page.keyboard.insert_text(words)


def read_film(page: Page, said: Any, findings: str) -> None:
    """Blind at first; then the engine, with which she agrees."""
    page.keyboard.press("c")  # take it
    expect(page.get_by_text("stays hidden").or_(page.get_by_text("ready and hidden"))).to_be_visible()
    expect(page.locator(".ai")).to_have_count(0)
    page.keyboard.press("i")
    page.keyboard.press("i")
    page.keyboard.press(IMPRESSIONS[said])
    page.get_by_label("Sure", exact=True).focus()
    page.keyboard.press("Space")
    type_at(page, "Findings (optional)", findings)
    page.keyboard.press("Escape")
    press_on(page, page.get_by_role("button", name=re.compile("Seal reading")))
    expect(page.locator(".ai")).to_be_visible()
    expect(page.get_by_text("before the engine was shown")).to_be_visible()
    press_on(page, page.get_by_role("button", name=re.compile("^Agree")))
    expect(page.get_by_text("Agrees with the engine")).to_be_visible()
