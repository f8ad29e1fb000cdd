"""From request to start of an interactive run on an idle worker, and two hundred small ones."""

import time
from uuid import UUID

from benchmarks.clients import figures
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Run, Site, User

ONE_BY_ONE, AT_ONCE = 60, 200


def measure(person: User, site: Site) -> None:
    by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.CLINICIAN}))
    with scope(site=site.pk, person=person.pk):
        waits = [_wait_ms(by, f"one {i}") for i in range(ONE_BY_ONE)]
        alone = figures(waits, 1.0)
        print(
            f"\nrun, idle worker: request to start median {alone.median_ms:.1f} ms,"
            f" p95 {alone.p95_ms:.1f} ms, n={alone.n}"
        )
        began = time.monotonic()
        made = [runs.request(by=by, kind="clinic.check", params={"label": f"many {i}"})[0].pk for i in range(AT_ONCE)]
        _until_final(made)
        took = time.monotonic() - began
    print(f"runs, {AT_ONCE} small ones at once: {took:.1f} s, {AT_ONCE / took:.0f}/s")


def _wait_ms(by: Actor, label: str) -> float:
    run, _ = runs.request(by=by, kind="clinic.check", params={"label": label})
    _until_final([run.pk])
    run.refresh_from_db()
    assert run.started_at is not None
    return 1000 * (run.started_at - run.requested_at).total_seconds()


def _until_final(made: list[UUID]) -> None:
    while Run.objects.filter(pk__in=made).active().exists():
        time.sleep(0.02)
