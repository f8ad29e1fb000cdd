"""Where scripts do not run, a page can be read and its forms do their work."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"


@pytest.fixture
def plain(windows: Windows) -> Callable[[str], Page]:
    return lambda path: windows.visit("clinician", path, java_script_enabled=False)


def test_lists_and_cases_can_be_read(plain: Callable[[str], Page], scene: dict[str, str]) -> None:
    page = plain("/cases/?show=all")
    page.locator(f'.row-link[href="/cases/{scene["case"]}/"]').click()
    expect(page.get_by_role("heading", name=scene["question"])).to_be_visible()
    expect(page.locator(".entry", has_text="referral letter.txt")).to_be_visible()
    expect(page.locator(".entry", has_text="Engine answers: Integrity check")).to_be_visible()
    page.goto("/jobs/")
    expect(page.locator("#jobs")).to_contain_text("Given up")


def test_files_are_added_by_a_plain_form(windows: Windows, plain: Callable[[str], Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=WHO, question="Does the form alone do?")
    page = plain(case["url"])
    windows.watch(page).expects(422)
    page.locator("#upload-file").set_input_files([files.text("plain.txt", 90_000), files.program()])
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".outcomes li", has_text="plain.txt")).to_contain_text("Stored and checked, 90 kB")
    expect(page.locator(".outcomes li", has_text="viewer.exe")).to_contain_text("Files of this type are not taken.")
    page.get_by_role("link", name="Back to the case").click()
    expect(page.locator(".entry", has_text="plain.txt")).to_be_visible()


def test_a_run_is_asked_for_and_its_end_is_told(plain: Callable[[str], Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=WHO, question="Does it run?", files={"a.txt": "some words"})
    page = plain(case["url"])
    page.get_by_role("link", name="Integrity check").click()
    page.get_by_label("Take at least").fill("0")
    page.get_by_role("button", name="Ask").click()
    answer = page.locator(".entry", has_text="Engine answers: Integrity check")
    for _look in range(20):
        if answer.count():
            return
        page.wait_for_timeout(200)
        page.reload()
    raise AssertionError("the run did not end")


def test_a_note_is_written_and_a_case_moved(plain: Callable[[str], Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=WHO, question="Does it move?")
    page = plain(case["url"])
    page.get_by_role("textbox", name="Note").fill("Written by a plain form.")
    page.get_by_role("button", name="Write note").click()
    expect(page.locator(".entry .said", has_text="Written by a plain form.")).to_be_visible()
    page.locator("summary", has_text="Next step").click()
    page.get_by_text("Ask for a human", exact=True).click()
    page.get_by_role("button", name="Take this step").click()
    expect(page.locator("#case-head")).to_contain_text("Awaiting human")
