"""What a first look at a page costs, whether everybody can use it, and whether it stays within the window."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const reaches = document.scrollingElement.scrollWidth;
  if (reaches <= width) return "";
  const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1);
  return `${reaches} px of ${width}: ${wide.slice(-1).map((e) => e.outerHTML.slice(0, 120))}`;
}"""
_AXE = Axe().axe_script


class Weight:
    """Bytes as they came over the line, headers included, in a browser that has seen nothing yet."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.loadingFinished", self._came)

    def _came(self, told: dict[str, Any]) -> None:
        self.bytes += int(told["encodedDataLength"])

    @property
    def kilobytes(self) -> float:
        return self.bytes / 1000


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical. It may fetch nothing: our policy would refuse, and be right."""
    if not page.evaluate("() => Boolean(globalThis.axe)"):
        page.evaluate(_AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"] if one["impact"] in ("serious", "critical")
    ]  # fmt: skip


def overflow(page: Page) -> str:
    words: str = page.evaluate(_OVERFLOW)
    return words
