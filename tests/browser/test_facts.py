"""A clinician checks the facts of a document by keyboard: accepts, corrects, rejects, takes back, finishes."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from extraction.made_up import DISCHARGE
from tests.browser.backstage import Backstage
from tests.browser.windows import SITE

LEAST_FACTS, WITHIN_S = 20, 45


def test_twenty_facts_are_checked_by_keyboard(visit: Callable[..., Page], backstage: Backstage, capsys: Any) -> None:
    made = backstage.ask("facts_of", who=f"clinician@{SITE}", text=f"{DISCHARGE}\nSeen twice.\n", name="discharge.txt")
    assert made["facts"] >= LEAST_FACTS
    page = visit("clinician", made["url"])
    began, count, keys = time.monotonic(), 0, 0
    while open_facts(page):
        keys += act_on(page, count)
        count += 1
    took = time.monotonic() - began
    page.keyboard.press("s")
    expect(page.get_by_text("Checked to the end.")).to_be_visible()
    expect(page.get_by_text("Checked by Ana Alder")).to_be_visible()
    with capsys.disabled():
        print(f"\n{count} facts, {keys} keystrokes, {took:.1f} s, {took / count * 20:.1f} s for twenty")
    assert took / count * 20 <= WITHIN_S


def open_facts(page: Page) -> int:
    found = re.search(r"(\d+) to check", page.locator(".page-head").inner_text())
    return int(found.group(1)) if found else 0


def act_on(page: Page, number: int) -> int:
    """Most are accepted; the third is rejected, the fifth corrected, the seventh taken back once."""
    left = open_facts(page)
    if number == 2:
        return pressed(page, "r", left - 1)
    if number == 4:
        page.keyboard.press("e")
        first = page.locator(".fact-form input[type=text], .fact-form input:not([type=hidden])").first
        first.fill(f"{first.input_value()} (seen)")
        first.press("Enter")
        expect(page.locator(".page-head")).to_contain_text(f"{left - 1} to check")
        return 2
    if number == 6:
        return pressed(page, "a", left - 1) + pressed(page, "u", left) + pressed(page, "a", left - 1)
    return pressed(page, "a", left - 1)


def pressed(page: Page, key: str, left: int) -> int:
    page.keyboard.press(key)
    expect(page.locator(".page-head")).to_contain_text(f"{left} to check")
    return 1


def test_a_click_on_words_leads_to_their_fact_and_back(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("clinician", f"/extraction/{scene['sheet']}/")
    page.locator(".doc mark").filter(has_text="Levetiracetam").get_by_role("link").click()
    expect(page.locator(".field.on")).to_contain_text("Levetiracetam")
    page.keyboard.press("g")
    expect(page.locator("mark.on")).to_contain_text("Levetiracetam")
