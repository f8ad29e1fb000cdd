"""The film viewer by mouse and by keys, on a page of its own: see film_story.py."""

import io
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import film_story, measure
from tests.browser.film_story import WITHOUT_WEBGL, Story
from tests.browser.watch import Watch
from tests.browser.windows import DESK, PHONE

HEAR = """
window.heard = [];
for (const name of ["film:region", "film:region-clear"])
  document.addEventListener(name, (event) => heard.push([name, event.detail]));
"""
SHOWN = re.compile(r"W (-?\d+) L (-?\d+) · (\d+) %")

Room = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def away() -> None:
    """Nobody was left alone here: the story needs no installation."""


@pytest.fixture
def story() -> Iterator[Story]:
    with film_story.served() as story:
        yield story


@pytest.fixture
def room(browser: Browser, story: Story) -> Iterator[Room]:
    """`room()`: a window of the story in which the film is shown, watched until the end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_room(*, phone: bool = False, graphics: bool = True, state: str = "ready", expects: int = 0) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            reduced_motion="reduce", has_touch=phone,
        )  # fmt: skip
        context.set_default_timeout(20_000)
        watch = Watch(context, story.address)
        watch.expects(*([expects] if expects else []))
        opened.append((context, watch))
        context.add_init_script(HEAR if graphics else HEAR + WITHOUT_WEBGL)
        page = context.new_page()
        page.goto(story.address)
        expect(film(page)).to_have_attribute("data-state", state, timeout=30_000)
        return page

    yield open_room
    for context, _watch in opened:
        context.close()
    for _context, watch in opened:
        watch.check()


def film(page: Page) -> Locator:
    return page.locator("[data-film-viewer]")


def tool(page: Page, name: str) -> Locator:
    return page.locator(f'[data-viewer-tool="{name}"]')


def readout(page: Page) -> tuple[int, int, int]:
    """Width and level of the window, zoom in percent."""
    found = SHOWN.fullmatch(page.locator("[data-viewer-readout]").inner_text())
    assert found
    width, level, percent = map(int, found.groups())
    return width, level, percent


def until(page: Page, is_so: Callable[[], bool]) -> None:
    for _try in range(100):
        if is_so():
            return
        page.wait_for_timeout(50)
    assert is_so()


def drag(page: Page, right: int, down: int, pane: int = 0) -> None:
    box = page.locator(".film-surface").nth(pane).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + right * step / 5, y + down * step / 5)
    page.mouse.up()


def brightness(page: Page, left: float, top: float) -> float:
    """What the screen shows at a share of the film's pane, 0 to 255."""
    pane = page.locator(".film-surface").first.bounding_box()
    assert pane
    clip = {"x": pane["x"] + pane["width"] * left, "y": pane["y"] + pane["height"] * top, "width": 6, "height": 6}
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip)))  # type: ignore[arg-type]
    return sum(shot.convert("L").tobytes()) / 36


def millimetres(words: Locator) -> float:
    return float((words.text_content() or "").split()[0])


def place_of(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# --- window, zoom, pan


def test_film_when_opened_fits_and_shows_the_window_of_the_file(room: Room) -> None:
    page = room()
    until(page, lambda: readout(page)[:2] == (2048, 1024))
    until(page, lambda: brightness(page, 0.5, 0.1) > brightness(page, 0.31, 0.4) + 100)  # bone above lung


@pytest.mark.parametrize("graphics", [True, False], ids=["WebGL", "processor"])
def test_grey_on_the_screen_is_what_the_window_makes_of_sixteen_bits(room: Room, story: Story, graphics: bool) -> None:
    story.with_map = False
    story.films["one"] = np.full((64, 64), 40_000, "<u2")
    story.films["one"][:, 32:] = 40_512
    story.window = {"center": 40_512, "width": 2048}
    page = room(graphics=graphics)
    until(page, lambda: abs(brightness(page, 0.3, 0.5) - 255 * (40_000 - 39_488) / 2047) < 2)
    until(page, lambda: abs(brightness(page, 0.7, 0.5) - 255 * (40_512 - 39_488) / 2047) < 2)


def test_window_when_dragged_changes_contrast_and_level(room: Room) -> None:
    page = room()
    drag(page, 60, 0)
    until(page, lambda: readout(page)[0] > 2048)
    drag(page, 0, 60)
    until(page, lambda: readout(page)[1] > 1024)


def test_window_when_shift_arrows_are_pressed_changes_contrast_and_level(room: Room) -> None:
    page = room()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    until(page, lambda: readout(page)[0] > 2048 and readout(page)[1] < 1024)


def test_zoom_when_dragged_or_wheeled_magnifies(room: Room) -> None:
    page = room()
    start = readout(page)[2]
    tool(page, "zoom").click()
    drag(page, 0, 80)
    until(page, lambda: readout(page)[2] != start)
    page.keyboard.press("0")
    until(page, lambda: readout(page)[2] == start)
    tool(page, "window").click()
    page.mouse.move(*place_of(page, ".film-surface"))
    page.mouse.wheel(0, -400)
    until(page, lambda: readout(page)[2] != start)


def test_zoom_when_plus_and_minus_are_pressed_magnifies_and_comes_back(room: Room) -> None:
    page = room()
    start = readout(page)[2]
    page.keyboard.press("+")
    until(page, lambda: readout(page)[2] > start)
    page.keyboard.press("-")
    until(page, lambda: readout(page)[2] == start)


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_pan_moves_the_film_and_the_map_on_it(room: Room, by: str) -> None:
    page = room()
    page.keyboard.press("+")
    before = place_of(page, ".heat")
    page.keyboard.press("p")
    expect(tool(page, "pan")).to_have_attribute("aria-pressed", "true")
    if by == "mouse":
        drag(page, 70, 0)
    else:
        page.keyboard.press("ArrowLeft")
    moved = 1 if by == "mouse" else -1
    until(page, lambda: (place_of(page, ".heat")[0] - before[0]) * -moved < -20 or by == "keys")
    until(page, lambda: abs(place_of(page, ".heat")[0] - before[0]) > 20)


# --- invert, rotate, reset


@pytest.mark.parametrize("press", ["mouse", "key"])
def test_invert_turns_bright_to_dark(room: Room, press: str) -> None:
    page = room()
    until(page, lambda: brightness(page, 0.5, 0.12) > 200)
    tool(page, "invert").click() if press == "mouse" else page.keyboard.press("i")
    expect(tool(page, "invert")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: brightness(page, 0.5, 0.12) < 60)


def test_rotate_takes_the_mark_of_the_side_along(room: Room) -> None:
    page = room()
    middle = place_of(page, ".film-surface")
    assert place_of(page, ".side-mark")[0] < middle[0]
    page.keyboard.press("r")
    until(page, lambda: place_of(page, ".side-mark")[0] > middle[0])
    tool(page, "rotate").click()
    until(page, lambda: place_of(page, ".side-mark")[1] > middle[1])
    expect(page.locator("#announcer")).to_contain_text("180 degrees")


def test_reset_brings_back_window_zoom_and_rotation(room: Room) -> None:
    page = room()
    start, mark = readout(page), place_of(page, ".side-mark")
    for key in ("r", "+", "+", "ArrowLeft", "Shift+ArrowRight", "i"):
        page.keyboard.press(key)
    until(page, lambda: readout(page) != start)
    page.keyboard.press("0")
    until(page, lambda: readout(page) == start and place_of(page, ".side-mark") == mark)
    expect(tool(page, "invert")).to_have_attribute("aria-pressed", "false")


# --- length


def test_length_when_drawn_is_in_millimetres(room: Room) -> None:
    page = room()
    percent = readout(page)[2] / 100
    page.keyboard.press("l")
    drag(page, 120, 0)
    words = page.locator(".film svg text").first
    expect(words).to_have_text(re.compile(r"^\d+\.\d mm$"))
    shown = millimetres(words)
    assert shown == pytest.approx(120 / percent * film_story.SPACING[1], rel=0.05)


def test_length_when_placed_with_keys_grows_with_shift(room: Room) -> None:
    page = room()
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    words = page.locator(".film svg text").first
    expect(words).to_have_text(re.compile("mm"))
    before = millimetres(words)
    page.keyboard.press("Shift+ArrowRight")
    until(page, lambda: millimetres(words) > before)
    page.keyboard.press("Delete")
    expect(page.locator(".film svg text")).to_have_count(0)


def test_length_without_a_scale_is_in_pixels_and_says_so(room: Room, story: Story) -> None:
    story.has_spacing = False
    page = room()
    tool(page, "length").click()
    expect(page.locator(".film-note")).to_contain_text("carries no scale")
    drag(page, 120, 0)
    expect(page.locator(".film svg text").first).to_have_text(re.compile(r"^\d+ px$"))


# --- region


def regions(page: Page) -> list[dict[str, float]]:
    return [detail for name, detail in page.evaluate("() => heard") if name == "film:region"]


@pytest.mark.parametrize("turns", [0, 1])
def test_region_when_drawn_is_told_in_shares_of_the_film(room: Room, turns: int) -> None:
    page = room()
    for _turn in range(turns):
        page.keyboard.press("r")
    page.keyboard.press("m")
    drag(page, 100, 60)
    until(page, lambda: bool(regions(page)))
    told = regions(page)[-1]
    assert all(0 <= told[name] <= 1 for name in ("left", "top", "width", "height"))
    wide, high = (told["width"], told["height"]) if turns == 0 else (told["height"], told["width"])
    assert wide / high == pytest.approx(100 / 60, rel=0.1)


def test_region_when_placed_with_keys_moves_and_is_removed(room: Room) -> None:
    page = room()
    for key in ("m", "Enter"):
        page.keyboard.press(key)
    until(page, lambda: bool(regions(page)))
    first = regions(page)[-1]
    page.keyboard.press("ArrowLeft")
    until(page, lambda: regions(page)[-1]["left"] < first["left"])
    page.keyboard.press("Shift+ArrowDown")
    until(page, lambda: regions(page)[-1]["height"] > first["height"] + 0.001)
    page.keyboard.press("Delete")
    until(page, lambda: page.evaluate("() => heard.at(-1)[0]") == "film:region-clear")
    expect(page.locator(".film svg rect[data-id], .film svg [data-annotation-uid]")).to_have_count(0)


def test_region_of_the_page_is_shown_and_cleared_by_the_page(room: Room, story: Story) -> None:
    story.region = "0.1,0.5,0.25,0.3"
    page = room()
    until(page, lambda: bool(regions(page)))
    assert regions(page)[-1] == pytest.approx({"left": 0.1, "top": 0.5, "width": 0.25, "height": 0.3}, abs=0.01)
    film(page).evaluate("(film) => film.dispatchEvent(new CustomEvent('film:region-clear'))")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    until(page, lambda: regions(page)[-1]["left"] > 0.2)


def test_region_on_the_prior_is_not_taken(room: Room) -> None:
    page = room()
    page.keyboard.press("v")
    expect(film(page)).to_have_attribute("data-prior", "ready")
    page.keyboard.press("m")
    drag(page, 60, 40, pane=1)
    expect(page.locator(".film-note")).to_contain_text("not on its prior")
    assert not regions(page)


# --- the map


def test_map_follows_its_slider_and_its_key(room: Room) -> None:
    page = room()
    heat = page.locator(".heat")
    expect(heat).to_have_css("opacity", "0.55")
    page.get_by_role("slider").press("ArrowRight")
    expect(heat).to_have_css("opacity", "0.56")
    expect(page.locator("[data-viewer-map-value]")).to_have_text("56\u00a0%")
    page.keyboard.press("h")
    expect(heat).to_be_hidden()
    tool(page, "map").click()
    expect(heat).to_be_visible()


def test_map_covers_the_film_when_zoomed_and_turned(room: Room) -> None:
    page = room()
    page.keyboard.press("r")
    page.keyboard.press("-")

    def is_covered() -> bool:
        heat, pane = (page.locator(name).first.bounding_box() for name in (".heat", ".film-surface"))
        assert heat and pane
        off_middle = abs(place_of(page, ".heat")[0] - place_of(page, ".film-surface")[0])
        return abs(heat["width"] / pane["height"] - 1 / 1.2) < 0.02 and off_middle < 2

    until(page, is_covered)


def test_film_without_a_map_loads_none(room: Room, story: Story) -> None:
    story.with_map = False
    page = room()
    page.keyboard.press("h")
    expect(page.locator(".heat")).to_have_count(0)


# --- the prior


def test_prior_beside_the_film_keeps_both_names_and_is_linked(room: Room) -> None:
    page = room()
    page.keyboard.press("v")
    expect(film(page)).to_have_attribute("data-prior", "ready")
    expect(page.get_by_text("20 Nov 2026 14:28")).to_be_visible()
    expect(page.get_by_text("12 Aug 2026 09:10")).to_be_visible()
    expect(page.locator(".side-mark:visible")).to_have_count(2)
    before = readout(page)[2]
    drag(page, 0, 0, pane=1)
    page.keyboard.press("+")
    until(page, lambda: readout(page)[2] != before)
    marks = [box for mark in page.locator(".side-mark").all() if (box := mark.bounding_box())]
    panes = [box for pane in page.locator(".film-pane").all() if (box := pane.bounding_box())]
    for mark, pane in zip(marks, panes, strict=True):
        assert pane["x"] <= mark["x"] <= pane["x"] + pane["width"]
    tool(page, "prior").click()
    expect(page.get_by_text("12 Aug 2026 09:10")).to_be_hidden()


def test_prior_that_is_refused_leaves_the_film_and_is_tried_again(room: Room, story: Story) -> None:
    page = room(expects=409)
    story.refuses = True
    tool(page, "prior").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("12 Aug 2026 09:10")).to_be_hidden()
    story.refuses = False
    page.get_by_role("button", name="Try again").click()
    expect(film(page)).to_have_attribute("data-prior", "ready")


def test_prior_is_fetched_when_it_is_asked_for_and_not_before(room: Room) -> None:
    page = room()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    tool(page, "prior").click()
    expect(page.locator(".film-surface")).to_have_count(2)
    until(page, lambda: any("/films/two/pixels" in url for url in asked))


# --- the page around it


def test_keys_while_typing_are_letters(room: Room) -> None:
    page = room()
    start = readout(page)
    findings = page.get_by_role("textbox", name="Findings")
    findings.click()
    page.keyboard.type("irl+-0wzp")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert findings.input_value() == "irl+-0wzp"
    assert readout(page) == start
    expect(tool(page, "invert")).to_have_attribute("aria-pressed", "false")


def test_changes_are_announced_when_they_rest(room: Room) -> None:
    page = room()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator("#announcer")).to_contain_text("Window 2048, level 1024, zoom")
    assert page.locator("#announcer").get_attribute("aria-live") == "polite"


def test_film_that_is_refused_says_why_and_is_tried_again(room: Room, story: Story) -> None:
    story.refuses = True
    page = room(state="failed", expects=409)
    expect(page.get_by_role("alert")).to_contain_text("The film is being put upright. Try again in a moment.")
    story.refuses = False
    page.get_by_role("button", name="Try again").click()
    expect(film(page)).to_have_attribute("data-state", "ready")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_without_graphics_the_processor_draws_and_the_page_says_so(room: Room) -> None:
    page = room(graphics=False)
    expect(page.locator(".film-note")).to_contain_text("without the graphics processor")
    until(page, lambda: brightness(page, 0.5, 0.12) > brightness(page, 0.31, 0.4) + 100)
    start = readout(page)
    drag(page, 60, 0)
    page.keyboard.press("+")
    until(page, lambda: readout(page)[0] > start[0] and readout(page)[2] > start[2])
    page.keyboard.press("i")
    page.keyboard.press("p")
    drag(page, 50, 0)
    until(page, lambda: brightness(page, 0.55, 0.12) < 60)


@pytest.mark.parametrize(("theme", "phone"), [("dark", False), ("light", False), ("dark", True), ("light", True)])
def test_room_is_usable_by_everybody_and_fits(room: Room, theme: str, phone: bool) -> None:
    page = room(phone=phone)
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
    assert not measure.barriers(page)
    assert not measure.overflow(page)
    expect(page.locator(".film-stage")).to_have_css("background-color", "rgb(0, 0, 0)")


def test_room_on_a_phone_stacks_film_reading_and_list(room: Room) -> None:
    page = room(phone=True)
    stage, side, worklist = (place_of(page, name)[1] for name in (".film-stage", ".film-side", ".film-list"))
    assert stage < side < worklist
    before = place_of(page, ".heat")
    tool(page, "pan").tap()
    page.keyboard.press("+")
    until(page, lambda: place_of(page, ".heat") == pytest.approx(before, abs=3))
