"""A clinician checks the facts of a document by keyboard: accepts, corrects, rejects, takes back, finishes."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from extraction.made_up import DISCHARGE
from tests.browser.backstage import Backstage
from tests.browser.windows import SITE, Windows

LEAST_FACTS, WITHIN_S = 20, 45


def test_twenty_facts_are_checked_by_keyboard(visit: Callable[..., Page], backstage: Backstage, capsys: Any) -> None:
    made = _new_sheet(backstage, "Seen twice.")
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


def test_keys_typed_without_waiting_are_obeyed_in_their_order(visit: Callable[..., Page], backstage: Backstage) -> None:
    page = visit("clinician", _new_sheet(backstage, "Typed fast.")["url"])
    left = open_facts(page)
    page.keyboard.type("aaaaa")
    expect(page.locator(".page-head")).to_contain_text(f"{left - 5} to check")
    expect(page.locator(".field .chip")).to_have_count(5)
    page.keyboard.type("ara")
    expect(page.locator(".page-head")).to_contain_text(f"7 kept, 1 rejected, {left - 8} to check")
    assert "Rejected" in page.locator(".field").nth(6).inner_text()
    page.keyboard.type("uu")
    expect(page.locator(".page-head")).to_contain_text(f"6 kept, 0 rejected, {left - 6} to check")


def test_a_decision_leaves_the_page_where_it_was_and_the_focus_on_the_next_fact(
    visit: Callable[..., Page], backstage: Backstage
) -> None:
    page = visit("clinician", _new_sheet(backstage, "Read with care.")["url"])
    page.evaluate("window.isStillHere = true")
    page.keyboard.type("a" * 8)
    expect(page.locator(".field .chip")).to_have_count(8)
    expect(page.locator(".field.on").get_by_role("button", name="Accept")).to_be_focused()
    expect(page.locator(".field.on")).to_be_in_viewport()
    before = page.evaluate("scrollY")
    page.keyboard.press("a")
    expect(page.locator(".field .chip")).to_have_count(9)
    assert abs(page.evaluate("scrollY") - before) < 120, "one line, not the whole page"
    assert page.evaluate("window.isStillHere"), "the page was loaded anew"


def test_what_is_typed_behind_e_is_written_and_decides_nothing(
    visit: Callable[..., Page], backstage: Backstage
) -> None:
    page = visit("clinician", _new_sheet(backstage, "Corrected fast.")["url"])
    left = open_facts(page)
    page.keyboard.type("earar")
    first = page.locator(".fact-form input[type=text]").first
    expect(first).to_be_focused()
    expect(first).to_have_value(re.compile("arar"))
    assert open_facts(page) == left


def test_keys_behind_a_refusal_decide_nothing(windows: Windows, backstage: Backstage) -> None:
    made = _new_sheet(backstage, "Two at once.")
    mine, hers = windows.visit("clinician", made["url"]), windows.visit("clinician", made["url"])
    windows.watch(mine).expects(409)
    left = open_facts(mine)
    hers.keyboard.press("r")
    expect(hers.locator(".page-head")).to_contain_text("1 rejected")
    mine.keyboard.type("aaa")
    expect(mine.get_by_role("alert")).to_be_visible()
    mine.reload()
    assert open_facts(mine) == left - 1


def test_a_click_on_words_leads_to_their_fact_and_back(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("clinician", f"/extraction/{scene['sheet']}/")
    page.locator(".doc mark").filter(has_text="Levetiracetam").get_by_role("link").click()
    expect(page.locator(".field.on")).to_contain_text("Levetiracetam")
    page.keyboard.press("g")
    expect(page.locator("mark.on")).to_contain_text("Levetiracetam")


def test_a_scan_is_shown_as_its_page_and_its_boxes_lead_to_facts_and_back(
    visit: Callable[..., Page], scene: dict[str, str]
) -> None:
    page = visit("clinician", f"/extraction/{scene['sheet_scan']}/")
    page.evaluate("window.isStillHere = true")
    drawn = page.get_by_role("img", name="Page 1 of the document")
    assert drawn.evaluate("(picture) => picture.complete || new Promise((done) => picture.onload = () => done(true))")
    box = page.locator("[data-fact='allergies.0']")
    box.locator("rect").first.click()
    expect(page.locator(".field.on")).to_contain_text("penicillin", ignore_case=True)
    expect(box).to_have_class(re.compile(r"\bon\b"))
    page.keyboard.press("g")
    expect(box).to_be_focused()
    page.locator("[data-of-fact='medications.0']").click()
    expect(page.locator("[data-fact='medications.0']")).to_have_class(re.compile(r"\bon\b"))
    page.locator("[data-fact='allergies.0']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".field.on")).to_contain_text("penicillin", ignore_case=True)
    page.get_by_text("Text as it was read").click()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("img", name="Page 2 of the document")).to_be_visible()
    expect(page.locator("#document-text")).to_be_visible()
    assert page.evaluate("window.isStillHere"), "the page was loaded anew"


def _new_sheet(backstage: Backstage, line: str) -> Any:
    return backstage.ask("facts_of", who=f"clinician@{SITE}", text=f"{DISCHARGE}\n{line}\n", name="discharge.txt")
