"""A security key, held in the browser's own hand."""

from playwright.sync_api import Page, expect

from tests.browser import measure
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO, PASSWORD = "reviewer@eastfield.example", "a long enough password"
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
       "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


def test_a_security_key_is_added_and_opens_the_door(windows: Windows, backstage: Backstage) -> None:
    backstage.ask("password", who=WHO, words=PASSWORD)
    backstage.ask("speak", who=WHO, language="en")
    page = windows.visit("reviewer", "/account/2fa/webauthn/add/", is_fresh=True)
    hold_key(page)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))  # going elsewhere before would cut the answer off
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_role("main")).to_contain_text("First key")
    for link in page.get_by_role("main").locator('a[href*="/webauthn/keys/"]').all():
        look(windows, page, link.get_attribute("href") or "")
    sign_in_with_key(page)


def hold_key(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def look(windows: Windows, page: Page, url: str) -> None:
    aside = page.context.new_page()
    aside.goto(url)
    assert not measure.barriers(aside)
    aside.close()


def sign_in_with_key(page: Page) -> None:
    page.locator("summary", has_text="Cleo Cedar").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("textbox", name="Work email").fill(WHO)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Use a security key or passkey").click()
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_visible()
