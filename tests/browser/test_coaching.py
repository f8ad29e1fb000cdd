"""A nurse practises: two spoken attempts by keyboard, side by side; she opens the cited moment, and deletes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clinic.inference.speech.speaking import speak
from tests.browser import voices
from tests.browser.windows import Windows

SAID = (
    "I am afraid the news is not good. The picture shows an infection of her lung. We can treat it with antibiotics,"
    " and she stays here tonight. What worries you most right now?"
)


@pytest.fixture
def practice(windows: Windows) -> Callable[[], Page]:
    """A question was given to her; the microphone hears a real voice."""

    def begin() -> Page:
        page = windows.open()
        page.context.grant_permissions(["microphone"])
        page.context.add_init_script(voices.heard_by_the_microphone(speak(SAID, "en").wav))
        windows.sign_in(page, "reviewer")
        page.goto("/coaching/")
        page.keyboard.press("n")
        page.wait_for_url(re.compile(r"/coaching/practices/[0-9a-f-]{36}/"))
        return page

    return begin


def record(page: Page, number: int) -> None:
    expect(page.locator("[data-recorder]").get_by_role("button", name="Record")).to_be_enabled()
    page.keyboard.press("r")
    saved = page.locator("[data-recorder-saved]")
    expect(saved).to_contain_text(re.compile(r"Saved up to 00:(0[8-9]|[1-5]\d)"), timeout=40_000)
    page.keyboard.press("r")
    page.wait_for_url(re.compile(rf"/attempts/{number}/"), timeout=120_000)
    expect(page.get_by_role("heading", name="Coaching engine suggests")).to_be_visible()


def test_two_spoken_attempts_are_compared_heard_again_and_deleted(
    practice: Callable[[], Page], windows: Windows
) -> None:
    page = practice()
    record(page, 1)
    expect(page.get_by_role("heading", name="Three things to try")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Words a minute")).to_be_visible()

    page.locator("[data-seek]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('audio[data-moment]').currentTime > 0")

    record(page, 2)
    page.keyboard.press("c")
    page.wait_for_url(re.compile(r"/compare/"))
    expect(page.get_by_role("link", name="Attempt 1")).to_be_visible()
    expect(page.get_by_role("link", name="Attempt 2")).to_be_visible()
    page.get_by_role("link", name="Attempt 2").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/attempts/2/"))

    page.get_by_role("button", name="Delete all of it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/coaching/$"))
    expect(page.get_by_text("Deleted: recordings, words, feedback and figures.")).to_be_visible()
