"""What people do to a case, and what others see of it without asking."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.backstage import Backstage
from tests.browser.people import RADIOLOGIST, RADIOLOGIST_EMAIL
from tests.browser.windows import Windows

CLINICIAN_EMAIL = "clinician@eastfield.example"


def test_a_mention_reaches_the_other_person(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=CLINICIAN_EMAIL, question="Is the line in place?")
    theirs = visit("radiologist", "/cases/")
    bell = theirs.get_by_role("link", name="Notifications")
    before = int(re.search(r"\d+", bell.inner_text()).group())  # type: ignore[union-attr]
    mine = visit("clinician", case["url"])
    note = mine.get_by_role("textbox", name="Note")
    note.press_sequentially("Look at the tip, @ben")
    expect(mine.locator(".mention-option", has_text=RADIOLOGIST)).to_be_visible()
    note.press("Enter")
    expect(note).to_have_value(f"Look at the tip, @{RADIOLOGIST_EMAIL} ")
    mine.get_by_role("button", name="Write note").click()
    expect(mine.locator(".entry .mention")).to_have_text(f"@{RADIOLOGIST}")
    expect(note).to_have_value("")
    expect(bell).to_contain_text(str(before + 1))
    open_notice(theirs, case)


def open_notice(page: Page, case: dict[str, str]) -> None:
    """It says where to look, not what is written."""
    page.get_by_role("link", name="Notifications").click()
    notice = page.get_by_role("button", name=re.compile(f"You were mentioned · {case['reference']}"))
    assert "tip" not in notice.inner_text()
    notice.click()
    expect(page.get_by_role("heading", name=case["question"])).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("button", name=re.compile(case["reference"]))).to_have_count(0)


def test_a_case_is_handed_over(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=CLINICIAN_EMAIL, question="Who takes this one?")
    page = visit("clinician", case["url"])
    page.locator("summary", has_text="Hand over").click()
    page.get_by_role("combobox", name="With").select_option(label=RADIOLOGIST)
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#toasts")).to_contain_text(f"Handed to {RADIOLOGIST}.")
    expect(page.locator("#case-head")).to_contain_text(re.compile(rf"With\s*{RADIOLOGIST}"))
    expect(page.locator(".entry", has_text=f"Handed to {RADIOLOGIST}")).to_be_visible()
    theirs = visit("radiologist", "/cases/")
    expect(theirs.locator("#case-list")).to_contain_text("Who takes this one?")


def test_a_case_moves_on_and_is_signed_by_no_menu(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=CLINICIAN_EMAIL, question="Can it be signed today?")
    page = visit("clinician", case["url"])
    expect(page.get_by_role("link", name="Sign")).to_have_count(0)  # nobody signs what nobody looked at
    move(page, "Ask for a human")
    expect(page.locator("#case-head")).to_contain_text("Awaiting human")
    expect(page.get_by_role("link", name="Sign")).to_be_visible()
    page.locator("summary", has_text="Next step").click()
    expect(page.get_by_role("radio", name="Sign")).to_have_count(0)


def move(page: Page, step: str) -> None:
    page.locator("summary", has_text="Next step").click()
    page.get_by_text(step, exact=True).click()
    page.get_by_role("button", name="Take this step").click()


def test_consent_is_recorded_and_withdrawn(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=CLINICIAN_EMAIL, question="What did the patient agree to?")
    page = visit("clinician", case["url"])
    page.get_by_role("button", name=re.compile("Record.*Care")).click()
    expect(page.locator(".entry", has_text="Consent given: care")).to_be_visible()
    page.get_by_role("button", name=re.compile("Withdraw.*Care")).click()
    expect(page.locator(".entry", has_text="Consent withdrawn: care")).to_be_visible()


def test_a_slow_run_is_cancelled_and_the_page_comes_to_rest(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=CLINICIAN_EMAIL, question="Does it stop when told?", files={"a.txt": "one"})
    run = backstage.ask("run", who=CLINICIAN_EMAIL, case=case["pk"], seconds=40)
    page = visit("clinician", case["url"])
    stages = page.locator(f"#run-{run['pk']}")
    expect(stages.locator(".stage.now")).to_be_visible()
    stages.get_by_role("button", name="Cancel").click()
    expect(page.locator(".entry", has_text="Cancelled: Integrity check")).to_be_visible(timeout=3_000)
    polls = []
    page.on("request", lambda request: polls.append(request.url) if run["pk"] in request.url else None)
    page.wait_for_timeout(2_500)
    assert not polls


def test_words_of_a_search_stand_in_no_address(visit: Callable[..., Page], backstage: Backstage) -> None:
    backstage.ask("case", who=CLINICIAN_EMAIL, question="Was the quinine stopped in time?")
    page = visit("clinician", "/cases/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("/")
    page.keyboard.type("quinine")
    page.keyboard.press("Enter")
    expect(page.locator("#case-list")).to_contain_text("Was the quinine stopped in time?")
    expect(page.locator("#case-list .row-link")).to_have_count(1)
    assert "quinine" not in page.url + page.title() + "".join(asked)
    page.get_by_role("link", name="Leave the search").click()
    expect(page.locator("#case-list")).not_to_contain_text("quinine")


def test_the_number_of_a_case_leads_to_it(visit: Callable[..., Page], backstage: Backstage) -> None:
    case = backstage.ask("case", who=CLINICIAN_EMAIL, question="Found by its number?")
    page = visit("clinician", "/cases/")
    page.get_by_role("searchbox", name="Search cases").fill(case["reference"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{case['url']}")


def test_another_site_is_found_by_no_search(visit: Callable[..., Page], scene: dict[str, str]) -> None:
    page = visit("clinician", "/cases/")
    page.get_by_role("searchbox", name="Search cases").fill("question of the other")
    page.keyboard.press("Enter")
    expect(page.locator("#case-list")).to_contain_text("No case holds these words")


def test_a_wrong_form_comes_back_with_the_focus_on_what_is_wrong(windows: Windows) -> None:
    page = windows.visit("clinician", "/cases/new/")
    windows.watch(page).expects(422)
    page.get_by_text("Known by number").click()
    page.get_by_role("textbox", name="Number", exact=True).fill("P-99999")
    page.get_by_role("textbox", name="Question").fill("Is what was typed still there?")
    page.get_by_role("button", name="Open case").click()
    number = page.get_by_role("textbox", name="Number", exact=True)
    expect(number).to_be_focused()
    expect(number).to_have_accessible_description(re.compile("There is no patient of that number at this site."))
    expect(page.get_by_role("textbox", name="Question")).to_have_value("Is what was typed still there?")


def test_a_wrong_part_of_a_page_comes_back_with_the_focus_on_what_is_wrong(windows: Windows) -> None:
    page = windows.visit("admin", "/people/new/")
    windows.watch(page).expects(422)
    page.get_by_role("textbox", name="Name").fill("Nobody")
    page.get_by_role("textbox", name="Work email").fill("nobody@elsewhere")
    page.locator("form").evaluate_all("forms => forms.forEach((form) => { form.noValidate = true })")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("textbox", name="Work email")).to_be_focused()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
