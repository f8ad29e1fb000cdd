"""What was asked, what came of it. Imported when the installation stands and Django is set up."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic.actions import cases, lost_work, patients, people, runs, sites, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Case, Entry, EntryKind, NoticeKind, Notification, Result, Run, RunError, RunState, Upload
from clinic.models.runs import ACTIVE

SYSTEM = Actor.system("faults")
CASES = 20
RUN_SECONDS = 0.05
FILE = b"a line of a letter that is hashed slowly\n" * 500


class Ledger:
    """One site, one clinician, some cases, and every run asked for."""

    def __init__(self) -> None:
        self.site = sites.create(by=SYSTEM, name="Faults")
        person = people.create(by=SYSTEM, email="clinician@faults.example", name="Clinician")
        with self.at_site():
            people.give_role(by=SYSTEM, person=person, site=self.site, role=Role.CLINICIAN)
        self.person = person
        self.by = Actor.person(user_id=person.pk, label=person.name, site_id=self.site.pk,
                               roles=frozenset({Role.CLINICIAN}))  # fmt: skip
        with self.at_site():
            self.cases = [self._case() for _ in range(CASES)]
        self.asked: list[UUID] = []

    @contextmanager
    def at_site(self) -> Iterator[None]:
        with scope(site=self.site.pk):
            yield

    def _case(self) -> tuple[Case, Upload]:
        patient = patients.create(by=self.by, site=self.site)
        case = cases.open_case(by=self.by, patient=patient, question="Does it hold?")
        letter, _is_new = uploads.store_whole(by=self.by, case=case, chunks=[FILE], name="letter.txt")
        return case, letter

    def ask(self, count: int) -> None:
        """Every fourth in the batch lane."""
        for _ in range(count):
            number = len(self.asked)
            self.asked.append(self.ask_for(f"run {number}", batch=number % 4 == 3, seconds=RUN_SECONDS).pk)

    def ask_for(self, label: str, *, batch: bool = False, **params: Any) -> Run:
        case, letter = self.cases[len(self.asked) % CASES]
        run, is_new = runs.request(by=self.by, kind="clinic.check", case=case, uploads=[letter],
                                   params={"label": label, **params}, batch=batch)  # fmt: skip
        assert is_new
        return run

    def busy_workers(self) -> set[str]:
        working = Run.objects.filter(state=RunState.RUNNING).values_list("worker", flat=True)
        return {name.partition("@")[0] for name in working}

    def take_back_all(self) -> None:
        for name in set(Run.objects.filter(state=RunState.RUNNING).values_list("worker", flat=True)):
            lost_work.reclaim(worker=name)

    def waiting_by_lane(self) -> dict[str, list[UUID]]:
        found: dict[str, list[UUID]] = {}
        for pk, lane in Run.objects.filter(state=RunState.QUEUED, not_before=None).values_list("pk", "lane"):
            found.setdefault(lane, []).append(pk)
        return found

    def first_started(self, pks: list[UUID], after: datetime) -> datetime | None:
        started = Run.objects.filter(pk__in=pks, started_at__gt=after).order_by("started_at")
        return started.values_list("started_at", flat=True).first()

    def done(self) -> int:
        return Run.objects.exclude(state__in=ACTIVE).count()

    def unfinished(self) -> int:
        return Run.objects.filter(state__in=ACTIVE).count()

    # --- the reckoning ------------------------------------------------------------------------------------------------

    def lost(self) -> int:
        """Asked for, and not brought to the end that was asked for."""
        done = set(Run.objects.filter(state=RunState.SUCCEEDED).values_list("pk", flat=True))
        answered = set(Result.objects.values_list("run_id", flat=True))
        return len(set(self.asked) - (done & answered))

    def doubled(self) -> int:
        """More than one result of a run, or more than one line in its case that says it was finished."""
        ends = Counter(Entry.objects.filter(kind=EntryKind.RUN_FINISHED).values_list("subject_id", flat=True))
        results = Counter(Result.objects.values_list("run_id", flat=True))
        return sum(count > 1 for count in (ends | results).values())

    def died_properly(self, run: Run, *errors: RunError) -> bool:
        run.refresh_from_db()
        notices = Notification.objects.filter(run_id=run.pk, kind=NoticeKind.RUN_DEAD, person=self.person)
        return run.state == RunState.FAILED and run.error in errors and notices.count() == 1
