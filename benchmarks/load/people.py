"""People at work in all five capabilities: each reads a page or sends something, then thinks."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.ledger import Acknowledged

THINK_S, LONGEST_THINK_S, PATIENCE_S = 8.0, 60.0, 30.0
KEPT_S = 1.0
ANSWERS_A_PRACTICE = 5
MIX = {"list": 35, "one": 30, "case": 25, "send": 10}  # of a hundred acts
LISTS = {"cases": "/cases/?show=all", "consult": "/consults/", "documents": "/documents/", "facts": "/extraction/",
         "films": "/films/", "coaching": "/coaching/", "jobs": "/jobs/"}  # fmt: skip
SAID = "Cough for three days, no fever. She drinks well and plays. No allergies, no medicines."
LETTER = "Dear colleague, this girl has had palpitations and chest pain on exertion for two months. Number {}."
NOTE = "Four days of fever. Amoxicillin 250 mg three times a day for 5 days. No known allergies. Number {}."
ANSWER = (
    "May I sit down? I am afraid the picture shows an infection. We can treat it. What worries you most? Number {}."
)
DOCUMENT, FACTS, WORDS, TYPED = "a document", "a note", "what was said", "an answer"
WORKED_ON = frozenset(f"send {name}" for name in (DOCUMENT, FACTS, WORDS, TYPED))  # whose success promises a run


@dataclass(frozen=True)
class World:
    """Addresses of single things, by capability, and whose session and key each person has."""

    port: int
    cases: list[str]
    pages: dict[str, list[str]]
    cookies: list[str]
    keys: list[str]
    question: str


@dataclass
class Notes:
    """What all people saw. They write at once."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)

    def went_well(self, name: str, ms: float) -> None:
        with self.lock:
            self.times.setdefault(name, []).append(ms)

    def was_promised(self, what: Acknowledged) -> None:
        with self.lock:
            self.acknowledged.append(what)

    def went_wrong(self, name: str, problem: str) -> None:
        with self.lock:
            self.errors.setdefault(name, []).append(problem)

    @property
    def every_ms(self) -> list[float]:
        return [ms for times in self.times.values() for ms in times]

    @property
    def error_count(self) -> int:
        return sum(map(len, self.errors.values()))


class Person:
    def __init__(self, number: int, world: World, notes: Notes) -> None:
        self.world, self.notes, self.chance = world, notes, random.Random(number)
        self.cookie, self.key = world.cookies[number], world.keys[number]
        self.line = http.client.HTTPConnection("127.0.0.1", world.port, timeout=PATIENCE_S)
        self.practice, self.answers, self.asked_at = "", 0, 0.0

    def work(self, until: float, think_s: float = THINK_S) -> None:
        time.sleep(self.chance.uniform(0, think_s))  # nobody begins together
        while time.monotonic() < until:
            self.act()
            thinks_s = min(self.chance.expovariate(1 / think_s), LONGEST_THINK_S)
            time.sleep(max(0.0, min(thinks_s, until - time.monotonic())))

    def act(self) -> None:
        match self.chance.choices(list(MIX), list(MIX.values()))[0]:
            case "list":
                self.look_at_list(self.chance.choice(list(LISTS)))
            case "one":
                self.look_at_one(self.chance.choice([name for name, paths in self.world.pages.items() if paths]))
            case "case":
                self.look_at_case()
            case _:
                self.chance.choice(self.sendings())()

    # --- reading ------------------------------------------------------------------------------------------------------

    def look_at_list(self, name: str) -> None:
        self.read(f"read {name}", LISTS[name])

    def look_at_one(self, name: str) -> None:
        self.read(f"read one of {name}", self.chance.choice(self.world.pages[name]))

    def look_at_case(self) -> None:
        self.read("read a case", f"/cases/{self.chance.choice(self.world.cases)}/")

    def read(self, name: str, path: str) -> None:
        self._ask(name, "GET", path, {"Cookie": f"session={self.cookie}"})

    # --- sending ------------------------------------------------------------------------------------------------------

    def sendings(self) -> list[Callable[[], None]]:
        return [self.send_document, self.send_facts, self.say, self.practise]

    def send(self, name: str, path: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        return self._ask(f"send {name}", "POST", f"/api/v1/{path}", headers, json.dumps(body))

    def send_document(self) -> None:
        text = LETTER.format(self.chance.random())
        self.send(DOCUMENT, "documents", {"case": self._a_case(), "text": text, "wait": 0})

    def send_facts(self) -> None:
        text = NOTE.format(self.chance.random())
        self.send(FACTS, "extractions", {"case": self._a_case(), "text": text, "wait": 0})

    def say(self) -> None:
        consult = self.send("a consult", "consults", {"case": self._a_case(), "language": "en"})
        if consult:
            self.send(WORDS, f"consults/{consult['id']}/words", {"text": SAID, "wait": 0})

    def practise(self) -> None:
        if self.answers % ANSWERS_A_PRACTICE == 0:
            begun = self.send("a practice", "coaching/practices", {"question": self.world.question, "keeps": "all"})
            self.practice = begun["id"] if begun else ""
        if self.practice:
            self.answers += 1
            text = ANSWER.format(self.chance.random())
            self.send(TYPED, f"coaching/practices/{self.practice}/typed", {"text": text})

    def _a_case(self) -> str:
        return self.chance.choice(self.world.cases)

    def _ask(self, name: str, method: str, path: str, headers: dict[str, str], body: str | None = None) -> Any:
        self._hang_up_if_old()
        began = time.perf_counter()
        try:
            self.line.request(method, path, body=body, headers=headers)
            answer = self.line.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self.line.close()
            self.notes.went_wrong(name, type(problem).__name__)
            return None
        self.asked_at = time.monotonic()
        if answer.status >= 400:
            self.notes.went_wrong(name, f"{answer.status} {path.split('/')[-1][:20]}")
            return None
        self.notes.went_well(name, 1000 * (time.perf_counter() - began))
        if method == "GET":
            return None
        made = json.loads(said)
        if name in WORKED_ON:
            self.notes.was_promised(Acknowledged(name, answer.getheader("X-Request-Id", ""), str(made.get("id", ""))))
        return made

    def _hang_up_if_old(self) -> None:
        """The server lets a silent line go after two seconds; a browser notices, and calls again."""
        if time.monotonic() - self.asked_at > KEPT_S:
            self.line.close()


def crowd(count: int, world: World, seconds: float) -> tuple[Notes, float]:
    """What they saw, and how long it took until the last had gone."""
    notes, began = Notes(), time.monotonic()
    people = [Person(number, world, notes) for number in range(count)]
    threads = [threading.Thread(target=one.work, args=(began + seconds,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 4 * PATIENCE_S)
    return notes, time.monotonic() - began
