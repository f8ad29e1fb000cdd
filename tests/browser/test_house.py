"""People, keys, language and looks."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.installation import House
from tests.browser.windows import Windows


def test_an_admin_adds_a_person_who_then_sets_a_password(windows: Windows, house: House) -> None:
    page = windows.visit("admin", "/people/")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_role("textbox", name="Name").fill("Nina New")
    page.get_by_role("textbox", name="Work email").fill("nina@eastfield.example")
    page.get_by_role("combobox", name="Role").select_option(label="Clinician")
    page.get_by_role("button", name="Add").click()
    link = page.locator("#the-link").inner_text()
    page.reload()
    expect(page.locator("#the-link")).to_have_count(0)  # shown once
    set_password(windows.open(), link)


def set_password(page: Page, link: str) -> None:
    page.goto(link)
    for field in page.locator('input[type="password"]').all():
        field.fill("correct horse battery")
    page.get_by_role("main").get_by_role("button").first.click()
    page.goto("/account/login/")
    page.get_by_role("textbox", name="Work email").fill("nina@eastfield.example")
    page.get_by_role("textbox", name="Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Cases", exact=True)).to_be_visible()


def test_a_role_is_given_and_ended(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("admin", f"/people/{scene['person']}/")
    page.get_by_role("combobox", name="Role").select_option(label="Auditor")
    page.get_by_role("button", name="Give role").click()
    end = page.get_by_role("button", name=re.compile("End.*Auditor"))
    end.click()
    dialog = page.get_by_role("dialog", name="End the role Auditor?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(end).to_be_visible()
    end.click()
    dialog.get_by_role("button", name="End role").click()
    expect(end).to_have_count(0)
    expect(page.get_by_text("Ended roles")).to_be_visible()


def test_a_list_of_people_narrows_while_one_types(visit: Callable[..., Page]) -> None:
    page = visit("admin", "/people/")
    page.get_by_role("searchbox").fill("birch")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#people")).to_contain_text("Ben Birch")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_key_is_shown_once_and_works(windows: Windows, house: House) -> None:
    page = windows.visit("clinician", "/profile/keys/")
    page.get_by_role("textbox", name="What it is for").fill("nightly export")
    page.get_by_role("checkbox", name="See cases").check()
    page.get_by_role("button", name="Make key").click()
    secret = page.locator("#new-secret").inner_text()
    assert status(f"{house.address}/api/v1/cases", secret) == 200
    page.reload()
    expect(page.locator("#keys")).to_contain_text("nightly export")
    assert secret not in page.content()
    page.get_by_role("button", name=re.compile("Revoke.*nightly")).click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("button", name=re.compile("Revoke.*nightly"))).to_have_count(0)
    assert status(f"{house.address}/api/v1/cases", secret) == 401


def status(url: str, key: str) -> int:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            code: int = answer.status
            return code
    except urllib.error.HTTPError as refused:
        return refused.code


def test_the_house_speaks_spanish(visit: Callable[..., Page]) -> None:
    page = visit("reviewer", "/cases/")
    page.locator("summary", has_text="Cleo Cedar").click()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Casos", exact=True)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "es"
    elsewhere = visit("reviewer", "/jobs/")  # another browser: the language is the person's
    expect(elsewhere.locator("html")).to_have_attribute("lang", "es")


def test_the_dark_theme_stays(visit: Callable[..., Page]) -> None:
    page = visit("clinician", "/cases/")
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch light and dark").click()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light
    answer = page.goto("/jobs/")
    assert answer and 'data-bs-theme="dark"' in answer.text()  # from the server: nothing flashes
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_new_site_is_empty_and_its_own(visit: Callable[..., Page]) -> None:
    page = visit("admin", "/sites/")
    page.get_by_role("link", name="New site").click()
    page.get_by_role("textbox", name="Name").fill("Westfield")
    page.get_by_role("button", name="Make site").click()
    expect(page.locator("body")).to_contain_text("Westfield")


def test_the_api_can_be_tried_from_its_description(visit: Callable[..., Page]) -> None:
    page = visit("clinician", "/api/docs/")
    expect(page.get_by_text("/api/v1/cases/{id}/notes").first).to_be_visible()
    page.get_by_role("button", name="Try it here").click()
    expect(page.locator(".swagger-ui .opblock").first).to_be_visible()
