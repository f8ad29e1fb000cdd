"""`make faults-consults CONSULTS=50`: consults whose two branches are slow, then in which one branch fails in each of
twelve ways; real workers, real rules for the answer. Ends with a line of figures."""

import argparse
import io
import json
import os
import statistics
import sys
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.installation import Installation, installation

WORKERS = {"alder": ("io", "cpu"), "birch": ("vision", "speech", "llm")}  # as `make run` has them
VOICE_S, PICTURE_S = 3.0, 2.0
MOST_RATIO, MOST_S, PATIENCE_S = 1.15, 15.5, 60.0


@dataclass
class Figures:
    ratios: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    within: list[float] = field(default_factory=list)
    unanswered: int = 0
    leaked: int = 0


class Trial:
    """Imports are made when Django is set up."""

    def __init__(self, broken: Installation) -> None:
        from tests.faults.ledger import Ledger

        self.broken, self.ledger, self.figures = broken, Ledger(), Figures()
        self.number = 0
        self.behaviour: dict[str, dict[str, object]] = {}

    def slow(self) -> None:
        """Both branches begin together; the wall is what the person waits."""
        stands = self._consult({"seconds": PICTURE_S}, {"seconds": VOICE_S}, lambda now: now.latest is not None)
        came = max(one.came_at for one in stands.parts)
        slower = max((one.settled_at - one.came_at).total_seconds() for one in stands.parts)
        self.figures.ratios.append((stands.latest.ended_at - came).total_seconds() / slower)
        self.figures.saved.append(self._saved(stands))

    def fails(self, branch: str, failure: str) -> None:
        bad: dict[str, object] = {"failure": failure}
        good: dict[str, object] = {}
        voice, picture = (bad, good) if branch == "voice" else (good, bad)
        stands = self._consult(picture, voice, lambda now: now.latest is not None or now.is_person_needed)
        came = max(one.came_at for one in stands.parts)
        first = [one.person_needed_at or one.ended_at for one in stands.answers if one.person_needed_at or one.ended_at]
        self.figures.within.append((min(first) - came).total_seconds())
        self._settle()

    def _saved(self, stands: Any) -> float:
        from consult.timing import saved

        worked = (one.run for one in stands.parts)
        return saved((run.started_at.timestamp(), run.finished_at.timestamp()) for run in worked)

    def _consult(self, picture: dict[str, object], voice: dict[str, object], is_over: Callable[[Any], bool]) -> Any:
        from consult.actions import consults

        with self.ledger.at_site():
            self.number += 1
            case = self.ledger.cases[self.number % len(self.ledger.cases)][0]
            shown, said = self._stored(case, self._png(), "photo.png"), self._stored(case, self._wav(), "voice.wav")
            self._tell({str(shown.pk): picture, str(said.pk): voice})
            consult = consults.begin(by=self.ledger.by, case=case, language="en")
            for upload in (shown, said):
                consults.bring(by=self.ledger.by, consult=consult, upload=upload)
            return self._until(consult, is_over)

    def _tell(self, behaviour: dict[str, dict[str, object]]) -> None:
        self.behaviour |= behaviour
        place = self.broken.server.home / "slow.json"
        place.with_suffix(".new").write_text(json.dumps(self.behaviour))
        place.with_suffix(".new").replace(place)

    def _until(self, consult: Any, is_over: Callable[[Any], bool]) -> Any:
        from consult import standing

        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            self.broken.tend()
            stands = standing.of(consult)
            if is_over(stands):
                return stands
            time.sleep(0.05)
        self.figures.unanswered += 1
        return standing.of(consult)

    def _settle(self) -> None:
        """Until the workers have done with it, so that the next trial meets them idle."""

        from clinic.models import Run
        from clinic.models.runs import ACTIVE

        with self.ledger.at_site():
            Run.objects.filter(state__in=ACTIVE).update(
                state="cancelled", finished_at=time.strftime("%Y-%m-%dT%H:%M:%SZ")
            )
        until = time.monotonic() + 8.0
        while time.monotonic() < until:
            self.broken.tend()
            time.sleep(0.1)

    def _stored(self, case: Any, content: bytes, name: str) -> Any:
        from clinic.actions import uploads

        return uploads.store_whole(by=self.ledger.by, case=case, chunks=[content], name=name, begins=False)[0]

    def _png(self) -> bytes:
        from PIL import Image

        content = io.BytesIO()
        Image.new("RGB", (64, 64), (self.number % 256, self.number // 256, 90)).save(content, "PNG")
        return content.getvalue()

    def _wav(self) -> bytes:
        content = io.BytesIO()
        with wave.open(content, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(16_000)
            out.writeframes(self.number.to_bytes(2, "little") * 16_000)
        return content.getvalue()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make faults-consults", description=__doc__)
    parser.add_argument("--consults", type=int, default=50)
    options = parser.parse_args(words)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.slow.settings"
    with installation(WORKERS) as broken:
        figures = _tried(broken, options.consults)
    return _told(figures)


def _tried(broken: Installation, count: int) -> Figures:
    import django

    django.setup()
    from tests.faults.slow.handlers import FAILURES

    trial = Trial(broken)
    broken.crew.start()
    trial._consult({}, {}, lambda now: now.latest is not None)  # the first answer loads the engine
    for _ in range(count):
        trial.slow()
    for branch in ("voice", "picture"):
        for failure in FAILURES:
            trial.fails(branch, failure)
            print(f"{branch} {failure}: {trial.figures.within[-1]:.1f} s", flush=True)
    return trial.figures


def _told(found: Figures) -> int:
    print(
        f"consults={len(found.ratios)} slower_branch_s={max(VOICE_S, PICTURE_S)}"
        f" wall_over_slower_median={statistics.median(found.ratios):.3f} wall_over_slower_most={max(found.ratios):.3f}"
        f" saved_median_s={statistics.median(found.saved):.2f} failures={len(found.within)}"
        f" answered_or_called_most_s={max(found.within):.1f} never={found.unanswered}"
    )
    return int(max(found.ratios) > MOST_RATIO or max(found.within) > MOST_S or bool(found.unanswered))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
