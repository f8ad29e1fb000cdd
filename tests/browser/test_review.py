"""A reader clears the queue by keyboard: read, choose, next. How many keys a decision takes is counted and printed."""

import re
from collections.abc import Callable
from statistics import median
from typing import Any

from playwright.sync_api import Page, expect

from classify.inference.specialties import LABELS
from tests.browser.backstage import Backstage
from tests.browser.windows import SITE, Windows

URGENCIES = ("routine", "urgent", "emergency")
LETTERS = 20
MOST_KEYS = 4
AT_ITEM = re.compile(r"/review/([0-9a-f-]{36})/")


class Keys:
    """Counts what is pressed; the words of a note are said, not commands."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)


def test_a_reader_clears_twenty_letters_by_keyboard(
    visit: Callable[..., Page], backstage: Backstage, capsys: Any
) -> None:
    made = backstage.ask("letters", who=f"clinician@{SITE}", count=LETTERS, seed=20)["items"]
    clear(visit("reviewer", "/review/?of=clinic.letters"), made, URGENCIES, capsys)


def test_a_reader_clears_twenty_documents_by_keyboard(
    visit: Callable[..., Page], backstage: Backstage, capsys: Any
) -> None:
    made = backstage.ask("doubtful_documents", who=f"clinician@{SITE}", count=LETTERS, seed=20)["items"]
    clear(visit("reviewer", "/review/?of=classify.document"), made, LABELS, capsys)


def clear(page: Page, made: list[dict[str, Any]], labels: tuple[str, ...], capsys: Any) -> None:
    by_pk = {item["pk"]: item for item in made}
    page.keyboard.press("n")
    counted: list[int] = []
    while by_pk:
        page.wait_for_url(AT_ITEM)
        expect(page.locator("#decide-form")).to_be_visible()
        pk = item_of(page)
        item = by_pk.pop(pk, None)  # others wait there too: those of the scene
        keys = Keys(page)
        decide(keys, item or {"label": labels[0], "said": "", "risk": 1.0}, labels)
        expect(page).not_to_have_url(re.compile(pk))
        if item:
            counted.append(keys.count)
    with capsys.disabled():
        print(f"\nkeystrokes a decision: median {median(counted):g}, most {max(counted)}, n {len(counted)}")
    assert median(counted) <= MOST_KEYS


def item_of(page: Page) -> str:
    found = AT_ITEM.search(page.url)
    assert found
    return found.group(1)


def decide(keys: Keys, item: dict[str, Any], labels: tuple[str, ...] = URGENCIES) -> None:
    page = keys.page
    if item["risk"] >= 0.9:
        page.wait_for_timeout(3_100)  # a class that must not be missed has to be open a while
    keys.press(str(labels.index(item["label"]) + 1))
    is_blind = page.get_by_text("You read this blind").count()
    if not is_blind and item["label"] != item["said"]:
        keys.press("e")
        page.keyboard.insert_text("The letter says otherwise.")
        keys.press("Tab")
        keys.press("Enter")
    else:
        keys.press("s")


def test_a_decision_is_taken_back_by_a_key(windows: Windows, backstage: Backstage) -> None:
    made = backstage.ask("letters", who=f"clinician@{SITE}", count=2, seed=31)["items"]
    backstage.ask("take", who=f"radiologist@{SITE}", item=made[0]["pk"])
    page = windows.visit("radiologist", f"/review/{made[0]['pk']}/")
    decide(Keys(page), {**made[0], "label": made[0]["said"] or "urgent"})
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(made[0]["pk"]))
    expect(page.locator("#decide-form")).to_be_visible()
    expect(page.get_by_text("Taken back: nothing was decided.")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_text("Given back to the queue.")).to_be_visible()


def test_review_is_complete_on_a_phone(windows: Windows, backstage: Backstage) -> None:
    made = backstage.ask("letters", who=f"clinician@{SITE}", count=1, seed=47)["items"]
    page = windows.visit("clinician", f"/review/{made[0]['pk']}/", phone=True)
    page.get_by_role("button", name="Take it").click()
    page.wait_for_timeout(3_100)
    label = made[0]["said"] or "urgent"
    page.locator(f'input[name="label"][value="{label}"]').check()
    page.get_by_role("button", name="Decide and next").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("Given back to the queue.")).to_be_visible()
