"""Windows of people at work: each a browser of its own, with its own cookies, watched until it is closed."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.installation import House
from tests.browser.watch import Watch

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SITE = "eastfield.example"


class Windows:
    def __init__(self, browser: Browser, house: House) -> None:
        self.browser, self.house = browser, house
        self.contexts: list[BrowserContext] = []
        self.watches: dict[BrowserContext, Watch] = {}

    def open(self, *, theme: str = "light", phone: bool = False, **how: Any) -> Page:
        """Nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.house.address, viewport=PHONE if phone else DESK, locale="en-GB",  # type: ignore[arg-type]
            reduced_motion="reduce", **how,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(30_000)  # the first page of a house on a busy machine
        self.contexts.append(context)
        self.watches[context] = Watch(context, self.house.address)
        self.set_cookie(context, "theme", theme)
        return context.new_page()

    def visit(self, who: str, path: str = "/", *, is_fresh: bool = False, **how: Any) -> Page:
        page = self.open(**how)
        self.sign_in(page, who, is_fresh=is_fresh)
        page.goto(path)
        return page

    def sign_in(self, page: Page, who: str, *, is_fresh: bool = False) -> None:
        email = who if "@" in who else f"{who}@{SITE}"
        session = self.house.backstage.ask("session", who=email, is_fresh=is_fresh)
        self.set_cookie(page.context, "session", session["cookie"])

    def set_cookie(self, context: BrowserContext, name: str, value: str) -> None:
        context.add_cookies([{"name": name, "value": value, "url": self.house.address}])

    def watch(self, page: Page) -> Watch:
        return self.watches[page.context]

    def picture_all(self, stem: Path) -> None:
        for number, page in enumerate(page for context in self.contexts for page in context.pages):
            page.screenshot(path=f"{stem}-{number}.png", full_page=True)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        for watch in self.watches.values():
            watch.check()
