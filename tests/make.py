"""Test data, made through the actions like any other. Each function enters the row scope of the person it is given."""

import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from clinic.actions import cases, notes, patients, people, runs, sites, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import AuditEvent, Case, Note, Patient, Run, Site, Upload, User

SYSTEM = Actor.system("tests")
CHECK = "clinic.check"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """One person in one role at one site."""

    user: User
    site: Site
    role: Role

    @property
    def actor(self) -> Actor:
        roles = frozenset({self.role})
        return Actor.person(user_id=self.user.pk, label=self.user.name, site_id=self.site.pk, roles=roles)

    def at_work(self) -> AbstractContextManager[None]:
        """The row scope a request of this person has."""
        return scope(site=self.site.pk, person=self.user.pk)


@dataclass(frozen=True)
class Staff:
    """The people of one site: one per role. Kept by id, so that no test sees what another did to an object."""

    site_id: UUID
    ids: dict[Role, UUID]

    @property
    def site(self) -> Site:
        return Site.objects.get(pk=self.site_id)

    def __getitem__(self, role: Role) -> Person:
        return Person(User.objects.get(pk=self.ids[role]), self.site, role)

    def __iter__(self) -> Iterator[Person]:
        return (self[role] for role in self.ids)


class World:
    """What lies in the database before each test."""

    a: Staff
    b: Staff


def staff(site_name: str) -> Staff:
    site = sites.create(by=SYSTEM, name=site_name)
    ids = {role: person(site, role, email=f"{role}@{site_name.lower()}.example").user.pk for role in Role}
    return Staff(site.pk, ids)


def person(site: Site, role: Role, *, email: str = "", name: str = "", password: str | None = None) -> Person:
    """Hashing a password takes 20 ms: only who signs in by the form needs one."""
    email = email or f"{role}-{next(_numbers)}@elsewhere.example"
    user = people.create(by=SYSTEM, email=email, name=name or f"{role.title()} of {site.name}", password=password)
    with scope(site=site.pk):
        people.give_role(by=SYSTEM, person=user, site=site, role=role)
    return Person(user, site, role)


def patient(by: Person, **columns: Any) -> Patient:
    with by.at_work():
        return patients.create(by=by.actor, site=by.site, **columns)


def case(by: Person, *, of: Patient | None = None, question: str = "Is there a fracture?", **columns: Any) -> Case:
    subject = of or patient(by)
    with by.at_work():
        return cases.open_case(by=by.actor, patient=subject, question=question, **columns)


def note(by: Person, case: Case, body: str = "Seen today, no change.") -> Note:
    with by.at_work():
        return notes.write(by=by.actor, case=case, body=body)


def upload(by: Person, case: Case, data: bytes | None = None, name: str = "letter.txt") -> Upload:
    """Without `data` a text no other upload has."""
    content = data if data is not None else f"A letter, the {next(_numbers)}th of this test run.\n".encode()
    with by.at_work():
        made, _is_new = uploads.store_whole(by=by.actor, case=case, chunks=[content], name=name)
    return made


def run(by: Person, case: Case | None = None, inputs: Sequence[Upload] = (), batch: bool = False, **params: Any) -> Run:
    """A `clinic.check`; unless told otherwise, one that no other run of the test is twin to."""
    params.setdefault("label", f"run {next(_numbers)}")
    with by.at_work():
        made, _is_new = runs.request(by=by.actor, kind=CHECK, case=case, uploads=inputs, params=params, batch=batch)
    return made


def fresh_run(by: Person, run: Run) -> Run:
    with by.at_work():
        return Run.objects.select_related("case").get(pk=run.pk)


def audit_events(event: str = "", **columns: Any) -> list[dict[str, Any]]:
    """Bodies of what was written so far, in this transaction too, in no promised order."""
    rows = AuditEvent.objects.filter(**columns)
    return [json.loads(row.body) for row in (rows.filter(event=event) if event else rows)]


def settle() -> None:
    """Tests inside a transaction never commit: this gives their audit events their places in the chain now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
