"""The demo as people find it: who they are, what there is to look at, and whether what was asked before is done."""

import time
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from benchmarks.load.ledger import RunSeen, seen
from benchmarks.load.people import World
from clinic.lanes import LANES

if TYPE_CHECKING:  # at run time only when Django is set up
    from clinic.authorization.actor import Actor
    from clinic.models import Site, User

ACTIVE = ("queued", "running")


def actor_and_site() -> "tuple[Actor, User, Site]":
    from clinic.authorization.actor import Actor
    from clinic.authorization.roles import Role
    from clinic.demo.story import MAIL, SITE
    from clinic.models import Site, User

    site, person = Site.objects.get(name=SITE), User.objects.get(email=f"clinician@{MAIL}")
    by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.CLINICIAN}))
    return by, person, site


def prepare(port: int, people: int) -> World:
    from benchmarks.data import session_of
    from classify.models import Document
    from clinic.actions import keys
    from clinic.authorization.scope import scope
    from clinic.models import Case, CaseState
    from coaching import asking
    from coaching.models import Practice
    from consult.models import Consult
    from extraction.models import FactSheet
    from radiology.models import Film

    by, person, site = actor_and_site()
    single = {"consult": (Consult, "/consults/{}/"), "documents": (Document, "/documents/{}/"),
              "facts": (FactSheet, "/extraction/{}/"), "films": (Film, "/films/{}/"),
              "coaching": (Practice, "/coaching/practices/{}/")}  # fmt: skip
    with scope(site=site.pk, person=person.pk):
        open_ones = Case.objects.filter(state__in=[CaseState.OPEN, CaseState.AWAITING_HUMAN])
        issued = [keys.issue(by=by, owner=person, name=f"load {number}", scopes=by.permissions, days=1)
                  for number in range(people)]  # fmt: skip
        return World(
            port=port,
            cases=[str(pk) for pk in open_ones.values_list("pk", flat=True)],
            pages={name: [path.format(pk) for pk in model.objects.values_list("pk", flat=True)]  # type: ignore[attr-defined]
                   for name, (model, path) in single.items()},
            cookies=[session_of(person, site) for _ in range(people)],
            keys=[one.secret for one in issued],
            question=asking.questions(by)[0].id,
        )  # fmt: skip


def runs_under_way(lanes: Collection[str] = LANES) -> int:
    from clinic.authorization.scope import machinery
    from clinic.models import Run

    with machinery():
        return Run.objects.filter(state__in=ACTIVE, lane__in=lanes).count()


def wait_until_done(patience_s: float = 300, look_every_s: float = 0.5) -> bool:
    """Whether all that was asked of engines has ended."""
    until = time.monotonic() + patience_s
    while runs_under_way():
        if time.monotonic() > until:
            return False
        time.sleep(look_every_s)
    return True


def runs_since(began: datetime) -> list[RunSeen]:
    return seen(began)
