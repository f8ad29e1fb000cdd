"""`make recordings RECORDINGS=100`: voices are recorded in a browser while it, the web server, workers or the database
are killed at a random moment; ends with a line of figures. Five speak at once, each in a case of her own."""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page, expect, sync_playwright

from clinic.lanes import LANES
from tests.browser import chromium, installation, voices
from tests.browser.installation import House

WHO = "clinician@eastfield.example"
AT_ONCE = 5
VICTIMS = ("browser", "web", "browser", "database", "browser", "workers")
SPEAKS_S, SPEAKS_ON_S = (2.0, 7.0), (1.0, 4.0)
MOST_LOST_S = 2.0
STUCK_AFTER_S = 90.0
BYTES_A_SECOND, HEADER_BYTES = 32_000, 44
PARTS = {"web": "gunicorn", "workers": "celery", "database": "postgres"}
UPLOADS = "async (id) => (await (await fetch(`/api/v1/cases/${id}/uploads`)).json()).results ?? []"


@dataclass
class Spoken:
    case: str
    victim: str
    seconds: float = 0.0
    stored_s: float | None = None

    @property
    def lost_s(self) -> float:
        return max(0.0, self.seconds - (self.stored_s or 0.0))


@dataclass
class Speakers:
    """A browser with a profile that outlives it, and a microphone that never falls silent."""

    kind: BrowserType
    house: House
    sound: Path
    profile: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="rounds-profile-")))
    context: BrowserContext | None = None

    def sit_down(self) -> BrowserContext:
        self.context = self.kind.launch_persistent_context(
            str(self.profile), executable_path=chromium.path(), base_url=self.house.address,
            args=[*chromium.ARGUMENTS, *chromium.devices(self.sound)], permissions=["microphone"],
        )  # fmt: skip
        cookie = {"name": "session", "value": self.cookie, "url": self.house.address}
        self.context.add_cookies([cookie])  # type: ignore[list-item]
        return self.context

    @property
    def cookie(self) -> str:
        """Asked for once: who makes it has no database any more when that was killed."""
        if not hasattr(self, "_cookie"):
            self._cookie: str = self.house.backstage.ask("session", who=WHO)["cookie"]
        return self._cookie

    def die(self) -> None:
        for pid, words in processes():
            if f"--user-data-dir={self.profile}" in words or f"={self.profile}/" in words:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with suppress(Error):
            assert self.context
            self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def leave(self) -> None:
        with suppress(Error):
            if self.context:
                self.context.close()
        shutil.rmtree(self.profile, ignore_errors=True)


def processes() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            yield int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def kill_part(house: House, part: str) -> int:
    """Of this installation only; of the database the one process that the others are children of."""
    killed = 0
    for pid, words in list(processes()):
        with suppress(OSError):
            is_head = parent_of(pid) == house.process_id
            if is_head and PARTS[part] in words:
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return killed


class Trial:
    def __init__(self, house: House, speakers: Speakers, count: int) -> None:
        self.house, self.speakers = house, speakers
        self.cases = [house.backstage.ask("case", who=WHO, question="What does she say?")["pk"] for _ in range(count)]
        self.spoken: list[Spoken] = []
        self.kills: Counter[str] = Counter()

    def go(self) -> list[Spoken]:
        for number, start in enumerate(range(0, len(self.cases), AT_ONCE)):
            victim = VICTIMS[number % len(VICTIMS)]
            done = self._round(victim, self.cases[start : start + AT_ONCE])
            self.spoken += done
            told = " ".join(f"{one.lost_s:.2f}" if one.stored_s is not None else "LOST" for one in done)
            print(f"{victim}: seconds lost {told}", file=sys.stderr, flush=True)
        return self.spoken

    def _round(self, victim: str, cases: list[str]) -> list[Spoken]:
        context = self.speakers.sit_down()
        pages = [self._speak(context.new_page(), case) for case in cases]
        time.sleep(random.uniform(*SPEAKS_S))
        spoken = [Spoken(case, victim) for case in cases]
        if victim == "browser":
            self._kill_browser(pages, spoken)
            pages = self._come_back(cases)
        else:
            self.kills[victim] += kill_part(self.house, victim)
            time.sleep(random.uniform(*SPEAKS_ON_S))
            for page, one in zip(pages, spoken, strict=True):
                one.seconds = _seconds_spoken(page, time.time())
                page.locator("[data-recorder-stop]").click()
        for page, one in zip(pages, spoken, strict=True):
            one.stored_s = self._await_stored(page, one.case)
        context = self.speakers.context or context
        context.close()
        return spoken

    def _speak(self, page: Page, case: str) -> Page:
        page.goto(f"/cases/{case}/")
        page.locator("[data-recorder-start]").click()
        expect(page.locator("[data-recorder]")).to_have_attribute("data-mode", "on", timeout=30_000)
        return page

    def _kill_browser(self, pages: list[Page], spoken: list[Spoken]) -> None:
        began = [float(page.locator("[data-recorder]").get_attribute("data-recorder-began") or 0) for page in pages]
        killed_at = time.time()
        self.speakers.die()
        self.kills["browser"] += 1
        for one, at in zip(spoken, began, strict=True):
            one.seconds = killed_at - at / 1000

    def _come_back(self, cases: list[str]) -> list[Page]:
        """Another day: the page shows what is unfinished, and she finishes it."""
        context = self.speakers.sit_down()
        pages = []
        for case in cases:
            page = context.new_page()
            page.goto(f"/cases/{case}/")
            with suppress(Error):  # one that is not there is counted as lost
                page.locator(f'li[data-case="{case}"] [data-unfinished-finish]').click(timeout=60_000)
            pages.append(page)
        return pages

    def _await_stored(self, page: Page, case: str) -> float | None:
        until = time.monotonic() + STUCK_AFTER_S
        while time.monotonic() < until:
            with suppress(Error):
                if sizes := [int(one["size"]) for one in page.evaluate(UPLOADS, case)]:
                    return sum(size - HEADER_BYTES for size in sizes) / BYTES_A_SECOND
            page.wait_for_timeout(500)
        return None


def _seconds_spoken(page: Page, until: float) -> float:
    return until - float(page.locator("[data-recorder]").get_attribute("data-recorder-began") or 0) / 1000


def figures(spoken: list[Spoken], kills: Counter[str], took_s: float) -> dict[str, Any]:
    kept = [one for one in spoken if one.stored_s is not None]
    lost = sorted(one.lost_s for one in kept)
    return {
        "recordings": len(spoken), "lost": len(spoken) - len(kept),
        "seconds_lost_median": round(lost[len(lost) // 2], 2) if lost else None,
        "seconds_lost_most": round(lost[-1], 2) if lost else None,
        "over_the_mark": sum(seconds > MOST_LOST_S for seconds in lost),
        **{f"kills_of_{victim}": count for victim, count in sorted(kills.items())}, "seconds": round(took_s),
    }  # fmt: skip


@contextmanager
def speaking(house: House, kind: BrowserType) -> Iterator[Speakers]:
    with tempfile.TemporaryDirectory() as folder:
        speakers = Speakers(kind, house, voices.clip(Path(folder) / "tones.wav"))
        try:
            yield speakers
        finally:
            speakers.leave()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make recordings", description=__doc__)
    parser.add_argument("--recordings", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    random.seed(options.seed)
    began = time.monotonic()
    with (
        installation.house(ROUNDS_SESSION_IDLE_MINUTES="60", ROUNDS_WORKERS=f"one={','.join(LANES)}") as house,
        sync_playwright() as playwright,
        speaking(house, playwright.chromium) as speakers,
    ):
        trial = Trial(house, speakers, options.recordings)
        told = figures(trial.go(), trial.kills, time.monotonic() - began)
    print(" ".join(f"{name}={value}" for name, value in told.items()), flush=True)
    return int(bool(told["lost"] or told["over_the_mark"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
