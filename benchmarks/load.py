"""`make load`: people at work in a private installation, with its demo and its real workers. PEOPLE=100 SECONDS=600.

Each person reads a page of a capability, or sends something to one, then thinks for eight seconds on average. What was
measured goes into docs/capacity.md, with what else the machine was doing.
"""

import argparse
import http.client
import json
import os
import platform
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.clients import Figures, figures
from benchmarks.installation import ROOT, Installation, installation

THINK_S = 8.0
PAPER = ROOT / "docs" / "capacity.md"
ROUTES = {"cases": "/cases/?show=all", "consult": "/consults/", "documents": "/documents/", "facts": "/extraction/",
          "films": "/films/", "coaching": "/coaching/", "jobs": "/jobs/"}  # fmt: skip
SAID = "Cough for three days, no fever. She drinks well and plays. No allergies, no medicines."
LETTER = "Dear colleague, this girl has had palpitations and chest pain on exertion for two months. Number {}."
NOTE = "Four days of fever. Amoxicillin 250 mg three times a day for 5 days. No known allergies. Number {}."
ANSWER = (
    "May I sit down? I am afraid the picture shows an infection. We can treat it. What worries you most? Number {}."
)


@dataclass
class Notes:
    lock: threading.Lock = field(default_factory=threading.Lock)
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def note(self, name: str, ms: float, problem: str = "") -> None:
        with self.lock:
            if problem:
                self.errors.setdefault(name, []).append(problem)
            else:
                self.times.setdefault(name, []).append(ms)


@dataclass
class World:
    """Addresses of single things of the demo, by capability."""

    cases: list[str]
    pages: dict[str, list[str]]
    cookies: list[str]
    keys: list[str]
    question: str


class Person(threading.Thread):
    def __init__(self, number: int, at: Installation, world: World, notes: Notes, until: float, think_s: float) -> None:
        super().__init__(daemon=True)
        self.at, self.world, self.notes, self.until, self.think_s = at, world, notes, until, think_s
        self.chance = random.Random(number)
        self.cookie, self.key = world.cookies[number], world.keys[number]
        self.line = http.client.HTTPConnection("127.0.0.1", at.port, timeout=30)
        self.practice = self.consult = ""

    def run(self) -> None:
        time.sleep(self.chance.uniform(0, self.think_s))  # nobody begins together
        while time.monotonic() < self.until:
            self.act()
            time.sleep(min(self.chance.expovariate(1 / self.think_s), 60))

    def act(self) -> None:
        sort = self.chance.choices(("list", "one", "case", "send"), (35, 30, 25, 10))[0]
        match sort:
            case "list":
                name = self.chance.choice(list(ROUTES))
                self.read(f"read {name}", ROUTES[name])
            case "one":
                name = self.chance.choice([name for name, paths in self.world.pages.items() if paths])
                self.read(f"read one of {name}", self.chance.choice(self.world.pages[name]))
            case "case":
                self.read("read a case", f"/cases/{self.chance.choice(self.world.cases)}/")
            case _:
                self.chance.choice((self.send_document, self.send_facts, self.say, self.practise))()

    def read(self, name: str, path: str) -> None:
        self._ask(name, "GET", path, {"Cookie": f"session={self.cookie}"})

    def send(self, name: str, path: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        return self._ask(f"send {name}", "POST", f"/api/v1/{path}", headers, json.dumps(body))

    def send_document(self) -> None:
        text = LETTER.format(self.chance.random())
        self.send("a document", "documents", {"case": self.chance.choice(self.world.cases), "text": text, "wait": 0})

    def send_facts(self) -> None:
        text = NOTE.format(self.chance.random())
        self.send("a note", "extractions", {"case": self.chance.choice(self.world.cases), "text": text, "wait": 0})

    def say(self) -> None:
        case = self.chance.choice(self.world.cases)
        consult = self.send("a consult", "consults", {"case": case, "language": "en"})
        if consult:
            self.send("what was said", f"consults/{consult['id']}/words", {"text": SAID, "wait": 0})

    def practise(self) -> None:
        if not self.practice:
            begun = self.send("a practice", "coaching/practices", {"question": self.world.question, "keeps": "all"})
            self.practice = begun["id"] if begun else ""
        if self.practice:
            text = ANSWER.format(self.chance.random())
            self.send("an answer", f"coaching/practices/{self.practice}/typed", {"text": text})

    def _ask(self, name: str, method: str, path: str, headers: dict[str, str], body: str | None = None) -> Any:
        began = time.perf_counter()
        try:
            self.line.request(method, path, body=body, headers=headers)
            answer = self.line.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self.line.close()
            self.notes.note(name, 0, type(problem).__name__)
            return None
        is_well = answer.status < 400
        code = "" if is_well else f"{answer.status} {path.split('/')[-1][:20]}"
        self.notes.note(name, 1000 * (time.perf_counter() - began), code)
        return json.loads(said) if is_well and method == "POST" else None


def prepare(people: int) -> World:
    """In Django: whose session and key each person has, and what there is to look at."""
    from benchmarks.data import session_of
    from classify.models import Document
    from clinic.actions import keys
    from clinic.authorization.actor import Actor
    from clinic.authorization.roles import Role
    from clinic.authorization.scope import scope
    from clinic.demo.story import MAIL, SITE
    from clinic.models import Case, CaseState, Site, User
    from coaching import asking
    from coaching.models import Practice
    from consult.models import Consult
    from extraction.models import FactSheet
    from radiology.models import Film

    site, person = Site.objects.get(name=SITE), User.objects.get(email=f"clinician@{MAIL}")
    by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.CLINICIAN}))
    with scope(site=site.pk, person=person.pk):
        pages = {"consult": (Consult, "/consults/{}/"), "documents": (Document, "/documents/{}/"),
                 "facts": (FactSheet, "/extraction/{}/"), "films": (Film, "/films/{}/"),
                 "coaching": (Practice, "/coaching/practices/{}/")}  # fmt: skip
        open_ones = Case.objects.filter(state__in=[CaseState.OPEN, CaseState.AWAITING_HUMAN])
        issued = [
            keys.issue(by=by, owner=person, name=f"load {n}", scopes=by.permissions, days=1) for n in range(people)
        ]
        return World(
            cases=[str(pk) for pk in open_ones.values_list("pk", flat=True)],
            pages={name: [path.format(pk) for pk in model.objects.values_list("pk", flat=True)]  # type: ignore[attr-defined]
                   for name, (model, path) in pages.items()},
            cookies=[session_of(person, site) for _ in range(people)],
            keys=[one.secret for one in issued],
            question=asking.questions(by)[0].id,
        )  # fmt: skip


def cpu_seconds(root: int) -> float:
    """Of the whole tree of processes, those that ended not counted."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        parents[pid], ticks[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {root}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks.get(pid, 0) for pid in ours) / os.sysconf("SC_CLK_TCK")


def runs_of_the_site() -> dict[str, int]:
    from django.db.models import Count

    from clinic.authorization.scope import machinery
    from clinic.models import Run

    with machinery():
        return dict(Run.objects.values_list("state").annotate(n=Count("pk")).values_list("state", "n"))


def wait_for_the_demo(patience_s: float = 300) -> None:
    """What the demo asked of engines is done before people come."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until and (runs_of_the_site().get("queued", 0) + runs_of_the_site().get("running", 0)):
        time.sleep(1)


def at_work(people: int, seconds: float, at: Installation, world: World, think_s: float) -> tuple[Notes, float]:
    notes, began = Notes(), time.monotonic()
    crowd = [Person(n, at, world, notes, began + seconds, think_s) for n in range(people)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(seconds + 120)
    return notes, time.monotonic() - began


def paper(people: int, seconds: float, told: dict[str, str], rows: list[tuple[str, Figures, int]]) -> str:
    lines = "\n".join(
        f"| {name} | {one.n} | {one.median_ms:.0f} | {one.p95_ms:.0f} | {errors} |" for name, one, errors in rows
    )
    facts = "\n".join(f"| {name} | {value} |" for name, value in told.items())
    return f"""# Capacity

What `make load PEOPLE={people} SECONDS={seconds:.0f}` measured; it writes this page. People read
pages of all five capabilities and send documents, notes, consults and answers, then think for {THINK_S:g} s on average.
Web, workers, database and the people themselves share one machine, so what the people cost is in it.

| what | figure |
|---|---|
{facts}

| request | n | median ms | 95 of 100 within ms | errors |
|---|---|---|---|---|
{lines}

## What to make of it
The bar is 95 of 100 within 1 s and no error with 100 people on two cores, nothing else running. A run with fewer
people, or beside other work (the line “load of the machine before” says so), does not show that bar. Workers scale by
lane and web servers by number ([deploying.md](deploying.md)); what the database takes is the limit of an installation.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--no-paper", action="store_true", help="leave docs/capacity.md as it is")
    wish = parser.parse_args()
    load_before = os.getloadavg()[0]
    with installation() as at:
        import django

        django.setup()
        wait_for_the_demo()
        world = prepare(wish.people)
        before, cpu_before = runs_of_the_site(), cpu_seconds(at.pid)
        notes, wall_s = at_work(wish.people, wish.seconds, at, world, THINK_S)
        wait_for_the_demo()
        after, cpu = runs_of_the_site(), cpu_seconds(at.pid) - cpu_before
    every = [ms for times in notes.times.values() for ms in times]
    errors = sum(len(found) for found in notes.errors.values())
    whole = figures(every, wall_s, errors)
    sent = sum(len(times) for name, times in notes.times.items() if name.startswith("send "))
    done = after.get("succeeded", 0) - before.get("succeeded", 0)
    told = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load of the machine before": f"{load_before:.1f}",
        "people, seconds": f"{wish.people}, {wish.seconds:.0f}",
        "ready with the demo": f"{at.ready_s:.1f} s",
        "requests": f"{whole.n} ({whole.per_second:.1f} a second)",
        "median, 95 of 100 within": f"{whole.median_ms:.0f} ms, {whole.p95_ms:.0f} ms",
        "errors": str(errors),
        "runs done, failed": f"{done}, {after.get('failed', 0) - before.get('failed', 0)}",
        "CPU seconds of the house": f"{cpu:.0f}",
        "CPU seconds a thing sent, reading included": f"{cpu / sent:.2f}" if sent else "nothing was sent",
    }
    rows = [
        (name, figures(times, wall_s), len(notes.errors.get(name, []))) for name, times in sorted(notes.times.items())
    ]
    for name, value in told.items():
        print(f"{name}: {value}")
    for name, one, wrong in rows:
        print(f"  {name:<24} n={one.n:<5} median={one.median_ms:.0f} ms p95={one.p95_ms:.0f} ms errors={wrong}")
    for name, found in notes.errors.items():
        print(f"  {name}: {', '.join(sorted(set(found))[:5])}")
    print(f"load: people={wish.people} seconds={wish.seconds:.0f} p50_ms={whole.median_ms:.0f} "
          f"p95_ms={whole.p95_ms:.0f} errors={errors} requests={whole.n}")  # fmt: skip
    if not wish.no_paper:
        PAPER.write_text(paper(wish.people, wish.seconds, told, rows))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    main()
