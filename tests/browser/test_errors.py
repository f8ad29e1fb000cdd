"""What people are told when something is refused or does not answer."""

import re
from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"


def test_a_case_of_another_site_does_not_exist(windows: Windows, scene: dict[str, str]) -> None:
    page = windows.open()
    windows.watch(page).expects(404)
    windows.sign_in(page, "clinician")
    answer = page.goto(f"/cases/{scene['foreign']}/")
    assert answer and answer.status == 404
    expect(page.locator("main")).to_contain_text("This does not exist, or it belongs to another site.")
    expect(page.locator("main")).to_contain_text(answer.headers["x-request-id"])
    page.get_by_role("link", name="To the start").click()
    expect(page.get_by_role("heading", name="Cases", exact=True)).to_be_visible()


def test_what_a_role_may_not_do_says_whom_to_ask(windows: Windows) -> None:
    page = windows.open()
    windows.watch(page).expects(403)
    windows.sign_in(page, "clinician")
    page.goto("/people/")
    expect(page.locator("main")).to_contain_text("Ask an admin of your site")


def test_a_refused_part_of_a_page_says_so_on_the_page(windows: Windows, backstage: Backstage) -> None:
    """Two people at one case: the second move comes too late, and the page says it with the request's id."""
    case = backstage.ask("case", who=WHO, question="Who was first?")
    page = windows.visit("clinician", case["url"])
    windows.watch(page).expects(404, 409, 422)
    page.locator("summary", has_text="Next step").click()
    page.get_by_text("Close", exact=True).click()
    other = windows.visit("radiologist", case["url"])
    other.locator("summary", has_text="Next step").click()
    other.get_by_text("Close", exact=True).click()
    other.get_by_role("button", name="Take this step").click()
    expect(other.locator("#case-head")).to_contain_text("Closed")
    page.get_by_role("textbox", name="Note").fill("Written before anybody said it was closed.")
    page.get_by_role("button", name="Write note").click()
    expect(page.locator("#failures")).to_contain_text("The case is closed.")
    expect(page.locator("#failures")).to_contain_text(re.compile("request [0-9a-f]{16}"))
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Written before anybody said it was closed.")


def test_a_silent_server_keeps_what_was_written(windows: Windows, backstage: Backstage) -> None:
    case = backstage.ask("case", who=WHO, question="Is the note lost?")
    page = windows.visit("clinician", case["url"])
    windows.watch(page).expects("offline")
    page.get_by_role("textbox", name="Note").fill("Not lost.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Write note").click()
    expect(page.locator("#toasts")).to_contain_text("The server did not answer. What you wrote is still here")
    page.context.set_offline(False)
    page.get_by_role("button", name="Write note").click()
    expect(page.locator(".entry .said", has_text="Not lost.")).to_be_visible()


def test_leaving_with_an_unsent_note_is_asked_about(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=WHO, question="Does it ask?")
    page = visit("clinician", case["url"])
    asked: list[str] = []

    def go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", go)
    page.get_by_role("textbox", name="Note").press_sequentially("half a sent")
    page.goto("/cases/")
    assert asked == ["beforeunload"]
