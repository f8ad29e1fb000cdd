"""From the printed login to a proved answer: the way of somebody who has never seen the house."""

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.installation import House
from tests.browser.windows import Windows

QUESTION = "Does the letter name an allergy?"


def test_a_newcomer_opens_a_case_adds_files_and_sees_a_run_through(windows: Windows, house: House) -> None:
    page = windows.open()
    sign_in(page, house)
    open_case(page)
    add_files(windows, page)
    ask_and_watch(page)
    page.get_by_role("link", name="Verify case").click()
    expect(page.locator("#proof-body")).to_contain_text("All as it was written")


def sign_in(page: Page, house: House) -> None:
    page.goto("/")
    told = house.demo()
    clinician = next(one["email"] for one in told["people"] if one["role"] == "clinician")
    expect(page.get_by_text(clinician)).to_be_visible()  # the demo says who may come in
    page.get_by_label("Work email").fill(clinician)
    page.get_by_role("textbox", name="Password").fill(told["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Cases", exact=True)).to_be_visible()


def open_case(page: Page) -> None:
    page.get_by_role("link", name="New case").click()
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.get_by_text("Urgent", exact=True).click()
    page.get_by_role("button", name="Open case").click()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()


def add_files(windows: Windows, page: Page) -> None:
    """Several at once, in pieces, and one that is refused: the others are not held up."""
    windows.watch(page).expects(415)
    chosen = [files.text("letter.txt", 200_000), files.program(), files.text("list.txt")]
    page.locator("#upload-file").set_input_files(chosen)
    rows = page.locator(".uploads .upload")
    expect(rows.filter(has_text="letter.txt")).to_contain_text("Stored and checked, 200 kB")
    expect(rows.filter(has_text="list.txt")).to_contain_text("Stored and checked, 400 bytes")
    expect(rows.filter(has_text="viewer.exe")).to_contain_text("Files of this type are not taken.")
    expect(page.locator(".entry", has_text="letter.txt")).to_be_visible()
    expect(page.locator(".entry", has_text="list.txt")).to_be_visible()


def ask_and_watch(page: Page) -> None:
    page.get_by_role("link", name="Integrity check").click()
    page.get_by_label("letter.txt").check()
    page.get_by_label("Take at least").fill("1.5")
    page.get_by_role("button", name="Ask").click()
    page.evaluate("() => { globalThis.sameDocument = true }")
    expect(page.get_by_role("progressbar").or_(page.locator(".stage.now")).first).to_be_visible()
    answer = page.locator(".entry", has_text="Engine answers: Integrity check")
    expect(answer).to_contain_text("match", timeout=15_000)
    expect(answer.locator(".tick")).to_contain_text("Verified")
    assert page.evaluate("() => globalThis.sameDocument"), "the page was loaded again"
