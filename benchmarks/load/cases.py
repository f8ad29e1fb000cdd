"""What a case costs while ever more of them lie in the database, and how often its pages ask the database.

A case here is a small day of its own: it is opened, a letter and a note are sent to it and worked on, and somebody
looks at the list, at the case and at the review queue. What counts is what the whole house computes for it.
"""

import random
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

from benchmarks.data import session_of
from benchmarks.installation import Installation
from benchmarks.load import alone, processes
from benchmarks.load.figures import Told, mean_of
from benchmarks.load.people import LETTER, NOTE, Notes, Person, World
from benchmarks.load.world import wait_until_done

PATIENTS, BATCH, STILL_OPEN, WARM = 500, 2000, 0.1, 8
QUESTIONS = ("Fever and cough for four days", "Rash on trunk, no fever", "Follow-up film after treatment",
             "Abdominal pain, letter from school nurse", "Wheeze, poor feeding")  # fmt: skip
NO_QUESTION = ("django_session", "SAVEPOINT", "BEGIN", "COMMIT")
PAGES = {"case list": "/cases/", "all cases": "/cases/?show=all", "review queue": "/review/",
         "documents": "/documents/", "jobs": "/jobs/"}  # fmt: skip


def measure(at: Installation, wish: Any) -> Told:
    wait_until_done()
    shelf = Shelf()
    sizes = [int(word) for word in str(wish.cases).split(",")]
    return {
        "blocks": wish.blocks, "block": wish.block, "open": STILL_OPEN,
        "sizes": [_at_size(at, shelf, size, wish) for size in sorted(sizes)],
    }  # fmt: skip


def _at_size(at: Installation, shelf: "Shelf", size: int, wish: Any) -> Told:
    began = time.monotonic()
    shelf.fill_to(size)
    filled_s = time.monotonic() - began
    worker = CaseWorker(shelf.world(at.port))
    worker.work(WARM)
    wait_until_done()
    idle = sum(alone.idle_rates(at.pid).values())
    blocks = [_block(at.pid, worker, wish.block) for _ in range(wish.blocks)]
    costs = [max(0.0, cpu - idle * wall) / wish.block for cpu, wall in blocks]
    print(f"load: {size} cases: {mean_of(costs).value:.3f} CPU seconds a case", flush=True)
    return {
        "cases": size, "filled_s": round(filled_s, 1), "idle_cores": round(idle, 4),
        "cpu_s_a_case": mean_of(costs), "wall_s_a_case": mean_of([wall / wish.block for _cpu, wall in blocks]),
        "errors": worker.person.notes.error_count, "queries": shelf.queries(),
    }  # fmt: skip


def _block(root: int, worker: "CaseWorker", count: int) -> tuple[float, float]:
    before, began = processes.cpu_seconds(root), time.monotonic()
    worker.work(count)
    return processes.cpu_seconds(root) - before, time.monotonic() - began


class CaseWorker:
    """By way of the pages and the API, like everybody."""

    def __init__(self, world: World) -> None:
        self.person, self.chance = Person(0, world, Notes()), random.Random(17)

    def work(self, cases: int) -> None:
        for _ in range(cases):
            self._one()
        wait_until_done(look_every_s=0.1)

    def _one(self) -> None:
        body = {"patient": {"id": self.person.world.question}, "question": self.chance.choice(QUESTIONS)}
        case = self.person.send("a case", "cases", body)
        if case is None:
            return
        for name, path, text in (("a letter", "documents", LETTER), ("a note", "extractions", NOTE)):
            self.person.send(name, path, {"case": case["id"], "text": text.format(self.chance.random()), "wait": 0})
        for name, address in (("list", "/cases/"), ("case", f"/cases/{case['id']}/"), ("queue", "/review/")):
            self.person.read(name, address)


class Shelf:
    """A site of its own that is filled with cases: nine of ten are closed, as in a house that has been at work for
    years; each has a run, and the open ones wait for a person."""

    def __init__(self) -> None:
        from clinic.actions import keys, people, sites, subject_keys
        from clinic.authorization.actor import Actor
        from clinic.authorization.roles import ROLES, Role
        from clinic.authorization.scope import scope
        from clinic.models import Patient

        self.site = sites.create(by=Actor.system("bench"), name="Bench")
        system, self.count, self.chance = Actor.system("bench", self.site.pk), 0, random.Random(7)
        with scope(site=self.site.pk):
            self.person = people.create(by=system, email="bench@example.org", name="Dr B. Ench")
            for role in (Role.CLINICIAN, Role.REVIEWER):
                people.give_role(by=system, person=self.person, site=self.site, role=role)
            self.by = Actor.person(user_id=self.person.pk, label=self.person.name, site_id=self.site.pk,
                                   roles=frozenset({Role.CLINICIAN}))  # fmt: skip
            self.key = keys.issue(by=self.by, owner=self.person, name="cases", scopes=ROLES[Role.CLINICIAN].permissions,
                                  days=1).secret  # fmt: skip
            self.patients = [Patient(site=self.site, number=number + 1) for number in range(PATIENTS)]
            for patient in self.patients:
                subject_keys.create(subject_id=patient.pk, site_id=self.site.pk)
            Patient.objects.bulk_create(self.patients)

    def world(self, port: int) -> World:
        """The patient of new cases stands where the question of a practice would."""
        cookie = session_of(self.person, self.site)
        return World(port, [], {}, [cookie], [self.key], str(self.patients[0].pk))

    def fill_to(self, size: int) -> None:
        from clinic.authorization.scope import scope
        from clinic.models import Site

        with scope(site=self.site.pk):
            have = Site.objects.get(pk=self.site.pk).last_case_number
            for first in range(have, size, BATCH):
                self._add(first, min(BATCH, size - first))
        _tidy()

    def _add(self, first: int, count: int) -> None:
        """Each begins open, as the database demands; what has ended is closed then."""
        from django.db import transaction
        from django.utils import timezone

        from clinic.models import Case, CaseState, CaseWords, ReviewItem, Run, RunState, Site

        now = timezone.now()
        with transaction.atomic():
            cases = [self._case(first + number + 1, now) for number in range(count)]
            Case.objects.bulk_create(cases, batch_size=1000)
            words = [
                CaseWords(case=one, site_id=self.site.pk, words=f"{one.reference} {one.question}") for one in cases
            ]
            CaseWords.objects.bulk_create(words, batch_size=1000)
            still_open = [case for case in cases if self.chance.random() < STILL_OPEN]
            Case.objects.filter(number__gt=first).exclude(pk__in=[case.pk for case in still_open]).update(
                state=CaseState.CLOSED
            )
            waiting = [self._run(case, RunState.FAILED, now) for case in still_open]
            not_ended = set(still_open)
            Run.objects.bulk_create(waiting, batch_size=1000)
            done = [self._run(case, RunState.SUCCEEDED, now) for case in cases if case not in not_ended]
            Run.objects.bulk_create(done, batch_size=1000)
            ReviewItem.objects.bulk_create([self._item(run) for run in waiting], batch_size=1000)
            Site.objects.filter(pk=self.site.pk).update(last_case_number=first + count, last_patient_number=PATIENTS)

    def _case(self, number: int, now: Any) -> Any:
        """Due in days: reminding people of a thousand at once would be another measurement."""
        from clinic.models import Case, Urgency

        opened = now - timedelta(minutes=self.chance.randint(1, 500_000))
        return Case(site=self.site, patient=self.chance.choice(self.patients), number=number, age_years=3,
                    question=self.chance.choice(QUESTIONS), urgency=self.chance.choice(Urgency.values),
                    opened_by=self.person, opened_at=opened, state_since=opened,
                    due_at=now + timedelta(days=self.chance.randint(2, 9)),
                    assignee=self.person if self.chance.random() < 0.3 else None)  # fmt: skip

    def _run(self, case: Any, state: Any, now: Any) -> Any:
        from clinic.models import Run

        return Run(site=self.site, case=case, kind="clinic.letters", fingerprint=str(uuid4()), lane="cpu", attempts=1,
                   state=state, requested_at=case.opened_at, finished_at=now)  # fmt: skip

    def _item(self, run: Any) -> Any:
        from clinic.models import ReviewItem

        return ReviewItem(site=self.site, capability="clinic.letters", case=run.case, run=run, reasons=["failure"],
                          risk=self.chance.random(), uncertainty=self.chance.random(),
                          created_at=run.requested_at)  # fmt: skip

    def queries(self) -> dict[str, int]:
        """The fewest of three times: the first fetches what is kept afterwards."""
        from django.conf import settings
        from django.test import Client

        from clinic.authorization.scope import scope
        from clinic.models import Case

        with scope(site=self.site.pk):
            newest = Case.objects.order_by("-opened_at").first()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(self.person, self.site)
        pages = PAGES | {"a case": f"/cases/{newest.pk}/"} if newest else PAGES
        return {name: min(_queries_of(client, path) for _ in range(3)) for name, path in sorted(pages.items())}


def _queries_of(client: Any, path: str) -> int:
    """As the tests of pages count them: a session is saved at most once a second, so that is left out, as are the marks
    of transactions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"load: {path} answered {answer.status_code}")
    return len([one for one in asked if not any(word in one["sql"] for word in NO_QUESTION)])


def _tidy() -> None:
    """What the database does by itself within minutes: what is measured is no database that was filled just now."""
    import psycopg
    from django.conf import settings

    from clinic.embedded.postgres import SUPERUSER, Embedded

    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER), autocommit=True) as superuser:
        superuser.execute("VACUUM ANALYZE")
        superuser.execute("CHECKPOINT")
