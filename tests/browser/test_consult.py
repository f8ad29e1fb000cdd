"""A clinician speaks, shows and types; an answer with its sources follows; the note goes into the report."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from clinic.inference.speech.speaking import speak
from tests.browser import voices
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"
SAID = "She has had chest pain for two hours. It goes into the left arm. She is sweating."
TYPED = "Crushing chest pain for two hours going into the left arm, sweating. No fever."


@pytest.fixture
def case(backstage: Backstage) -> dict[str, str]:
    told: dict[str, str] = backstage.ask("case", who=WHO, question="Why does her chest hurt?")
    return told


@pytest.fixture
def room(windows: Windows, case: dict[str, str]) -> Callable[[], Page]:
    """A consult that has just begun from the page of the case, by keyboard; the microphone hears a real voice."""

    def begin() -> Page:
        page = windows.open()
        page.context.grant_permissions(["microphone", "camera"])
        page.context.add_init_script(voices.heard_by_the_microphone(speak(SAID, "en").wav))
        windows.sign_in(page, "clinician")
        page.goto(case["url"])
        page.keyboard.press("c")
        page.wait_for_url("**/consults/new/**")
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url(re.compile(r"/consults/[0-9a-f-]{36}/"))
        return page

    return begin


def answer(page: Page) -> None:
    expect(page.get_by_role("heading", name="Consult engine suggests")).to_be_visible(timeout=60_000)


def test_speaking_and_showing_gives_an_answer_and_a_note_that_is_taken_into_the_report(
    room: Callable[[], Page], case: dict[str, str]
) -> None:
    page = room()
    expect(page.locator("[data-recorder]").get_by_role("button", name="Record")).to_be_enabled()
    page.keyboard.press("r")
    saved = page.locator("[data-recorder-saved]")
    expect(saved).to_contain_text(re.compile(r"Saved up to 00:(0[6-9]|[1-5]\d)"), timeout=30_000)
    expect(page.get_by_role("heading", name="Heard so far")).to_be_visible(timeout=30_000)
    page.keyboard.press("r")

    answer(page)
    expect(page.get_by_role("heading", name="Transcript")).to_be_visible(timeout=60_000)
    expect(page.locator(".stage.done", has_text="Voice to text")).to_be_visible()

    page.keyboard.press("t")
    page.keyboard.type(TYPED)
    page.get_by_role("button", name="Add words").click()
    expect(page.get_by_role("heading", name="Red flag: Possible heart attack").first).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Seen by me").click()
    expect(page.get_by_text(re.compile(r"Seen by Ana Alder")).first).to_be_visible()

    page.get_by_role("link", name="Take into the report").click()
    page.wait_for_url("**/report/**")
    expect(page.locator("main")).to_contain_text("Red flag RF-01")


def test_typed_words_alone_are_answered_and_a_source_opens_its_place(room: Callable[[], Page]) -> None:
    page = room()
    page.keyboard.press("t")
    page.keyboard.type(TYPED)
    page.get_by_role("button", name="Add words").click()
    answer(page)
    page.locator(".answer .ref[href]").first.click()
    expect(page.locator("mark").first).to_be_visible()


def test_the_trace_says_what_ran_beside_what(room: Callable[[], Page]) -> None:
    page = room()
    page.keyboard.press("t")
    page.keyboard.type(TYPED)
    page.get_by_role("button", name="Add words").click()
    answer(page)
    page.get_by_role("link", name="Trace").click()
    expect(page.get_by_role("row", name=re.compile("Answer with sources"))).to_be_visible()


def record(page: Page) -> None:
    page.keyboard.press("r")
    saved = page.locator("[data-recorder-saved]")
    expect(saved).to_contain_text(re.compile(r"Saved up to 00:(0[4-9]|[1-5]\d)"), timeout=30_000)


def test_acts_beside_a_recording_leave_it_running(room: Callable[[], Page]) -> None:
    page = room()
    record(page)
    page.evaluate("window.isSamePage = true")
    page.get_by_label("What was said").fill(TYPED)
    page.get_by_role("button", name="Add words").click()
    answer(page)
    expect(page.get_by_label("What was said")).to_have_value("")
    expect(page.locator("#consult-flags")).to_contain_text("A recording goes on")
    page.get_by_role("button", name="Seen by me").click()
    expect(page.get_by_text(re.compile(r"Seen by Ana Alder")).first).to_be_visible()
    page.get_by_role("button", name="Answer again").click()
    expect(page.locator(".stage.done", has_text="Answer with sources")).to_have_count(2, timeout=60_000)

    assert page.evaluate("window.isSamePage")
    expect(page.locator("[data-recorder]")).to_have_attribute("data-mode", "on")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-recorder-saved]")).to_contain_text("Stored in the case", timeout=30_000)


def test_of_two_recordings_each_is_gone_through_by_itself(room: Callable[[], Page]) -> None:
    page = room()
    transcripts = page.locator("[data-transcript]")
    for number in (1, 2):
        record(page)
        page.keyboard.press("r")
        expect(transcripts).to_have_count(number, timeout=60_000)
        page.wait_for_timeout(500)
    transcripts.nth(1).get_by_role("button", name="I have read all of it").click()
    expect(transcripts.nth(1).locator("[data-transcript-body]")).not_to_contain_text("I have read all of it")
    expect(transcripts.nth(0).locator("[data-transcript-body]")).to_contain_text("I have read all of it")
    expect(page.locator("#consult-flags")).to_contain_text("another than the answer knows")


def test_a_photo_that_is_sent_is_a_part_at_once(room: Callable[[], Page], tmp_path: Path) -> None:
    page = room()
    chosen = tmp_path / "arm.png"
    Image.effect_noise((900, 700), 90).convert("RGB").save(chosen)
    page.locator("[data-camera-input]").set_input_files([chosen, chosen])
    send = page.get_by_role("button", name="Send anyway")
    expect(page.locator("[data-camera]")).to_have_attribute("data-mode", re.compile("doubt|sent"))
    if send.is_visible():
        send.click()
    expect(page.locator("#consult-pictures section").first).to_be_visible(timeout=30_000)
