"""A prompt is branched, tried, asked to be made live, agreed to by another person, and taken back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.windows import Windows

WHY = "Doses by weight were left out."
TRIED_WITHIN_MS = 60_000
ONE = re.compile(r"/extraction/prompts/[0-9a-f-]{36}/$")


def test_prompt_goes_live_by_two_persons_only_after_its_trial_and_is_rolled_back(windows: Windows) -> None:
    engineer = windows.visit("engineer", "/extraction/prompts/", is_fresh=True)
    branch(engineer)
    address = engineer.url
    expect(engineer.get_by_text("Not tried yet.")).to_be_visible()
    expect(engineer.get_by_role("link", name=re.compile("^Ask to make it live"))).to_have_count(0)

    engineer.keyboard.press("t")
    engineer.wait_for_url(re.compile("/runs/"))
    tried(engineer, address)
    engineer.keyboard.press("p")
    engineer.locator('[name="reason"]').fill(WHY)
    engineer.locator("main form button.btn").first.click()
    engineer.goto("/proposals/")
    mine = engineer.get_by_role("article").filter(has_text=WHY)
    expect(mine.get_by_text("another person must agree")).to_be_visible()
    expect(mine.get_by_role("button", name=re.compile("^Agree"))).to_have_count(0)

    agree(windows.visit("lead", "/proposals/", is_fresh=True))
    engineer.goto(address)
    expect(engineer.get_by_text("Live", exact=True).first).to_be_visible()
    engineer.goto("/extraction/prompts/")
    engineer.get_by_role("link", name=re.compile("^Roll back")).click()
    engineer.locator('[name="reason"]').fill("It missed a medicine.")
    engineer.locator("main form button.btn").first.click()
    engineer.goto(address)
    expect(engineer.get_by_text("Live", exact=True)).to_have_count(0)


def branch(page: Page) -> None:
    page.get_by_role("link", name="v1", exact=True).first.click()
    page.wait_for_url(ONE)
    page.get_by_role("link", name=re.compile("^Branch")).click()
    text = page.locator('[name="text"]')
    text.fill(f"{text.input_value()}\nDoses of children are told by weight where the document does.\n")
    page.locator('[name="note"]').fill(WHY)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(ONE)


def tried(page: Page, address: str) -> None:
    ask = page.get_by_role("link", name=re.compile("^Ask to make it live"))
    for _ in range(TRIED_WITHIN_MS // 1000):
        page.goto(address)
        if ask.count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("the trial did not pass")


def agree(page: Page) -> None:
    theirs = page.get_by_role("article").filter(has_text=WHY)
    theirs.get_by_label("What you checked").fill("The difference, line by line.")
    theirs.get_by_role("button", name=re.compile("^Agree")).click()
    expect(page.get_by_text("Agreed: it holds from now on.")).to_be_visible()
