"""A photo is taken, looked at and sent; and whatever happens, no camera stays on."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFilter
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser import files, measure
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"
LIGHT_OFF_WITHIN_MS = 200
REMEMBER = """
window.streams = [];
window.live = () => streams.flatMap((one) => one.getTracks()).filter((track) => track.readyState === "live").length;
if (navigator.mediaDevices) {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    streams.push(stream);
    return stream;
  };
}
addEventListener("DOMContentLoaded", () => setTimeout(() => addEventListener("pagehide", () => {
  localStorage.setItem("live at the end", String(live()));
}), 1000));
"""
CAMERAS = """
const only = %s;
if (navigator.mediaDevices) {
  const all = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  navigator.mediaDevices.enumerateDevices = async () => {
    const cameras = (await all()).filter((one) => one.kind === "videoinput").slice(0, only.length);
    const named = ({ kind, deviceId }, at) => ({ kind, deviceId: only[at] ? deviceId : "", label: only[at] ?? "" });
    return cameras.map(named);
  };
}
"""
FACINGS = """
const given = MediaStreamTrack.prototype.getSettings;
MediaStreamTrack.prototype.getSettings = function () {
  return { ...given.call(this), deviceId: undefined, facingMode: window.asked };
};
const before = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (before) navigator.mediaDevices.getUserMedia = (wish) => {
  window.asked = wish.video.facingMode.ideal;
  return before(wish);
};
"""


@pytest.fixture
def case(backstage: Backstage) -> dict[str, str]:
    told: dict[str, str] = backstage.ask("case", who=WHO, question="What is this rash?")
    return told


@pytest.fixture
def room(windows: Windows, case: dict[str, str]) -> Callable[..., Page]:
    def visit(*scripts: str, **how: Any) -> Page:
        page = windows.open(**how)
        page.context.grant_permissions(["camera"])
        for script in (*scripts, REMEMBER):
            page.context.add_init_script(script)
        windows.sign_in(page, "clinician")
        page.goto(case["url"])
        return page

    return visit


def panel(page: Page) -> Locator:
    return page.locator("[data-camera]")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    panel(page).get_by_role("button", name=name).click()


def stored(page: Page) -> Locator:
    return panel(page).locator("[data-camera-mark=sent]")


def send(page: Page) -> None:
    """What the browser draws for a camera is no photograph: some of it looks blurred."""
    expect(panel(page)).to_have_attribute("data-mode", re.compile("doubt|sent"))
    if panel(page).get_attribute("data-mode") == "doubt":
        press(page, "Send anyway")
    expect(stored(page)).to_be_visible()


def open_camera(page: Page) -> None:
    press(page, re.compile("Open camera|Take another"))
    expect(panel(page)).to_contain_text("Camera in use")


def picture(width: int = 1200, height: int = 900) -> Image.Image:
    """Edges of many directions, in the light of day."""
    drawn = Image.new("RGB", (width, height), (150, 120, 110))
    pen = ImageDraw.Draw(drawn)
    for step in range(0, max(width, height), 24):
        pen.line([(step, 0), (width - step, height)], fill=(60 + step % 90, 50, 45), width=3)
        pen.ellipse([step, step // 2, step + 40, step // 2 + 30], outline=(220, 200, 190))
    return drawn


def jpeg(drawn: Image.Image, name: str = "rash.jpg", **how: Any) -> FilePayload:
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=92, **how)
    return {"name": name, "mimeType": "image/jpeg", "buffer": made.getvalue()}


def choose(page: Page, *chosen: FilePayload) -> None:
    expect(panel(page).get_by_role("button", name="From file")).to_be_visible()
    panel(page).locator("input[type=file]").set_input_files(list(chosen))


def kept(page: Page) -> Image.Image:
    """The photo as the house has it."""
    expect(page.locator(".entry", has_text="Photo 2")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Open.*Photo")).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    return Image.open(io.BytesIO(download.value.path().read_bytes()))


def test_a_photo_is_taken_and_stored_and_the_light_goes_off(room: Callable[..., Page]) -> None:
    page = room()
    open_camera(page)
    press(page, "Take photo")
    assert page.evaluate("live()") == 0
    send(page)
    assert kept(page).format == "JPEG"


def test_a_chosen_photo_is_made_small_upright_and_loses_what_the_camera_wrote(room: Callable[..., Page]) -> None:
    page = room()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # lies on its side
    exif[ExifTags.Base.Make] = "A camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (47.0, 22.0, 0.0)
    choose(page, jpeg(picture(4000, 3000), exif=exif))
    expect(stored(page)).to_be_visible()
    came = kept(page)
    assert came.size == (1536, 2048)
    assert not came.getexif()
    assert b"A camera" not in came.tobytes()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda drawn: drawn.filter(ImageFilter.GaussianBlur(9)), "Blurred."),
        (lambda drawn: drawn.point(lambda value: value // 12), "Too dark."),
        (lambda drawn: drawn.point(lambda value: 215 + value // 7), "Too bright."),
        (lambda drawn: drawn.resize((300, 225)), "Too small"),
    ],
    ids=["blurred", "dark", "bright", "small"],
)
def test_a_photo_nobody_can_use_is_told_before_it_is_sent(
    room: Callable[..., Page], spoil: Callable[[Image.Image], Image.Image], sentence: str
) -> None:
    page = room()
    choose(page, jpeg(spoil(picture())))
    expect(panel(page).get_by_role("alert")).to_contain_text(sentence)
    expect(page.locator(".entry", has_text="Photo 2")).to_have_count(0)
    press(page, "Send anyway")
    expect(stored(page)).to_be_visible()


def test_a_doubtful_photo_need_not_be_sent(room: Callable[..., Page]) -> None:
    page = room()
    choose(page, jpeg(picture(400, 300)))
    press(page, "Do not send")
    expect(panel(page).get_by_role("button", name="Open camera")).to_be_focused()
    page.reload()
    expect(page.locator(".entry", has_text="Photo 2")).to_have_count(0)


def test_what_is_no_picture_is_told(room: Callable[..., Page]) -> None:
    page = room()
    choose(page, files.text("letter.txt"))
    expect(panel(page).get_by_role("alert")).to_contain_text("This is not a picture")
    choose(page, {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + bytes(400)})
    expect(panel(page).get_by_role("alert")).to_contain_text("could not be read as a picture")


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["HD camera"], ["1"]),
        (["camera2 0, facing back", "camera2 1, facing front"], ["Back", "Front"]),
        (["HD camera", "Document camera"], ["1", "2"]),
        (["Back wide", "Back tele", "Front"], ["1", "2", "3"]),
    ],
    ids=["one", "two that say where they look", "two that do not", "three"],
)
def test_cameras_are_switched_by_name_or_number(room: Callable[..., Page], labels: list[str], names: list[str]) -> None:
    page = room(CAMERAS % json.dumps(labels))
    open_camera(page)
    switch = panel(page).get_by_role("button", name="Switch to camera")
    if len(names) == 1:
        expect(switch).to_be_hidden()
    seen = [in_use(page)]
    for _ in names[1:]:
        switch.click()
        expect(panel(page)).not_to_contain_text(f"Camera in use: {seen[-1]}")
        expect(panel(page)).to_contain_text("Camera in use")
        seen.append(in_use(page))
        assert page.evaluate("live()") == 1
    assert sorted(seen) == sorted(names)
    press(page, "Close camera")
    assert page.evaluate("live()") == 0


def in_use(page: Page) -> str:
    return (panel(page).locator("[data-camera-sign-words]").text_content() or "").removeprefix("Camera in use: ")


def test_cameras_without_names_are_asked_for_by_where_they_look(room: Callable[..., Page]) -> None:
    page = room(CAMERAS % json.dumps([None, None]), FACINGS)
    open_camera(page)
    assert in_use(page) == "Back"
    press(page, "Switch to camera Front")
    expect(panel(page)).to_contain_text("Camera in use: Front")


def _close(page: Page) -> None:
    press(page, "Close camera")


def _take(page: Page) -> None:
    press(page, "Take photo")


def _swap(page: Page) -> None:
    page.evaluate("htmx.swap('#photograph', '<p>Something else</p>', { swapStyle: 'innerHTML' })")


def _lose(page: Page) -> None:
    page.evaluate("streams.at(-1).getTracks().forEach((track) => track.dispatchEvent(new Event('ended')))")


def _go_on(page: Page) -> None:
    page.goto("/cases/")


def _reload(page: Page) -> None:
    page.reload()


EXITS: dict[str, Callable[[Page], None]] = {
    "closed": _close, "taken": _take, "swapped": _swap, "lost": _lose, "left": _go_on, "unloaded": _reload,
}  # fmt: skip


@pytest.mark.parametrize("cycles", [pytest.param(2), pytest.param(17, marks=pytest.mark.slow)])
def test_the_light_is_off_after_every_way_out(room: Callable[..., Page], case: dict[str, str], cycles: int) -> None:
    page = room()
    lit = [f"{name} {cycle}" for cycle in range(cycles) for name, leave in EXITS.items() if is_lit(page, case, leave)]
    assert lit == []


def is_lit(page: Page, case: dict[str, str], leave: Callable[[Page], None]) -> bool:
    page.goto(case["url"])
    page.wait_for_timeout(1100)  # the page's own handlers come before the one that counts
    open_camera(page)
    assert page.evaluate("live()") == 1
    before = page.evaluate("performance.timeOrigin")
    leave(page)
    if page.evaluate("performance.timeOrigin") != before:
        return bool(page.evaluate("localStorage.getItem('live at the end')") != "0")
    page.wait_for_timeout(LIGHT_OFF_WITHIN_MS)
    return bool(page.evaluate("live()"))


def test_a_permission_that_comes_too_late_opens_nothing(room: Callable[..., Page]) -> None:
    page = room("""
if (navigator.mediaDevices) {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) => new Promise((done) => setTimeout(() => done(open(wish)), 1000));
}""")
    press(page, "Open camera")
    press(page, "Close camera")
    page.wait_for_timeout(1500)
    assert page.evaluate("live()") == 0


def test_who_refuses_the_camera_is_told_where_to_allow_it(windows: Windows, case: dict[str, str]) -> None:
    page = windows.visit("clinician", case["url"])
    press(page, "Open camera")
    expect(panel(page).get_by_role("alert")).to_contain_text("The browser may not use the camera.")


def test_the_panel_is_usable_by_everybody_and_on_a_phone(room: Callable[..., Page]) -> None:
    page = room(phone=True)
    open_camera(page)
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
        assert measure.barriers(page) == []
    assert measure.overflow(page) == ""
    press(page, "Take photo")
    send(page)
