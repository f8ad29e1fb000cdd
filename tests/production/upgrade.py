"""`make upgrade FROM=COMMIT`: an older release at work is replaced by this one under load and put back again, as
docs/operations.md says, and every answer of the house that was no yes is counted.

One window is announced: while tables change, a request may be told to come again. Outside of it none may fail.
The older release is put back on the newer tables; the way back of the tables is tried by test_migrations_back.py.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.production import parts
from tests.production.house import House, house
from tests.production.parts import ROOT, Part

FROM = "1a8e53b"  # before the newest migrations of three rooms
APPS = ("clinic", "classify", "coaching", "consult", "extraction", "radiology")
WRITERS, LOAD_S, READY_WITHIN_S = 3, 15.0, 600.0
STOPPED_WITHIN_S = 60.0  # TimeoutStopSec of the units


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make upgrade", description=__doc__)
    parser.add_argument("--from", dest="older", default=FROM, help="a commit whose tables are older")
    options = parser.parse_args(words)
    if lacking := parts.missing():
        print(f"upgrade: skipped, this machine lacks {', '.join(lacking)}: apt-get install {' '.join(lacking)}")
        return 0
    with checkout(options.older) as older, house(older) as built:
        os.environ |= built.environment
        return Upgrade(built, older).go()


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="rounds-older-"))
    try:
        packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(place)], input=packed, check=True)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


class Upgrade:
    def __init__(self, built: House, older: Path) -> None:
        self.house, self.older = built, older
        self.window_s: dict[str, float] = {}
        self.errors: dict[str, int] = {}
        self.phase = "before"

    def go(self) -> int:
        import django

        self._wait_ready()
        django.setup()
        from tests.production.load import Reckoner, Taken, Writer
        from tests.production.visitor import Visitor

        keys = _staffed_by(self.house, self.older)
        self.taken, self.is_over = Taken(), threading.Event()
        visitors = [Visitor(self.house.port, self.house.authority, key) for key in keys]
        self.reckoner = Reckoner(visitors[-1], self.house.tend)
        who = {"name": "Quiet", "birth_date": "1990-01-01", "sex": "female"}
        case = visitors[-1].call("POST", "cases", {"patient": {"new": who}, "question": "In quiet?"})["id"]
        self.reckoner.learn(case)
        writers = [Writer(number, visitors[number], self.taken, self.is_over) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        self._step("before", lambda: None)
        self._step("tables", lambda: self.house.bring(ROOT), is_window=True)
        self._step("upgrade", lambda: self._replace(ROOT))
        self._step("rollback", lambda: self._replace(self.older))
        self.is_over.set()
        for writer in writers:
            writer.join(120)
        return self._told()

    def _wait_ready(self) -> None:
        from tests.production.visitor import NotTaken, Visitor

        until, visitor = time.monotonic() + READY_WITHIN_S, Visitor(self.house.port, self.house.authority)
        while time.monotonic() < until:
            try:
                if visitor.ask("GET", "/health/ready").status == 200:
                    return
            except NotTaken:
                pass
            self.house.tend()
            time.sleep(1)
        raise TimeoutError("the older release does not get ready")

    def _step(self, name: str, do: Any, *, is_window: bool = False) -> None:
        """With load before its end, so that what it broke is met."""
        before, began = sum(self.taken.refused.values()), time.monotonic()
        do()
        if is_window:
            self.window_s[name] = time.monotonic() - began
        until = time.monotonic() + (0 if is_window else LOAD_S)
        while time.monotonic() < until:
            self.house.tend()
            time.sleep(0.1)
        self.errors[name] = sum(self.taken.refused.values()) - before
        took = time.monotonic() - began
        print(f"upgrade: {name} {took:.0f} s, {self.errors[name]} requests not taken", flush=True)

    def _replace(self, release: Path) -> None:
        """Web one after the other, each serving before the next is asked to end; then scheduler and workers."""
        order = sorted(self.house.members, key=lambda name: (not name.startswith("web"), name != "scheduler"))
        for name in order:
            member = self.house.members[name]
            member.stop(STOPPED_WITHIN_S)
            member.cwd = release
            member.start()
            if name.startswith("web"):
                self._until_serving(member)

    def _until_serving(self, member: Part) -> None:
        found = re.search(r"--bind 127\.0\.0\.1:(\d+)", " ".join(member.command))
        assert found
        probe = [sys.executable, "-m", "clinic.embedded.probe", "serving", found[1]]
        until = time.monotonic() + 120
        while subprocess.run(probe, cwd=member.cwd, check=False).returncode:
            if time.monotonic() > until:
                raise TimeoutError(f"{member.name} does not serve")
            time.sleep(0.5)

    def _told(self) -> int:
        found = self.reckoner.reckon(self.taken)
        outside = sum(count for name, count in self.errors.items() if name not in self.window_s)
        for words, count in self.taken.refused.most_common(8):
            print(f"upgrade: not taken {count} times: {words}", flush=True)
        for words in (*found.lost[:5], *found.wrong[:5]):
            print(f"upgrade: {words}", file=sys.stderr)
        windows = sum(self.window_s.values())
        print(
            f"acknowledged={self.taken.count()} errors_outside_window={outside}"
            f" errors_in_window={sum(self.errors.values()) - outside} window_s={windows:.0f}"
            f" lost={len(found.lost)} wrong={len(found.wrong)}"
        )
        return int(bool(outside or found.lost or found.wrong or not self.taken.count()))


def _staffed_by(built: House, older: Path) -> list[str]:
    """By the older release itself: this one would write columns its tables do not have yet."""
    shutil.copytree(ROOT / "tests" / "production", older / "tests" / "production", dirs_exist_ok=True)
    code = (
        f"import django; django.setup();from tests.production.site import staffed;print(*staffed({WRITERS + 1}).keys)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=older, env=built.environment, check=True,
                          stdout=subprocess.PIPE, text=True).stdout  # fmt: skip
    return said.split()[-(WRITERS + 1) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
