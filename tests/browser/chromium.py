"""The browser of this machine. Nothing is downloaded: a browser fetched by a test would be one nobody chose."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # we may be root
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader",  # for films: WebGL in software
]  # fmt: skip


def path() -> str | None:
    named = os.environ.get("ROUNDS_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


def devices(sound: Path) -> list[str]:
    """Three cameras that are drawn and a microphone that plays a file; whether a page may use them a test says."""
    return ["--use-fake-device-for-media-stream=device-count=3", f"--use-file-for-fake-audio-capture={sound}"]


def launch(playwright: Playwright, *more: str) -> Browser:
    return playwright.chromium.launch(executable_path=path(), args=[*ARGUMENTS, *more])
