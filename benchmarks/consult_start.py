"""How long somebody waits who is the first after a start, in a browser, and until an answer is heard.

    make bench-consult-start ARGS='--rounds 3'

The installation has run before: its database is filled and it was stopped. It is started anew for each answer, once for
typed words and once for a voice.
"""

import argparse
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from clinic.inference.speech.speaking import speak
from tests.browser import chromium, voices
from tests.browser.installation import House, fresh_home, running
from tests.browser.windows import Windows

WHO = "clinician@eastfield.example"
SAID = "She has had chest pain for two hours. It goes into the left arm. She is sweating."
ANSWER_S, SPOKEN_S, PATIENCE_MS = 10.0, 1.5, 60_000
SETTINGS = {"ROUNDS_SESSION_IDLE_MINUTES": "15"}  # as it is by itself: nobody is signed out who waits for a voice
Say = Callable[[Page], None]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=3)
    rounds = asked.parse_args().rounds
    answered: dict[Say, list[float]] = {type_words: [], speak_words: []}
    heard = list[float]()
    with fresh_home() as home, sync_playwright() as playwright:
        with running(home, **SETTINGS) as first:  # makes keys, tables and the demo
            first.backstage.ask("session", who=WHO)
        browser = chromium.launch(playwright)
        for _round in range(rounds):
            for say, seconds in answered.items():
                with running(home, **SETTINGS) as where, _room(where, browser) as page:
                    seconds.append(_until_answered(page, say))
                    heard.append(_until_heard(page))
    _print("first answer to typed words", answered[type_words], ANSWER_S)
    _print("first answer to a voice, from its end", answered[speak_words], ANSWER_S)
    _print("answer spoken, from the press", heard, SPOKEN_S)


@contextmanager
def _room(where: House, browser: Browser) -> Iterator[Page]:
    """A consult that has just begun; what was needed to get there is no part of the wait."""
    windows = Windows(browser, where)
    page = windows.open()
    page.context.grant_permissions(["microphone"])
    page.context.add_init_script(voices.heard_by_the_microphone(speak(SAID, "en").wav))
    windows.sign_in(page, "clinician")
    page.goto(where.backstage.ask("case", who=WHO, question="Why does her chest hurt?")["url"])
    page.keyboard.press("c")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(re.compile(r"/consults/[0-9a-f-]{36}/"))
    yield page
    windows.close()


def type_words(page: Page) -> None:
    page.keyboard.press("t")
    page.keyboard.type(SAID)
    page.get_by_role("button", name="Add words").click()


def speak_words(page: Page) -> None:
    page.locator("[data-recorder-start]").click()
    expect(page.locator("[data-recorder-saved]")).to_contain_text(re.compile(r"00:(0[6-9]|\d\d)"), timeout=PATIENCE_MS)
    page.locator("[data-recorder-stop]").click()


def _until_answered(page: Page, say: Say) -> float:
    say(page)
    began = time.monotonic()
    expect(page.get_by_role("heading", name="Consult engine suggests")).to_be_visible(timeout=PATIENCE_MS)
    return time.monotonic() - began


def _until_heard(page: Page) -> float:
    began = time.monotonic()
    page.locator("[data-spoken-start]").click()
    expect(page.locator("[data-spoken]")).to_have_attribute("data-spoken-by", "house", timeout=PATIENCE_MS)
    return time.monotonic() - began


def _print(what: str, seconds: list[float], most: float) -> None:
    told = " ".join(f"{one:.1f}" for one in seconds)
    print(f"{what}: most {max(seconds):.1f} s of {len(seconds)} ({told}), to be <= {most} s")


if __name__ == "__main__":
    main()
