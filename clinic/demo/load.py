"""Loads the demo through the actions that real data come by, as the people who would do it."""

import json
import os
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clinic.actions import cases, consents, notes, patients, people, reports, runs, sites, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.roles import ROLES, Role
from clinic.authorization.scope import scope
from clinic.demo import parts
from clinic.demo.files import MAKERS
from clinic.demo.parts import Stage
from clinic.demo.story import COLLEAGUES, PATIENTS, SITE, STORIES, Story
from clinic.models import Case, Patient, ReportDraft, Site, Upload, User
from clinic.report_body import Body

LOADER = "demo"


def is_loaded() -> bool:
    return Site.objects.filter(name=SITE).exists()


@transaction.atomic
def load() -> None:
    """All of it or nothing: half a demo would be taken for the whole at the next start."""
    site = sites.create(by=Actor.system(LOADER), name=SITE)
    password = _password()
    with scope(site=site.pk):
        staff = {c.role: _hire(site, c.role, c.name, c.email, password) for c in COLLEAGUES}
    clinician = _actor(staff[Role.CLINICIAN], site, Role.CLINICIAN)
    with scope(site=site.pk, person=clinician.user_id):
        known = [patients.create(by=clinician, site=site, name=p.name, birth_date=p.born, sex=p.sex) for p in PATIENTS]
        told = {story.question: _tell(story, known[story.patient], staff, site) for story in STORIES}
        people = {role: _actor(person, site, role) for role, person in staff.items()}
        parts.tell(Stage(site, people, tuple(known), told))


def _hire(site: Site, role: Role, name: str, email: str, password: str) -> User:
    by = Actor.system(LOADER, site.pk)
    person = people.create(by=by, email=email, name=name, password=password if ROLES[role].signs_in else None)
    people.give_role(by=by, person=person, site=site, role=role)
    return person


def _actor(person: User, site: Site, role: Role) -> Actor:
    return Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({role}))


def _tell(story: Story, patient: Patient, staff: dict[Role, User], site: Site) -> Case:
    by = _actor(staff[Role.CLINICIAN], site, Role.CLINICIAN)
    due_at = timezone.now() + timedelta(minutes=story.due_in_minutes) if story.due_in_minutes else None
    case = cases.open_case(
        by=by, patient=patient, question=story.question, urgency=story.urgency, encounter=story.encounter,
        assignee=staff[story.assignee] if story.assignee else None, due_at=due_at,
    )  # fmt: skip
    for purpose in story.consents:
        consents.record(by=by, case=case, purpose=purpose, is_given=True)
    kept = [_add_file(by, case, kind) for kind in story.files]
    for role, words in story.notes:
        notes.write(by=_actor(staff[role], site, role), case=case, body=words)
    if story.check:
        runs.request(by=by, kind="clinic.check", case=case, uploads=kept, params={"mode": story.check})
    if story.engine:
        runs.request(by=by, kind=story.engine, case=case, uploads=kept)
    for state in story.moves:
        case = cases.move(by=by, case=case, to=state)
    for words in story.reports:
        _sign(by, case, words)
    return case


def _sign(by: Actor, case: Case, words: str) -> None:
    """One sentence, written by who signs it; a second version says it anew."""
    if case.reports.exists():
        [sentence] = Body.of(reports.begin_amendment(by=by, case=case).body).sentences
        reports.reword(by=by, case=case, sentence=sentence.id, text=words, seen=sentence.revision)
    else:
        reports.write(by=by, case=case, section="impression", text=words, is_mine=True)
    draft = ReportDraft.objects.get(case=case)
    reports.sign(by=by, case=case, seen=draft.revision, confirmed_at=timezone.now(), reason="Something was added.")


def _add_file(by: Actor, case: Case, kind: str) -> Upload:
    name, data = MAKERS[kind](case.reference)
    upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[data], name=name)
    return upload


def _password() -> str:
    """One for all demo people, made at random here and kept where only this installation's user reads."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    known = [{"email": c.email, "role": c.role.value} for c in COLLEAGUES if ROLES[c.role].signs_in]
    told = {"password": password, "people": known}
    path = settings.HOME / "demo.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(told, file)
    return password


def logins() -> dict[str, Any]:
    """Nobody where a database of somewhere else holds the demo: the password is in the home it was loaded from."""
    try:
        told: dict[str, Any] = json.loads((settings.HOME / "demo.json").read_text())
    except FileNotFoundError:
        return {"people": [], "password": "(in demo.json of the home the demo was loaded from)"}
    return told
