"""Recorded and photographed without a network, sealed in the browser, in the case once there is a network, a session
and a person who says which. Nobody else sees it, and signing out leaves nothing of it."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import measure
from tests.browser.backstage import Backstage
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"
MODULE = """const load = (name) => import(performance.getEntriesByType("resource").map((one) => one.name)
  .find((address) => new RegExp(`/js/${name}\\\\.(\\\\w+\\\\.)?js$`).test(address)));
const spool = await load("spool");
const rows = (await spool.all(await spool.holder())).filter((row) => row.isCaptured);
const plain = async (row) => {
  const { to } = await spool.extent(row);
  const content = await spool.read(row, 0, to);
  if (row.kind === "photo") return new Uint8Array(await content.arrayBuffer());
  const { header } = await load("wav");
  return new Uint8Array(await new Blob([header(), content]).arrayBuffer());
};"""
DIGESTS = (
    "async () => {"
    + MODULE
    + """
  const digests = {};
  for (const row of rows) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await plain(row)));
    digests[row.kind ?? "sound"] = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return digests;
}"""
)
# Whether any sixty-four bytes from the middle of what was captured, or its label, lie in what the browser keeps of it.
FOUND_IN_CLEAR = (
    "async () => {"
    + MODULE
    + """
  const held = await new Promise((done) => {
    indexedDB.open("rounds-recordings").onsuccess = ({ target }) => done(target.result);
  });
  const ask = (store) => new Promise((done) => {
    held.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => done(target.result);
  });
  const asText = (bytes) => [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join("");
  const kept = await ask("recordings");
  const labels = kept.map((row) => (row.label ? asText(row.label.sealed) : ""));
  const lies = [...(await ask("pieces")).map((piece) => asText(piece.sealed)), ...labels].join("|");
  const wanted = ["Left knee"];
  for (const row of rows) {
    const bytes = await plain(row);
    for (let at = 1000; at + 64 < bytes.length; at += 4096) {
      const part = bytes.slice(at, at + 64);
      if (new Set(part).size > 8) wanted.push(asText(part));
    }
  }
  const taken = (row) => crypto.subtle.exportKey("raw", row.key).then(() => "readable", () => "");
  const keys = (await Promise.all(kept.filter((row) => row.key).map(taken))).join("");
  held.close();
  const clear = wanted.filter((one) => lies.includes(one)).length;
  return { looked: wanted.length, bytes: lies.length, found: clear, keys };
}"""
)
LEFT = """async () => ({
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@pytest.fixture
def case(backstage: Backstage) -> dict[str, str]:
    told: dict[str, str] = backstage.ask("case", who=WHO, question="What did she bring home?")
    return told


@pytest.fixture
def room(windows: Windows, case: dict[str, str]) -> Callable[..., Page]:
    """The page of capturing, once seen with a network."""

    def visit(**how: Any) -> Page:
        page = windows.open(**how)
        page.context.grant_permissions(["microphone", "camera"])
        windows.watch(page).expects("offline", 401)
        windows.sign_in(page, "clinician")
        page.goto("/capture/")
        expect(page.get_by_text("Opens without a network")).to_be_visible()
        return page

    return visit


def lines(page: Page) -> Locator:
    return page.locator("[data-capture-list] > li")


def go_away(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("No network.")).to_be_visible()


def come_back(page: Page) -> None:
    page.context.set_offline(False)
    expect(page.get_by_text("No network.")).to_be_hidden(timeout=30_000)


def record(page: Page, label: str = "") -> None:
    panel, before = page.locator("[data-recorder]"), lines(page).count()
    page.get_by_label("Short label").fill(label)
    panel.get_by_role("button", name="Record").click()
    expect(panel.locator("[data-recorder-clock]")).to_have_text(re.compile(r"00:0[3-9]"), timeout=20_000)
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("Kept sealed on this device, 00:")
    expect(lines(page)).to_have_count(before + 1)


def photograph(page: Page) -> None:
    panel, before = page.locator("[data-camera]"), lines(page).count()
    panel.get_by_role("button", name="Open camera").click()
    panel.get_by_role("button", name="Take photo").click(timeout=60_000)  # what is drawn for a camera fills a processor
    expect(panel).to_have_attribute("data-mode", re.compile("doubt|sent"))
    if panel.get_attribute("data-mode") == "doubt":
        panel.get_by_role("button", name="Keep anyway").click()
    expect(lines(page)).to_have_count(before + 1)


def send(page: Page, case: dict[str, str]) -> None:
    page.get_by_label("Case", exact=True).select_option(case["pk"])
    page.get_by_role("button", name="Send into this case").click()


def digest_in_case(page: Page, case: dict[str, str], name: re.Pattern[str]) -> str:
    page.goto(case["url"])
    page.get_by_role("link", name=name).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    return hashlib.sha256(Path(download.value.path()).read_bytes()).hexdigest()


def test_what_is_captured_without_a_network_is_in_its_case_byte_for_byte(
    room: Callable[..., Page], case: dict[str, str]
) -> None:
    page = room(phone=True)
    go_away(page)
    record(page, "Left knee")
    photograph(page)
    expect(lines(page).first).to_contain_text("Left knee")
    expect(lines(page).first).to_contain_text("Waits for the network")

    page.reload()
    expect(lines(page)).to_have_count(2)
    expect(page.get_by_text("No network.")).to_be_visible()
    expect(page.locator("[data-capture-list]")).not_to_contain_text("Left knee")
    kept = page.evaluate(DIGESTS)
    assert set(kept) == {"sound", "photo"}
    looked = page.evaluate(FOUND_IN_CLEAR)
    assert looked["looked"] > 10 and looked["bytes"] > 90_000
    assert (looked["found"], looked["keys"]) == (0, "")

    come_back(page)
    expect(lines(page)).to_have_count(2)
    expect(lines(page).first).to_contain_text("Left knee")
    expect(lines(page).first).to_contain_text("choose its case")
    send(page, case)
    expect(page.locator('[data-capture-list] > li[data-state="done"]')).to_have_count(2, timeout=30_000)
    assert digest_in_case(page, case, re.compile("Open.*Left knee, Recording")) == kept["sound"]
    assert digest_in_case(page, case, re.compile("Open.*Photo")) == kept["photo"]
    page.goto("/capture/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()


def test_what_waits_goes_on_after_another_session_of_its_person_and_is_nothing_to_another(
    room: Callable[..., Page], windows: Windows, case: dict[str, str]
) -> None:
    page = room()
    go_away(page)
    record(page, "Left knee")
    page.context.clear_cookies(name="session")  # ended meanwhile, as after 24 hours
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile("/account/login/"), timeout=30_000)

    windows.sign_in(page, "radiologist")
    page.goto("/capture/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    expect(lines(page)).to_have_count(0)
    go_away(page)
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    page.context.set_offline(False)

    page.context.clear_cookies(name="session")
    windows.sign_in(page, "clinician")
    page.goto("/capture/")
    expect(lines(page)).to_have_count(1)
    expect(lines(page)).to_contain_text("Left knee")
    send(page, case)
    expect(lines(page)).to_have_attribute("data-state", "done", timeout=30_000)


def test_what_is_sent_twice_is_in_the_case_once(room: Callable[..., Page], case: dict[str, str]) -> None:
    page = room()
    record(page)
    photograph(page)
    expect(lines(page)).to_have_count(2)
    page.route("**/complete", lambda route: (route.fetch(), route.abort("internetdisconnected")))  # done, unheard
    send(page, case)
    expect(page.locator('[data-capture-list] > li[data-state="retrying"]')).not_to_have_count(0, timeout=20_000)
    page.unroute_all(behavior="wait")

    page.reload()
    expect(page.locator('[data-capture-list] > li[data-state="done"]')).to_have_count(2, timeout=30_000)
    page.goto(case["url"])
    expect(page.locator(".entry", has_text=".wav")).to_have_count(1)
    expect(page.locator(".entry", has_text=".jpg")).to_have_count(1)


def test_who_signs_out_is_asked_and_leaves_nothing(room: Callable[..., Page]) -> None:
    page = room()
    record(page)
    leave = page.locator("form[data-sign-out]").first.get_by_role("button", name="Sign out", include_hidden=True)
    leave.dispatch_event("click")
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("lose what was recorded")
    dialog.get_by_role("button", name="Cancel").click()
    expect(lines(page)).to_have_count(1)
    assert page.evaluate(LEFT) == {"databases": 1, "caches": 1, "workers": 1}

    leave.dispatch_event("click")
    dialog.get_by_role("button", name="Sign out, delete them").click()
    expect(page).to_have_url(re.compile("/account/login/"), timeout=20_000)
    assert page.evaluate(LEFT) == {"databases": 0, "caches": 0, "workers": 0}


def test_the_page_is_usable_by_everybody_with_something_waiting(room: Callable[..., Page]) -> None:
    page = room()
    record(page, "Left knee")
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
            look(page, f"capture-waiting-{theme}-{width}")
    go_away(page)
    look(page, "capture-without-network-390")
    page.context.set_offline(False)


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("ROUNDS_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert (measure.barriers(page), measure.overflow(page)) == ([], "")
