"""Coming and going."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import measure
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

PASSWORD = "a long enough password"
LEFTOVERS = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"


def fill(page: Page, who: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.get_by_role("textbox", name="Work email").fill(who)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_says_so_and_not_which_half_was_wrong(windows: Windows) -> None:
    page = windows.open()
    windows.watch(page).expects(422)
    fill(page, "lead@eastfield.example", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("The email or the password is not right.")
    expect(page.get_by_role("textbox", name="Work email")).to_have_value("lead@eastfield.example")


def test_a_second_factor_is_asked_for(windows: Windows, backstage: Backstage) -> None:
    who = "lead@eastfield.example"
    backstage.ask("password", who=who, words=PASSWORD)
    secret = backstage.ask("authenticator", who=who)["secret"]
    page = windows.open()
    windows.watch(page).expects(422)
    fill(page, who)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert not measure.barriers(page)
    enter_code(page, "000000")
    expect(page.locator(".invalid-feedback, [role=alert]").first).to_be_visible()
    enter_code(page, backstage.ask("code", secret=secret)["code"])
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_visible()


def enter_code(page: Page, code: str) -> None:
    page.get_by_role("textbox").first.fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_an_authenticator_is_set_up_with_its_secret(windows: Windows, backstage: Backstage) -> None:
    page = windows.visit("auditor", "/account/2fa/totp/activate/", is_fresh=True)
    secret = page.locator(".secret").inner_text()
    page.get_by_role("textbox").last.fill(backstage.ask("code", secret=secret)["code"])
    page.get_by_role("button", name="Switch on").click()
    page.goto("/account/2fa/")
    expect(page.locator("section", has_text="Authenticator app")).to_contain_text("Active")


def test_signing_out_leaves_nothing_behind(windows: Windows, scene: dict[str, str]) -> None:
    page = windows.visit("clinician", f"/cases/{scene['case']}/")
    expect(page.get_by_role("heading", name=scene["question"])).to_be_visible()
    assert scene["question"] not in page.evaluate(LEFTOVERS)
    page.locator("summary", has_text="Ana Alder").click()
    with page.expect_response(re.compile("/account/logout/")) as left:
        page.get_by_role("button", name="Sign out").click()
    assert "cache" in left.value.all_headers()["clear-site-data"]
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(scene["question"])


@pytest.mark.parametrize("path", ["/cases/", "/jobs/", "/people/", "/operations/", "/api/docs/"])
def test_a_stranger_is_shown_the_door_and_led_back_after_it(windows: Windows, path: str) -> None:
    page = windows.open()
    page.goto(path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert f"next={path}" in page.url
