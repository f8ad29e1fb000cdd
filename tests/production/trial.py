"""Flows in quiet, then load while each part is killed in turn. Imported when Django is set up."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import close_old_connections

from clinic.authorization.scope import machinery
from clinic.models import Entry, EntryKind, Result
from tests.production.flows import Flows
from tests.production.house import RESTARTED_AFTER_S, House
from tests.production.load import Reckoner, Taken, Writer
from tests.production.site import staffed
from tests.production.visitor import NotTaken, Visitor

WRITERS = 3
PARTS = ("rabbitmq", "postgresql", "objects")  # then redis, in their place
PROCESSES = ("web-1", "cpu", "io", "scheduler", "nginx")  # once each
RECOVERED_WITHIN_S, GIVEN_UP_AFTER_S = 60.0, 300.0
QUIET_S = 3.0  # load between two kills


@dataclass
class Figures:
    parts: int = 0
    kills: int = 0
    process_kills: int = 0
    acknowledged: int = 0
    not_taken: int = 0
    lost: int = 0
    wrong: int = 0
    unbroken_s: float = 0.0  # what the same takes under the same load where nothing was killed
    recovered_s: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)

    @property
    def longest(self) -> float:
        return max((max(each) for each in self.recovered_s.values()), default=0.0)

    def line(self) -> str:
        by_part = " ".join(f"{name}={max(each):.1f}" for name, each in self.recovered_s.items())
        return (
            f"parts={self.parts} kills={self.kills} process_kills={self.process_kills}"
            f" acknowledged={self.acknowledged} not_taken={self.not_taken} lost={self.lost} wrong={self.wrong}"
            f" unbroken_s={self.unbroken_s:.1f} recovered_s_max={self.longest:.1f} ({by_part})"
            f" seconds={self.seconds:.0f}"
        )


class Trial:
    def __init__(self, built: House, kills: int, seconds: float) -> None:
        self.house, self.kills, self.figures = built, kills, Figures()
        self.began, self.until = time.monotonic(), time.monotonic() + seconds
        self.taken, self.is_over = Taken(), threading.Event()
        self.staffed = staffed(WRITERS + 2)
        self.reckoner = Reckoner(self._visitor(WRITERS), self.house.tend)
        self.probe = Writer(WRITERS + 1, self._visitor(WRITERS + 1), self.taken, self.is_over)

    def _visitor(self, number: int) -> Visitor:
        return Visitor(self.house.port, self.house.authority, self.staffed.keys[number])

    def wait_ready(self, patience_s: float) -> None:
        until = time.monotonic() + patience_s
        visitor = Visitor(self.house.port, self.house.authority)
        while not self._is_ready(visitor):
            if time.monotonic() > until:
                raise TimeoutError("the house does not get ready")
            self.house.tend()
            time.sleep(1)

    def _is_ready(self, visitor: Visitor) -> bool:
        try:
            return visitor.ask("GET", "/health/ready").status == 200
        except NotTaken:
            return False

    # --- the trial ----------------------------------------------------------------------------------------------------
    def go(self) -> Figures:
        done = Flows(Visitor(self.house.port, self.house.authority), self.house.tend).go()
        print(f"production: {'; '.join(done)}", flush=True)
        who = {"name": "Quiet", "birth_date": "1990-01-01", "sex": "female"}
        case = self.reckoner.visitor.call("POST", "cases", {"patient": {"new": who}, "question": "In quiet?"})
        self.reckoner.learn(case["id"])
        writers = [Writer(number, self._visitor(number), self.taken, self.is_over) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        self._kill_in_turn()
        self.is_over.set()
        for writer in writers:
            writer.join(120)
        return self._reckon()

    def _kill_in_turn(self) -> None:
        self._wait(QUIET_S)
        began = time.monotonic()
        self._whole_again()
        self.figures.unbroken_s = time.monotonic() - began
        for name in PARTS * self.kills:
            self._kill(name)
        self.house.move_to_redis()
        for _ in range(self.kills):
            self._kill("redis")
        for name in PROCESSES:
            self._kill(name, is_part=False)

    def _kill(self, name: str, *, is_part: bool = True) -> None:
        if time.monotonic() > self.until:
            return  # and the figures complain
        self._wait(QUIET_S)
        part = self.house.parts.get(name) or self.house.members[name]
        part.kill()
        killed_at = time.monotonic()
        time.sleep(RESTARTED_AFTER_S)
        part.start()
        part.wait_ready()
        answers_s = time.monotonic() - killed_at
        self._whole_again()
        took = time.monotonic() - killed_at
        self.figures.recovered_s.setdefault(name, []).append(took)
        if is_part:
            self.figures.kills += 1
        else:
            self.figures.process_kills += 1
        print(f"production: {name} killed, answers after {answers_s:.1f} s, all works after {took:.1f} s", flush=True)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.house.tend()
            time.sleep(0.1)

    def _whole_again(self) -> None:
        """A whole cycle of writes that was begun after the part was back, with the answers of both engines."""
        done = _Cycle(self.probe)
        done.start()
        until = time.monotonic() + GIVEN_UP_AFTER_S
        while done.is_alive():
            if time.monotonic() > until:
                raise TimeoutError("a part was back, and nothing works")
            self.house.tend()
            time.sleep(0.1)
        self.reckoner.said_of_document(done.made["document"])
        self.reckoner.said_of_sheet(done.made["sheet"])

    # --- the reckoning ------------------------------------------------------------------------------------------------
    def _reckon(self) -> Figures:
        found = self.reckoner.reckon(self.taken)
        close_old_connections()
        doubled = self._doubled()
        figures = self.figures
        figures.parts = len(PARTS) + 1
        figures.acknowledged, figures.not_taken = self.taken.count(), sum(self.taken.refused.values())
        figures.lost, figures.wrong = len(found.lost), len(found.wrong) + doubled
        figures.seconds = time.monotonic() - self.began
        figures.complaints = [*found.lost[:10], *found.wrong[:10]]
        if figures.kills < figures.parts * self.kills:
            figures.complaints.append(f"the time was over after {figures.kills} kills of parts")
        if figures.process_kills < len(PROCESSES):
            figures.complaints.append(f"the time was over after {figures.process_kills} kills of processes")
        if doubled:
            figures.complaints.append(f"{doubled} runs were brought to an end more than once")
        if figures.longest > RECOVERED_WITHIN_S:
            figures.complaints.append(f"a part was not whole again within {RECOVERED_WITHIN_S:.0f} s")
        if not self._audit_holds():
            figures.complaints.append("the audit does not hold")
        for words, count in self.taken.refused.most_common(8):
            print(f"production: not taken {count} times: {words}", flush=True)
        return figures

    def _audit_holds(self) -> bool:
        try:
            call_command("audit_verify")
        except SystemExit as said:
            return not said.code
        return True

    def _doubled(self) -> int:
        with machinery():
            ends = Counter(Entry.objects.filter(kind=EntryKind.RUN_FINISHED).values_list("subject_id", flat=True))
            results = Counter(Result.objects.values_list("run_id", flat=True))
        return sum(count > 1 for count in (ends | results).values())


class _Cycle(threading.Thread):
    """Beside the main thread, which has to look after the processes meanwhile."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(daemon=True)
        self.writer, self.made = writer, dict[str, str]()

    def run(self) -> None:
        self.made = self.writer.cycle()
