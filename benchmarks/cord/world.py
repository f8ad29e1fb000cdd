"""One site with the people whom a stop needs, and letters that are asked about."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clinic.actions import cases, patients, people, runs, sites, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.inference.letters.corpus import letters
from clinic.models import Case, Run, Site, Upload

KIND = "clinic.letters"
SEED = 900_000  # no letter of these was learned from, calibrated on or sealed
PATIENCE_S = 280.0


@dataclass(frozen=True)
class World:
    home: Path
    site: Site
    clinician: Actor
    engineer: Actor
    lead: Actor
    case: Case


def make(home: Path) -> World:
    site = sites.create(by=Actor.system("bench"), name="Cord")
    by = Actor.system("bench", site.pk)
    with scope(site=site.pk):
        clinician, engineer, lead = (_person(by, site, role) for role in (Role.CLINICIAN, Role.ENGINEER, Role.LEAD))
        case = cases.open_case(by=by, patient=patients.create(by=by, site=site), question="How urgent?")
    return World(home, site, clinician, engineer, lead, case)


def _person(by: Actor, site: Site, role: Role) -> Actor:
    user = people.create(by=by, email=f"{role}@cord.example", name=f"Dr {role.title()}")
    people.give_role(by=by, person=user, site=site, role=role)
    return Actor.person(user_id=user.pk, label=user.name, site_id=site.pk, roles=frozenset({role}))


def add_letters(world: World, count: int, *, seed: int) -> list[Upload]:
    """In the row scope of the site."""
    texts = [letter.text for letter in letters(count, seed=SEED + seed)]
    return [
        uploads.store_whole(by=world.clinician, case=world.case, chunks=[f"{text}\nLetter {seed}-{n}\n".encode()],
                            name="letter.txt")[0]
        for n, text in enumerate(texts)
    ]  # fmt: skip


def ask(world: World, upload: Upload) -> Run:
    run, _is_new = runs.request(by=world.clinician, kind=KIND, case=world.case, uploads=[upload])
    return run


def wait_for(what: Callable[[], bool], *, every_s: float = 0.02) -> float:
    """How long it took; a thing that does not come ends the measurement."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > PATIENCE_S:
            raise SystemExit("what was waited for did not come")
        time.sleep(every_s)
    return time.monotonic() - began


def is_over(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk).exclude(finished_at=None).exists()


def all_over(runs: list[Run]) -> Callable[[], bool]:
    return lambda: not Run.objects.filter(pk__in=[run.pk for run in runs], finished_at=None).exists()
