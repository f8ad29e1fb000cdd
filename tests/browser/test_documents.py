"""An engine for documents from what people decided: made, watched behind the live one, asked for by one person, agreed
to by another, and taken back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.backstage import Backstage
from tests.browser.windows import SITE, Windows

WHY = "It was right where people had to correct the other."
RUN_WITHIN_MS = 60_000


def test_engineer_makes_an_engine_that_goes_live_by_two_and_is_rolled_back(
    windows: Windows, backstage: Backstage
) -> None:
    readers = [f"{role}@{SITE}" for role in ("reviewer", "radiologist")]
    backstage.ask("corrected_documents", who=f"clinician@{SITE}", readers=readers, count=6)
    engineer = windows.visit("engineer", "/documents/learning/", is_fresh=True)
    version = learn(engineer)

    act(engineer, "Put into the shadow")
    expect(engineer.get_by_text("It stands in the shadow now.")).to_be_visible()
    expect(engineer.get_by_text("500 more needed")).to_be_visible()
    expect(engineer.get_by_role("link", name=re.compile("^Ask to make it live"))).to_have_count(0)
    backstage.ask("better_documents", who=f"clinician@{SITE}", version=version)
    engineer.reload()
    act(engineer, "Ask to make it live")
    expect(engineer.get_by_text("It holds when a second person has agreed.")).to_be_visible()
    address = engineer.url

    engineer.goto("/proposals/")
    mine = engineer.get_by_role("article").filter(has_text=version)
    expect(mine.get_by_text("another person must agree")).to_be_visible()
    expect(mine.get_by_role("button", name=re.compile("^Agree"))).to_have_count(0)
    lead = windows.visit("lead", "/proposals/", is_fresh=True)
    theirs = lead.get_by_role("article").filter(has_text=version)
    theirs.get_by_label("What you checked").fill("The errors, one by one.")
    theirs.get_by_role("button", name=re.compile("^Agree")).click()
    expect(lead.get_by_text("Agreed: it holds from now on.")).to_be_visible()

    engineer.goto(address)
    expect(engineer.get_by_text("Live", exact=True).first).to_be_visible()
    act(engineer, "Roll back")
    expect(engineer.get_by_text("The engine before it is live again.")).to_be_visible()


def learn(page: Page) -> str:
    """The version of the new engine; its page is open then."""
    page.keyboard.press("l")
    page.wait_for_url(lambda url: not url.endswith("/learning/"))
    made = page.locator('.table tbody a[href^="/engines/"]').first
    for _ in range(RUN_WITHIN_MS // 1000):
        page.goto("/documents/learning/")
        if made.count():
            break
        page.wait_for_timeout(1000)
    version = made.inner_text()
    made.click()
    return version


def act(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{name}")).click()
    page.locator('[name="reason"]').fill(WHY)
    page.locator("main form button.btn").first.click()
