"""A voice is recorded, and nothing of it is lost: whatever is closed, cut off, unplugged or ended in between."""

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import measure, voices
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"
BYTES_A_SECOND, HEADER_BYTES = 32_000, 44
REMEMBER_STREAMS = """
const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
window.streams = [];
if (open) navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await open(wish);
  window.streams.push(stream);
  return stream;
};
"""
FAILS = """
if (navigator.mediaDevices) {{
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "{name}"));
}}
"""
UNPLUG = (
    "() => streams.at(-1).getTracks().forEach((track) => { track.stop(); track.dispatchEvent(new Event('ended')); })"
)
SILENT = """
const nothing = async () => new AudioContext().createMediaStreamDestination().stream;
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = nothing;
"""
LIVE = "() => streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length"


@pytest.fixture
def case(backstage: Backstage) -> dict[str, str]:
    told: dict[str, str] = backstage.ask("case", who=WHO, question="What does she say?")
    return told


@pytest.fixture
def room(windows: Windows, case: dict[str, str]) -> Callable[..., Page]:
    def visit(script: str = REMEMBER_STREAMS, **how: Any) -> Page:
        page = windows.open(**how)
        page.context.grant_permissions(["microphone"])
        page.context.add_init_script(script)
        windows.sign_in(page, "clinician")
        page.goto(case["url"])
        return page

    return visit


def recorder(page: Page) -> Locator:
    return page.locator("[data-recorder]")


def unfinished(page: Page) -> Locator:
    """Of this case: others may be left by other tests."""
    here = page.url.rstrip("/").rpartition("/")[2]
    return recorder(page).locator(f'li[data-case="{here}"]')


def press(page: Page, name: str) -> None:
    recorder(page).get_by_role("button", name=name).click()


def await_saved(page: Page, seconds: int) -> None:
    saved = recorder(page).locator("[data-recorder-saved]")
    expect(saved).to_contain_text(re.compile(rf"Saved up to 00:(0[{seconds}-9]|[1-5]\d)"), timeout=30_000)


def speak(page: Page, seconds: int = 4) -> None:
    press(page, "Record")
    await_saved(page, seconds)


def stored(page: Page) -> bytes:
    """What the house kept of the only recording of the case, as anybody gets it."""
    expect(page.locator(".entry", has_text=".wav")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Open.*Recording")).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    content: bytes = Path(download.value.path()).read_bytes()
    return content


def seconds_of(content: bytes) -> float:
    assert content[:4] == b"RIFF"
    assert struct.unpack("<I", content[24:28]) == (16_000,)
    return (len(content) - HEADER_BYTES) / BYTES_A_SECOND


def test_a_voice_is_recorded_and_stored_in_the_case(room: Callable[..., Page]) -> None:
    page = room()
    speak(page)
    expect(recorder(page)).to_contain_text("Voice heard")
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert page.evaluate(LIVE) == 0
    assert 4 <= seconds_of(stored(page)) < 15


OTHER_RATE = """
const Usual = globalThis.AudioContext;
if (Usual) globalThis.AudioContext = class extends Usual {
  constructor(how) {
    if (how?.sampleRate) throw new DOMException("", "NotSupportedError");
    super();
  }
};
"""


@pytest.mark.parametrize("script", ["", OTHER_RATE], ids=["resampled by the browser", "resampled by us"])
def test_what_is_kept_is_what_was_heard(room: Callable[..., Page], script: str) -> None:
    page = room(REMEMBER_STREAMS + script)
    speak(page)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    samples = np.frombuffer(stored(page)[HEADER_BYTES:], "<i2").astype(float)
    found = [strongest(samples[start : start + 8000]) for start in range(16_000, 48_000, 8000)]
    tones = [voices.tone(second) for second in range(30)]
    assert all(min(abs(each - tone) for tone in tones) <= 2 for each in found if each), found
    assert sum(bool(each) for each in found) >= 2


def strongest(samples: np.ndarray) -> float:
    """In hertz; 0 where nothing lasts."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * 2) if spectrum.max() > 100 * np.median(spectrum) else 0.0


def test_the_keyboard_is_enough(room: Callable[..., Page]) -> None:
    page = room()
    expect(recorder(page).get_by_role("button", name="Record")).to_be_enabled()
    page.keyboard.press("d")
    await_saved(page, 2)
    recorder(page).get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    expect(recorder(page).get_by_role("button", name="Go on", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(recorder(page).get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("d")
    expect(recorder(page)).to_contain_text("Stored in the case")


def test_what_is_said_in_a_pause_is_not_recorded(room: Callable[..., Page]) -> None:
    page = room()
    speak(page, 2)
    press(page, "Pause")
    expect(recorder(page).locator("[data-recorder-mark=paused]")).to_be_visible()
    assert page.evaluate(LIVE) == 0
    clock = recorder(page).locator("[data-recorder-clock]")
    before = clock.text_content()
    page.wait_for_timeout(2500)
    assert clock.text_content() == before
    press(page, "Go on")
    await_saved(page, 5)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")


def test_a_discarded_recording_leaves_nothing(room: Callable[..., Page]) -> None:
    page = room()
    speak(page, 2)
    press(page, "Discard")
    page.locator("#confirm-dialog").get_by_role("button", name="Discard").click()
    expect(recorder(page)).to_contain_text("Nothing of it is kept")
    page.reload()
    expect(unfinished(page)).to_have_count(0)
    expect(page.locator(".entry", has_text=".wav")).to_have_count(0)


def test_a_page_that_closes_leaves_an_unfinished_recording_that_is_finished(room: Callable[..., Page]) -> None:
    page = room()
    speak(page)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(page.url)
    expect(recorder(again).get_by_text("Unfinished recording")).to_be_visible()
    expect(unfinished(again)).to_contain_text("All of it is saved on the server")
    unfinished(again).get_by_role("button", name="Finish").click()
    expect(unfinished(again)).to_have_count(0)
    assert seconds_of(stored(again)) >= 4


def test_an_unfinished_recording_goes_on_where_it_stopped(room: Callable[..., Page]) -> None:
    page = room()
    speak(page)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(page.url)
    unfinished(again).get_by_role("button", name="Go on recording").click()
    await_saved(again, 8)
    press(again, "Stop")
    expect(recorder(again)).to_contain_text("Stored in the case")
    assert seconds_of(stored(again)) >= 8


def test_a_second_tab_shows_that_a_recording_goes_on_elsewhere(room: Callable[..., Page]) -> None:
    page = room()
    speak(page, 2)
    other = page.context.new_page()
    other.goto(page.url)
    expect(recorder(other).get_by_text("Unfinished recording")).to_be_visible()
    expect(unfinished(other)).to_contain_text("It goes on in another tab")
    expect(unfinished(other).get_by_role("button", name="Discard")).to_have_count(0)
    page.bring_to_front()
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")


def test_another_browser_of_the_same_person_finishes_what_the_server_has(
    room: Callable[..., Page], windows: Windows
) -> None:
    page = room()
    speak(page, 2)
    page.close(run_before_unload=False)
    page.context.close()
    windows.contexts.remove(page.context)
    other = room()
    expect(unfinished(other)).to_contain_text("It goes on in another tab or on another computer")
    other.wait_for_timeout(20_000)
    other.reload()
    unfinished(other).get_by_role("button", name="Finish").click()
    assert seconds_of(stored(other)) >= 2


def test_a_dropped_network_costs_nothing(room: Callable[..., Page], windows: Windows) -> None:
    page = room()
    windows.watch(page).expects("offline")
    speak(page, 2)
    page.context.set_offline(True)
    expect(recorder(page)).to_contain_text("the rest is kept on this computer", timeout=15_000)
    page.wait_for_timeout(4000)
    page.context.set_offline(False)
    await_saved(page, 7)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert seconds_of(stored(page)) >= 7


def test_who_is_signed_out_records_on_and_sends_it_when_signed_in_again(
    room: Callable[..., Page], windows: Windows
) -> None:
    page = room()
    windows.watch(page).expects(401, 403)
    speak(page, 2)
    page.context.clear_cookies(name="session")
    expect(recorder(page)).to_contain_text("You are no longer signed in", timeout=30_000)
    windows.sign_in(page, "clinician")
    page.evaluate("dispatchEvent(new Event('focus'))")
    await_saved(page, 6)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert seconds_of(stored(page)) >= 6


def test_who_signs_out_is_asked_while_something_is_unsent(room: Callable[..., Page], windows: Windows) -> None:
    page = room()
    windows.watch(page).expects(503)
    speak(page, 2)
    page.route("**/uploads/sessions/**", lambda route: route.fulfill(status=503, json={}))
    expect(recorder(page)).to_contain_text("the rest is kept on this computer", timeout=15_000)
    press(page, "Pause")
    page.locator("summary", has_text="Ana Alder").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#confirm-dialog")).to_contain_text("have not reached the server yet")
    page.locator("#confirm-dialog").get_by_role("button", name="Cancel").click()
    page.unroute("**/uploads/sessions/**")
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case", timeout=40_000)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotAllowedError", "The browser may not use the microphone."),
        ("NotFoundError", "No microphone was found."),
        ("NotReadableError", "Another program may be using it."),
    ],
)
def test_a_microphone_that_cannot_be_used_is_told_in_plain_words(
    room: Callable[..., Page], name: str, sentence: str
) -> None:
    page = room(FAILS.format(name=name))
    press(page, "Record")
    expect(recorder(page).get_by_role("alert")).to_contain_text(sentence)
    expect(recorder(page).get_by_role("button", name="Record")).to_be_enabled()


def test_who_refuses_the_microphone_is_told_where_to_allow_it(windows: Windows, case: dict[str, str]) -> None:
    page = windows.visit("clinician", case["url"])
    press(page, "Record")
    expect(recorder(page).get_by_role("alert")).to_contain_text("The browser may not use the microphone.")


def test_a_microphone_that_is_unplugged_costs_nothing_that_was_said(room: Callable[..., Page]) -> None:
    page = room()
    speak(page, 2)
    page.evaluate(UNPLUG)
    expect(recorder(page).get_by_role("alert")).to_contain_text("What was said before is kept")
    press(page, "Go on")
    await_saved(page, 5)
    page.evaluate(UNPLUG)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert seconds_of(stored(page)) >= 5


FULL_DISK = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (what) {
  if (what.sealed) throw new DOMException("", "QuotaExceededError");
  return put.call(this, what);
};
"""


def test_a_full_disk_is_told_and_costs_nothing_while_the_page_is_open(room: Callable[..., Page]) -> None:
    page = room(FULL_DISK + REMEMBER_STREAMS)
    press(page, "Record")
    expect(recorder(page)).to_contain_text("This browser keeps nothing more", timeout=15_000)
    page.wait_for_timeout(3000)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert seconds_of(stored(page)) >= 3


def test_a_case_that_is_closed_keeps_the_recording_here(room: Callable[..., Page], windows: Windows) -> None:
    page = room()
    windows.watch(page).expects(409)
    problem = {"code": "case_is_closed", "detail": "The case is closed.", "what_to_do": "Open it again."}
    page.route("**/uploads/sessions", lambda route: route.fulfill(status=409, json=problem))
    press(page, "Record")
    expect(recorder(page).get_by_role("alert")).to_contain_text("The case is closed. Open it again.")
    page.wait_for_timeout(2000)
    press(page, "Stop")
    with page.expect_download() as download:
        press(page, "Download")
    assert seconds_of(Path(download.value.path()).read_bytes()) >= 2
    page.unroute("**/uploads/sessions")
    press(page, "Try again")
    expect(recorder(page)).to_contain_text("Stored in the case")


FINISH_IT = """async () => {
  const token = document.querySelector("[name=csrf-token]").content;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const { results } = await (await fetch("/api/v1/uploads/sessions")).json();
  const mine = results.filter((one) => location.pathname.includes(one.case));
  const done = await fetch(`${mine[0].url}/complete`, { method: "POST", headers, body: "{}" });
  return done.status;
}"""


def test_what_is_finished_elsewhere_goes_on_as_a_second_file(room: Callable[..., Page], windows: Windows) -> None:
    page = room()
    windows.watch(page).expects(410, 409)
    speak(page)
    assert page.evaluate(FINISH_IT) == 201
    await_saved(page, 9)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    expect(page.locator(".entry", has_text=".wav")).to_have_count(2)
    expect(page.locator(".entry", has_text="(2).wav")).to_have_count(1)


def test_go_on_pressed_twice_opens_one_microphone_and_leaves_none_open(room: Callable[..., Page]) -> None:
    page = room()
    speak(page)
    press(page, "Pause")
    go_on = recorder(page).get_by_role("button", name="Go on")
    go_on.evaluate("(button) => { button.click(); button.click(); }")
    expect(recorder(page).get_by_role("button", name="Pause")).to_be_visible()
    assert page.evaluate("streams.length") == 2
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert page.evaluate(LIVE) == 0


DISCARD_IT = FINISH_IT.replace("}/complete`", "}`").replace('"POST", headers, body: "{}"', '"DELETE", headers')


def test_what_is_discarded_elsewhere_stays_here_until_its_person_says(
    room: Callable[..., Page], windows: Windows
) -> None:
    page = room()
    windows.watch(page).expects(410, 409)
    speak(page)
    assert page.evaluate(DISCARD_IT) == 204
    expect(recorder(page).get_by_role("alert")).to_contain_text("discarded on another computer", timeout=15_000)
    press(page, "Try again")
    await_saved(page, 4)
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")
    assert seconds_of(stored(page)) >= 4


def test_silence_is_told(room: Callable[..., Page]) -> None:
    page = room(SILENT)
    press(page, "Record")
    expect(recorder(page)).to_contain_text("Nothing is heard.", timeout=20_000)


def test_the_panel_is_usable_by_everybody(room: Callable[..., Page]) -> None:
    page = room()
    speak(page, 2)
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
        assert measure.barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert measure.overflow(page) == ""
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")


def test_microphone_when_another_is_chosen_then_it_is_opened_next_time_though_the_browser_forgot_us(
    room: Callable[..., Page],
) -> None:
    page = room()
    speak(page, 1)
    other = recorder(page).locator("[data-recorder-device] option:not(:checked)").last.inner_text()
    page.get_by_role("combobox", name="Microphone").select_option(other)
    expect(recorder(page)).to_have_attribute("data-mode", "on")
    press(page, "Stop")
    expect(recorder(page)).to_contain_text("Stored in the case")

    page.evaluate("localStorage.clear()")
    page.reload()
    speak(page, 1)
    assert page.evaluate("streams.at(-1).getTracks()[0].label") == other
