"""`make bench-viewer`: how many pictures a second the film viewer draws of a film of 2048 x 2048 pixels of 16 bits.

In software, as Chromium draws without a graphics processor: once by WebGL, once by the processor alone. Each step is a
key the reader would press or a move of the mouse; a picture counts when the library says it is drawn.
"""

import argparse
import os
import platform
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser import chromium, film_story  # noqa: E402
from tests.browser.film_story import WITHOUT_WEBGL  # noqa: E402
from tests.browser.windows import DESK  # noqa: E402

STEPS = {
    "pan": """(n) => ({key: n % 80 < 40 ? "ArrowLeft" : "ArrowRight"})""",
    "zoom": """(n) => ({key: n % 12 < 6 ? "+" : "-"})""",
    "window": """(n) => ({key: n % 12 < 6 ? "ArrowRight" : "ArrowLeft", shiftKey: true})""",
}
# One step, wait for its picture, the next: what a hand that never rests would see.
MEASURE = """async ([step, count]) => {
  const film = document.querySelector("[data-film-viewer]"), next = eval(step), took = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    const drawn = new Promise((done) => film.addEventListener("film:drawn", done, { once: true }));
    document.body.dispatchEvent(new KeyboardEvent("keydown", { ...next(n), bubbles: true }));
    await drawn;
    took.push(performance.now() - from);
  }
  return took;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-viewer", description=__doc__)
    parser.add_argument("--pictures", type=int, default=200, help="drawn for each line")
    pictures = parser.parse_args().pictures
    with film_story.served() as story, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        rows, columns = story.films["one"].shape
        load = os.getloadavg()[0]
        print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Chromium {browser.version}")
        print(f"film: {columns} x {rows}, 16 bits; screen 1440 x 900; {pictures} pictures a line")
        print(f"\n{'drawn by':<22}{'step':<18}{'pictures/s':>10}{'median ms':>12}{'p95 ms':>10}{'processor ms':>16}")
        for name, script in {"WebGL, in software": "", "processor, no WebGL": WITHOUT_WEBGL}.items():
            measure(browser, opened(browser, story.address, script), name, pictures)
        browser.close()


def opened(browser: Browser, address: str, script: str) -> Page:
    page = browser.new_context(viewport=DESK, bypass_csp=True).new_page()  # type: ignore[arg-type]
    page.add_init_script(script)
    page.goto(address)
    page.wait_for_selector('[data-film-viewer][data-state="ready"]', timeout=60_000)
    return page


def processor_s(browser: Browser) -> float:
    """What all of Chromium's processes have computed: says the same on a machine that is busy with other things."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return float(sum(one["cpuTime"] for one in told["processInfo"]))


def measure(browser: Browser, page: Page, name: str, pictures: int) -> None:
    for beside in ("", ", prior beside"):
        if beside:
            page.keyboard.press("v")
            page.wait_for_selector('[data-film-viewer][data-prior="ready"]')
        for step, script in STEPS.items():
            page.keyboard.press("0")
            page.evaluate(MEASURE, [script, 20])  # warm
            before = processor_s(browser)
            took = sorted(page.evaluate(MEASURE, [script, pictures]))
            busy_ms = 1000 * (processor_s(browser) - before) / pictures
            rate, p95 = 1000 * len(took) / sum(took), took[int(0.95 * len(took))]
            print(f"{name:<22}{step + beside:<18}{rate:>10.1f}{median(took):>12.1f}{p95:>10.1f}{busy_ms:>16.1f}")


if __name__ == "__main__":
    main()
