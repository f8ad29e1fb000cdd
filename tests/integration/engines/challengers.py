"""An engine that wants to take over, and cases that people have decided."""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from clinic.actions import engine_moves, engine_proposals, engines, proposals
from clinic.authorization.roles import Role
from clinic.models import Case, Deployment, GoldenRun, ItemState, Result, ReviewItem, Run, RunState, ShadowAnswer
from tests.make import Person, Staff
from tests.unit.engines.folders import copied

LETTERS = "clinic.letters"
WHY = "It did better on what people decided."
LABELS = ("routine", "urgent", "emergency")
_versions = itertools.count(2)


def candidate(staff: Staff, folder: Path, *, of: str = "letters-1", **facts: Any) -> Deployment:
    by = staff[Role.ENGINEER]
    source = copied(folder / "source", of=of, version=f"{next(_versions)}.0.0", **facts)
    with by.at_work():
        return engines.install(by=by.actor, site=by.site, folder=source)


def shadow(staff: Staff, folder: Path, **facts: Any) -> Deployment:
    by, held = staff[Role.ENGINEER], candidate(staff, folder, **facts)
    with by.at_work():
        return engine_moves.start_shadow(by=by.actor, deployment=held, reason=WHY)


def prove(deployment: Deployment, *, is_ok: bool = True) -> GoldenRun:
    return GoldenRun.objects.create(
        engine=deployment.engine, is_ok=is_ok, cases=40, cause="asked", host="here", seconds=1
    )


def live(staff: Staff, rung: int = 0) -> Deployment:
    with staff[Role.ENGINEER].at_work():
        return Deployment.objects.select_related("engine").get(
            site=staff.site_id, rung=rung, state="live", capability=LETTERS
        )


def promoted(staff: Staff, deployment: Deployment) -> Deployment:
    """By two, with the gate open."""
    asks, agrees = staff[Role.ENGINEER], staff[Role.LEAD]
    with asks.at_work():
        proposal = engine_proposals.ask_to_promote(by=asks.actor, deployment=deployment, reason=WHY)
    with agrees.at_work():
        proposals.agree(by=agrees.actor, proposal=proposal, confirmed_at=timezone.now())
        return Deployment.objects.select_related("engine").get(pk=deployment.pk)


def decided(by: Person, case: Case, deployment: Deployment, *, cases: int, live_wrong: int, shadow_wrong: int,
            labels: tuple[str, ...] = LABELS) -> None:  # fmt: skip
    """Live answers that people decided, and what the challenger said to them: each wrong in so many of the first."""
    beside = Deployment.objects.select_related("engine").get(
        site=by.site, rung=deployment.rung, state="live", capability=deployment.capability
    )
    now = timezone.now()
    runs = [
        Run(site=by.site, case=case, kind=deployment.capability, state=RunState.SUCCEEDED, lane="cpu",
            finished_at=now, fingerprint=f"{number}-{deployment.pk}")
        for number in range(cases)
    ]  # fmt: skip
    Run.objects.bulk_create(runs)
    results, items, answers = [], [], []
    for number, run in enumerate(runs):
        truth = labels[number % len(labels)]
        wrong = labels[(number + 1) % len(labels)]
        result = Result(
            site=by.site, run=run, case=case, kind=run.kind, outcome={}, engine=str(beside.engine), output_sha256="",
            engine_digest=beside.engine.digest, facets={"label": wrong if number < live_wrong else truth},
        )  # fmt: skip
        results.append(result)
        items.append(ReviewItem(site=by.site, capability=deployment.capability, case=case, run=run, result=result,
                                risk=0.5, uncertainty=0.5, state=ItemState.DECIDED, decided_label=truth,
                                decided_at=now + timedelta(seconds=number)))  # fmt: skip
        said = {"label": wrong if number < shadow_wrong else truth}
        answers.append(ShadowAnswer(site=by.site, engine=deployment.engine, result=result, case=case, facets=said,
                                    milliseconds=1.0))  # fmt: skip
    Result.objects.bulk_create(results)
    ReviewItem.objects.bulk_create(items)
    ShadowAnswer.objects.bulk_create(answers)
