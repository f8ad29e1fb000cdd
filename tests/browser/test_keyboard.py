"""The same way without a mouse: Tab, Enter, the space bar and the keys that are printed where they work."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.by_keyboard import tab_to

QUESTION = "Is the fever of the week before named?"


def test_a_case_from_opening_to_proof_by_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit("clinician", "/cases/")
    page.on("filechooser", lambda chooser: chooser.set_files(files.text("fever chart.txt")))
    page.keyboard.press("c")
    page.wait_for_url("**/cases/new/")
    open_case(page)
    add_file(page)
    ask(page)
    page.keyboard.press("v")
    expect(page.locator("#proof-body")).to_contain_text("All as it was written")
    write_note(page)


def open_case(page: Page) -> None:
    tab_to(page, page.get_by_role("textbox", name="Question"))
    page.keyboard.type(QUESTION)
    tab_to(page, page.get_by_role("button", name="Open case"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    page.wait_for_load_state()


def add_file(page: Page) -> None:
    page.keyboard.press("u")
    expect(page.locator(".entry", has_text="fever chart.txt")).to_be_visible()


def ask(page: Page) -> None:
    page.keyboard.press("e")
    page.wait_for_url("**/runs/**")
    tab_to(page, page.get_by_role("button", name="Ask"))
    page.keyboard.press("Enter")
    expect(page.locator(".entry", has_text="Engine answers: Integrity check")).to_be_visible(timeout=15_000)


def write_note(page: Page) -> None:
    page.keyboard.press("m")
    page.keyboard.type("The fever is named twice.")
    tab_to(page, page.get_by_role("button", name="Write note"))
    page.keyboard.press("Enter")
    expect(page.locator(".entry .said", has_text="The fever is named twice.")).to_be_visible()


def test_the_first_tab_leads_past_the_frame(visit: Callable[..., Page]) -> None:
    page = visit("clinician", "/cases/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_j_and_k_walk_along_a_list_and_enter_opens(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("clinician", "/cases/?show=all")
    page.keyboard.press("j")
    first = page.locator(".case-table .row-link").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*-*/")
    page.keyboard.press("j")
    expect(page.locator(".entry:focus")).to_be_visible()


def test_keys_are_listed_and_can_be_switched_off(visit: Callable[..., Page]) -> None:
    page = visit("clinician", "/cases/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("new case")
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("c")
    page.reload()
    page.keyboard.press("c")
    assert page.url.endswith("/cases/")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("clinician", f"/cases/{scene['case']}/")
    page.keyboard.press("a")
    summary = page.locator("summary", has_text="Hand over")
    expect(page.get_by_role("combobox", name="With")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="With")).to_be_hidden()
    expect(summary).to_be_focused()
