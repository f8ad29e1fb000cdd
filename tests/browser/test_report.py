"""A report from its first word to its second version, in a browser."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.backstage import Backstage
from tests.browser.installation import House
from tests.browser.people import RADIOLOGIST_EMAIL
from tests.browser.windows import Windows

CLINICIAN_EMAIL = "clinician@eastfield.example"
LETTER = "Fever for four days. She is short of breath, worse at night. Please see her today. Kind regards, the nurse.\n"
PASSWORD = "a password only this test knows"


def test_a_report_is_written_refused_settled_signed_and_amended(windows: Windows, backstage: Backstage) -> None:
    case = backstage.ask("waiting_case", who=CLINICIAN_EMAIL, question="Is it urgent?", letter=LETTER)
    backstage.ask("password", who=CLINICIAN_EMAIL, words=PASSWORD)
    page = windows.visit("clinician", f"{case['url']}report/")
    windows.watch(page).expects(409)
    write(page, "She has fever.")
    ground(page, "She has fever.", "Fever for four days")
    write(page, "Nothing else is known.")

    page.get_by_role("link", name="Sign").click()
    expect(page.locator("#report-checks")).to_contain_text("nobody says that it is hers: “Nothing else is known.”")
    page.locator("#report-checks").get_by_role("link", name=re.compile("Nothing else")).click()
    sentence(page, "Nothing else is known.").get_by_role("button", name="I wrote this").click()
    expect(page.get_by_text("Ana Alder wrote this")).to_be_visible()

    sign(page)
    expect(page.locator(".report.sealed")).to_contain_text("She has fever.")
    page.get_by_role("link", name="Verify").click()
    expect(page.locator("#verdict")).to_contain_text("The words are those that were signed.")
    page.get_by_role("link", name="Evidence 1").first.click()
    expect(page.locator("mark#place")).to_have_text("Fever for four days")
    page.go_back()

    page.get_by_role("button", name="Amend").click()
    sentence(page, "She has fever.").get_by_role("textbox", name="Sentence").fill("She has high fever.")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    sign(page, reason="The letter was read again.")
    expect(page.get_by_role("link", name="Version 1")).to_be_visible()
    page.get_by_role("link", name="What changed").click()
    expect(page.locator("ins")).to_have_text("high")


def write(page: Page, words: str) -> None:
    form = page.locator("form", has=page.get_by_role("button", name="Add"))
    form.get_by_role("textbox", name="Sentence").fill(words)
    form.get_by_role("button", name="Add").click()
    expect(sentence(page, words)).to_be_visible()


def sentence(page: Page, words: str) -> Locator:
    return page.locator(".sentences .sentence").filter(has=page.locator("textarea", has_text=words))


def ground(page: Page, words: str, place: str) -> None:
    one = sentence(page, words)
    one.get_by_text("Point at a source").click()
    one.get_by_role("textbox", name="The words that stand there").fill(place)
    one.get_by_role("button", name="Point at them").click()
    expect(sentence(page, words).get_by_role("link", name="Evidence 1")).to_be_visible()


def sign(page: Page, reason: str = "") -> None:
    """Whoever has not just proved who she is does so first, and comes back."""
    page.get_by_role("link", name="Sign").click()
    if (confirm := page.get_by_role("link", name="Confirm that it is you")).count():
        confirm.click()
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    if reason:
        page.get_by_role("textbox", name="Why it is amended").fill(reason)
    page.get_by_role("button", name="Sign and seal").click()
    expect(page.get_by_role("heading", name="Seal")).to_be_visible()


def test_an_engines_sentence_is_taken_over_with_what_it_rests_on(
    visit: Callable[..., Page], backstage: Backstage
) -> None:
    case = backstage.ask("waiting_case", who=CLINICIAN_EMAIL, question="How soon?", letter=LETTER, ask_engine=True)
    page = visit("clinician", f"{case['url']}report/")
    expect(page.get_by_text("Preliminary")).to_be_visible()
    offered = page.locator(".offered")
    if offered.get_by_text("Waits for a decision").count():  # policy may want a person first: then it is not taken over
        return
    offered.get_by_role("button", name="Take over").click()
    taken = page.locator(".sentences .sentence.machine")
    expect(taken).to_contain_text("taken over")
    taken.get_by_role("textbox", name="Sentence").fill("Seen today, I agree.")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator(".sentences .sentence.person")).to_contain_text("What the engine had said")


def test_a_source_that_was_tampered_with_is_red(windows: Windows, backstage: Backstage, house: House) -> None:
    case = backstage.ask("waiting_case", who=CLINICIAN_EMAIL, question="Does it still hold?", letter=LETTER)
    page = windows.visit("clinician", f"{case['url']}report/")
    windows.watch(page).expects(409)
    write(page, "She has fever.")
    ground(page, "She has fever.", "Fever for four days")
    place = page.get_by_role("link", name="Evidence 1").get_attribute("href")
    flip_a_byte(house.home, case["object"])
    page.reload()
    expect(page.locator(".ref.broken")).to_have_text("1")
    expect(page.get_by_text("its stored bytes were changed").first).to_be_visible()
    page.goto(str(place))
    expect(page.get_by_role("alert")).to_contain_text("The source no longer matches")


def flip_a_byte(home: Path, name: str) -> None:
    [stored] = [path for path in home.rglob(name) if path.is_file()]
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.chmod(0o600)
    stored.write_bytes(bytes(content))


def test_two_who_write_the_same_sentence_lose_nothing(windows: Windows, backstage: Backstage) -> None:
    case = backstage.ask("waiting_case", who=CLINICIAN_EMAIL, question="Who writes this?", letter=LETTER)
    mine = windows.visit("clinician", f"{case['url']}report/")
    write(mine, "What both see.")
    theirs = windows.visit(RADIOLOGIST_EMAIL, f"{case['url']}report/")
    windows.watch(mine).expects(409)
    sentence(theirs, "What both see.").get_by_role("textbox", name="Sentence").fill("What Ben says.")
    expect(theirs.get_by_text("Saved", exact=True)).to_be_visible()
    field = mine.locator(".sentences").get_by_role("textbox", name="Sentence")
    field.fill("What Ana says.")
    expect(mine.get_by_text("It says now: “What Ben says.”")).to_be_visible()
    expect(field).to_have_value("What Ana says.")
    mine.locator(".sentences").get_by_role("button", name="Save").click()
    expect(mine.get_by_text("It says now")).to_have_count(0)
    mine.reload()
    expect(mine.locator(".sentences textarea")).to_have_text("What Ana says.")
