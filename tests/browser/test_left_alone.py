"""A person who goes away. The limit here is a minute; it runs while the other tests do."""

from playwright.sync_api import Page, expect

from tests.browser.windows import Windows

MINUTE_AND_A_POLL_MS = 80_000


def test_a_screen_left_alone_shows_no_patient(away: tuple[Windows, Page, Page], scene: dict[str, str]) -> None:
    _windows, quiet, _begun = away
    expect(quiet.get_by_role("heading", name="Sign in")).to_be_visible(timeout=MINUTE_AND_A_POLL_MS)
    expect(quiet.locator("body")).to_contain_text("You were signed out after a time without activity")
    expect(quiet.locator("body")).not_to_contain_text(scene["question"])


def test_what_was_begun_is_kept_until_one_is_back(away: tuple[Windows, Page, Page]) -> None:
    windows, _quiet, begun = away
    expect(begun.locator("#toasts")).to_contain_text("You are no longer signed in", timeout=MINUTE_AND_A_POLL_MS)
    windows.sign_in(begun, "clinician")  # in another window of the same browser
    begun.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(begun.locator("#toasts")).to_contain_text("You are signed in again")
    begun.get_by_role("button", name="Write note").click()
    expect(begun.locator(".entry .said", has_text="Begun before lunch")).to_be_visible()
