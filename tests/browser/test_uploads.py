"""Files on their way: dropped, paused, cut off and refused."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"
LARGE = 2_500_000  # forty pieces: time enough to pull the plug
DROP = """(zone, names) => {
  const held = new DataTransfer();
  for (const name of names) held.items.add(new File([`${name} was dropped`], name, { type: "text/plain" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture
def case_page(windows: Windows, backstage: Backstage) -> Page:
    case = backstage.ask("case", who=WHO, question="What do the files say?")
    return windows.visit("clinician", case["url"])


def test_dropped_files_are_stored(case_page: Page) -> None:
    case_page.locator("[data-upload]").evaluate(DROP, ["one.txt", "two.txt", "three.txt"])
    for name in ("one.txt", "two.txt", "three.txt"):
        expect(case_page.locator(".upload", has_text=name)).to_have_attribute("data-state", "done")
        expect(case_page.locator(".entry", has_text=name)).to_be_visible()


def test_a_dropped_network_costs_nothing_that_was_sent(windows: Windows, case_page: Page) -> None:
    windows.watch(case_page).expects("offline")
    pieces: list[str] = []
    case_page.on("requestfinished", lambda request: pieces.append(request.url) if "/chunks/" in request.url else None)
    case_page.locator("#upload-file").set_input_files(files.text("long.txt", LARGE))
    row = case_page.locator(".upload")
    expect(row.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", "0")
    case_page.context.set_offline(True)
    expect(row).to_contain_text("what was sent is kept")
    expect(row).to_have_attribute("data-state", "retrying")
    case_page.context.set_offline(False)
    expect(row).to_have_attribute("data-state", "done", timeout=20_000)
    numbers = [int(url.rpartition("/")[2]) for url in pieces]
    assert numbers == sorted(numbers)
    assert numbers.count(0) == 1  # it went on, it did not begin again
    expect(case_page.locator(".entry", has_text="long.txt")).to_contain_text("2.5 MB")


def test_an_upload_pauses_and_goes_on(case_page: Page) -> None:
    case_page.locator("#upload-file").set_input_files(files.text("paused.txt", LARGE))
    row = case_page.locator(".upload")
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused at")
    row.get_by_role("button", name="Go on").click()
    expect(row).to_have_attribute("data-state", "done", timeout=20_000)


def test_a_cancelled_upload_leaves_nothing(case_page: Page) -> None:
    case_page.locator("#upload-file").set_input_files(files.text("unwanted.txt", LARGE))
    row = case_page.locator(".upload")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Cancelled. Nothing was stored.")
    case_page.reload()
    expect(case_page.locator(".entry", has_text="unwanted.txt")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "content", "sentence", "status"),
    [
        ("viewer.exe", files.PROGRAM, "Files of this type are not taken.", 415),
        ("film.png", b"This is no picture at all.\n" * 20, "is not what the end of its name says", 415),
        ("nothing.txt", b"", "The file is empty.", 0),
    ],
)
def test_a_refused_file_says_why(
    windows: Windows, case_page: Page, name: str, content: bytes, sentence: str, status: int
) -> None:
    windows.watch(case_page).expects(status)
    case_page.locator("#upload-file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(case_page.locator(".upload")).to_contain_text(sentence)
    expect(case_page.locator("#announcer")).to_contain_text(f"{name}: not stored.")
    expect(case_page.locator("#toasts")).not_to_contain_text(name)  # it would cover the row that says it
    expect(case_page.locator(".entry", has_text=name)).to_have_count(0)


def test_the_same_file_twice_is_one_upload(case_page: Page) -> None:
    for turn in (1, 2):
        case_page.locator("#upload-file").set_input_files(files.text("same.txt"))
        expect(case_page.locator('.upload[data-state="done"]')).to_have_count(turn)
    case_page.reload()
    expect(case_page.locator(".entry", has_text="same.txt")).to_have_count(1)


def test_what_was_stored_comes_back_byte_for_byte(case_page: Page, visit: Callable[..., Page]) -> None:
    sent = files.text("back.txt", 150_000)
    case_page.locator("#upload-file").set_input_files(sent)
    case_page.get_by_role("link", name=re.compile("Open.*back.txt")).click()
    with case_page.expect_download() as download:
        case_page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == sent["buffer"]
