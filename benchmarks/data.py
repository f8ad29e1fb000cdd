"""Ten thousand cases and one long one, written in bulk: what is measured is reading them."""

import json
import random
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone

from clinic.actions import people, sites, subject_keys
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import (
    Case,
    CaseWords,
    Entry,
    EntryKind,
    Note,
    Patient,
    ReviewItem,
    Run,
    RunState,
    Site,
    Urgency,
    User,
)

QUESTIONS = ("Fever and cough for four days", "Rash on trunk, no fever", "Follow-up film after treatment",
             "Abdominal pain, letter from school nurse", "Wheeze, poor feeding")  # fmt: skip
PATIENTS = 500


def load(cases: int, entries: int) -> tuple[User, Site, UUID]:
    site = sites.create(by=Actor.system("bench"), name="Bench")
    by = Actor.system("bench", site.pk)
    with scope(site=site.pk):
        person = people.create(by=by, email="bench@example.org", name="Dr B. Ench", password="a long bench password")
        people.give_role(by=by, person=person, site=site, role=Role.CLINICIAN)
        with transaction.atomic():
            many = _cases(site, person, cases)
            _waiting(many)
            long_one = _long_case(many[0], person, entries)
    _analyze()
    return person, site, long_one


def _analyze() -> None:
    """The database does so by itself within a minute: what is measured is no database that was filled just now."""
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER), autocommit=True) as superuser:
        superuser.execute("ANALYZE")


def _cases(site: Site, person: User, count: int) -> list[Case]:
    chance = random.Random(7)
    patients = [Patient(site=site, number=i + 1) for i in range(PATIENTS)]
    for patient in patients:
        subject_keys.create(subject_id=patient.pk, site_id=site.pk)
    Patient.objects.bulk_create(patients)
    now = timezone.now()
    rows = [
        Case(site=site, patient=chance.choice(patients), number=i + 1, question=chance.choice(QUESTIONS), age_years=3,
             urgency=chance.choice(Urgency.values), assignee=person if chance.random() < 0.3 else None,
             opened_by=person,
             opened_at=now - timedelta(minutes=i), due_at=now + timedelta(minutes=chance.randint(1, 600)))
        for i in range(count)
    ]  # fmt: skip
    Case.objects.bulk_create(rows, batch_size=1000)
    CaseWords.objects.bulk_create(
        [CaseWords(case=c, site_id=site.pk, words=f"{c.reference} {c.patient.pseudonym} {c.question}") for c in rows],
        batch_size=1000,
    )
    Site.objects.filter(pk=site.pk).update(last_case_number=count, last_patient_number=PATIENTS)
    return rows


def _waiting(cases: list[Case]) -> None:
    """One item a case in the review queue: of various risk, doubt and age."""
    chance, now = random.Random(11), timezone.now()
    runs = [
        Run(site_id=case.site_id, case=case, kind="clinic.letters", fingerprint=str(uuid4()), lane="cpu",
            state=RunState.FAILED, finished_at=now)
        for case in cases
    ]  # fmt: skip
    Run.objects.bulk_create(runs, batch_size=1000)
    ReviewItem.objects.bulk_create(
        [ReviewItem(site_id=run.site_id, capability="clinic.letters", case=run.case, run=run, reasons=["failure"],
                    risk=chance.random(), uncertainty=chance.random(),
                    created_at=now - timedelta(minutes=chance.randint(1, 900))) for run in runs],
        batch_size=1000,
    )  # fmt: skip


def _long_case(case: Case, person: User, count: int) -> UUID:
    """Each entry with its audit event, so that the page's proofs are real ones."""
    notes = [
        Note(site_id=case.site_id, case=case, author=person, body=f"Note {i} of the long case") for i in range(count)
    ]
    Note.objects.bulk_create(notes)
    events = {note.pk: uuid4() for note in notes}
    Entry.objects.bulk_create(
        Entry(site_id=case.site_id, case=case, kind=EntryKind.NOTE, actor=person, subject_id=note.pk,
              audit_event_id=events[note.pk]) for note in notes
    )  # fmt: skip
    told = json.dumps({"event": "note.written", "case": str(case.pk), "site": str(case.site_id)})
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO audit_event (id, body) VALUES (%s, %s)", [(pk, told) for pk in events.values()])
    return case.pk


def session_of(person: User, site: Site) -> str:
    """A signed-in session, made as signing in makes one: what is measured is not the password hash."""
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session["site"] = str(site.pk)
    session.save()
    return str(session.session_key)
