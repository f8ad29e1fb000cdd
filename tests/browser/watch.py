"""Everything a browser complains about, and everywhere it goes, while a test looks at pages."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_STATUS = re.compile(r"(?:responded with a status of|Response Status Error Code) (\d{3})")  # Chromium's words, htmx's
_OFFLINE = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Watch:
    """`expects(422)` before a test provokes an answer the browser reports as a failed request."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.expected: set[str] = set()
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("page", self._follow)
        context.on("request", self._went)

    def expects(self, *statuses: int | str) -> None:
        self.expected |= {str(status) for status in statuses}

    def check(self) -> None:
        assert not self.foreign, f"requests to another host: {self.foreign}"
        assert not self.complaints, f"the browser complains: {self.complaints}"

    def _follow(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status = _STATUS.search(message.text)
        if status and status.group(1) in self.expected:
            return
        if "offline" in self.expected and any(mark in message.text for mark in _OFFLINE):
            return
        self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _went(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("blob", "data") and parts.netloc != self.host:
            self.foreign.append(request.url)
