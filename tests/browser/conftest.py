"""One installation and one browser for all tests here; each test gets windows of its own, watched."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium, installation, voices
from tests.browser.backstage import Backstage
from tests.browser.installation import House
from tests.browser.windows import Windows

expect.set_options(timeout=10_000)
HAS_FAILED = pytest.StashKey[bool]()
WEIGHTS = pytest.StashKey[dict[str, float]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WEIGHTS] = {}


BUSY = ("test_camera", "test_capture", "test_coaching", "test_consult", "test_recorder", "test_recordings_survive")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cameras and microphones keep both processors busy for minutes, so they come after what has a clock; and who was
    left alone at the beginning is looked after at the end."""
    items.sort(key=lambda item: ("left_alone" in item.nodeid, any(name in item.nodeid for name in BUSY)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    weights = sorted(terminalreporter.config.stash[WEIGHTS].items(), key=lambda one: -one[1])
    if weights:
        terminalreporter.section("first load of each page, kB over the line")
        terminalreporter.write_line(", ".join(f"{name} {kilobytes:.0f}" for name, kilobytes in weights))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not chromium.path():
        if os.environ.get("ROUNDS_SKIP_BROWSER"):
            pytest.skip("no Chromium here, and ROUNDS_SKIP_BROWSER is set")
        pytest.exit("Chromium is missing: install it, name it in ROUNDS_CHROMIUM, or set ROUNDS_SKIP_BROWSER=1", 1)
    sound = voices.clip(tmp_path_factory.mktemp("sound") / "tones.wav")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, *chromium.devices(sound))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(browser: Browser) -> Iterator[House]:
    with installation.house() as house:
        yield house


@pytest.fixture(scope="session")
def backstage(house: House) -> Backstage:
    return house.backstage


@pytest.fixture(scope="session")
def scene(backstage: Backstage) -> dict[str, str]:
    """One of everything: ids of rows that no test changes."""
    found: dict[str, str] = backstage.ask("scene")
    return found


@pytest.fixture
def windows(browser: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Windows]:
    windows = Windows(browser, house)
    yield windows
    folder = os.environ.get("ROUNDS_SCREENSHOTS")
    if folder and request.node.stash.get(HAS_FAILED, False):
        windows.picture_all(Path(folder) / f"failed-{request.node.name}")
    windows.close()


@pytest.fixture
def visit(windows: Windows) -> Callable[..., Page]:
    """`visit("clinician", "/cases/")`: a window of its own in which that person of Eastfield is signed in."""
    return windows.visit


@pytest.fixture(scope="session", autouse=True)
def away(browser: Browser, house: House, scene: dict[str, str]) -> Iterator[tuple[Windows, Page, Page]]:
    """Two screens nobody touches from the beginning on: one shows a case, on the other a note was begun."""
    windows = Windows(browser, house)
    quiet, begun = (windows.visit("clinician", f"/cases/{scene['case']}/") for _screen in range(2))
    for page in (quiet, begun):
        windows.watch(page).expects(401)
    begun.get_by_role("textbox", name="Note").press_sequentially("Begun before lunch")
    yield windows, quiet, begun
    windows.close()
