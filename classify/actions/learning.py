"""The engine gets better from people: which documents they should label, and a new engine from what they decided."""

import shutil
from pathlib import Path
from uuid import UUID

import numpy as np
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from classify import kinds
from classify.inference import active
from classify.outcomes import LearnOutcome
from classify.specialty import ROUTES
from clinic import audit
from clinic.actions import corrections, engines, flags, runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Consent, Deployment, Engine, EngineState, Purpose, Result, Run, Site, TrainingItem
from clinic.models.learning import TrainingItemQuerySet

LOOKED_AT, MOST_LABELS = 2000, 200


def ask_for_labels(*, by: Actor, count: int) -> int:
    """Of the newest answers that nobody looks at, those that teach most, and at least a tenth drawn by chance."""
    by.require(Permission.ENGINES_MANAGE)
    if not 1 <= count <= MOST_LABELS:
        raise Refusal(Code.INVALID, fields={"count": [_("a whole number from 1 to %d") % MOST_LABELS]})
    with audit.act(by, "labels.asked_for") as doing:
        offered = _accepted(by)
        picks = _picks(offered, count, seed=int(timezone.now().timestamp())) if offered else []
        chance = sum(pick.why == active.CHANCE for pick in picks) / max(len(offered), 1)
        for pick in picks:
            sampling = chance if pick.why == active.CHANCE else flags.CHOSEN_BY_HAND
            flags.queue_for_label(by=by, result=offered[pick.row], sampling=sampling)
        doing.about(Site.objects.get(pk=by.here), capability=ROUTES.name, offered=len(offered), asked=len(picks))
        if not picks:
            doing.nothing_happened()
    return len(picks)


def _accepted(by: Actor) -> list[Result]:
    """Never of a patient who has withdrawn consent to training: nothing would be learned from it."""
    rows = Result.objects.filter(site=by.here, kind=ROUTES.kind, review_items=None, facets__margin__isnull=False)
    said = Consent.objects.filter(patient=OuterRef("case__patient"), purpose=Purpose.TRAINING).order_by("-at")
    rows = rows.alias(agrees=Subquery(said.values("is_given")[:1])).filter(Q(agrees=None) | Q(agrees=True))
    return list(rows.exclude(facets__label="").select_related("run__case", "case").order_by("-at")[:LOOKED_AT])


def _picks(offered: list[Result], count: int, *, seed: int) -> list[active.Pick]:
    facets = [result.facets for result in offered]
    entropies, margins, novelties = (
        np.array([float(one[name] or 0) for one in facets]) for name in ("entropy", "margin", "novelty")
    )
    return active.choose_by(entropies, margins, novelties, count, seed=seed)


def learn(*, by: Actor) -> tuple[Run, bool]:
    """A run that makes a candidate from the engine that is live now. It answers nobody before two persons agree."""
    by.require(Permission.ENGINES_MANAGE)
    live = Deployment.objects.filter(site=by.here, capability=ROUTES.name, state=EngineState.LIVE)
    first = live.order_by("rung").select_related("engine").first()
    if first is None:
        raise Refusal(Code.NO_ENGINE)
    newest = waiting(by.here).order_by("-at").values_list("at", flat=True).first()
    if newest is None:
        raise Refusal(Code.NOTHING_TO_LEARN)
    params = {"engine": first.engine.digest, "until": newest.isoformat()}
    return runs.request(by=by, kind=kinds.LEARN, params=params, batch=True)


def waiting(site_id: UUID) -> TrainingItemQuerySet:
    """Decisions on documents whose patients agree to training now."""
    return TrainingItem.objects.filter(site=site_id, capability=ROUTES.name).with_consent()


def record(*, run: Run, outcome: LearnOutcome, by: Actor) -> None:
    """In the finishing transaction of the run: the new engine is a candidate, and what it learned from is written."""
    if not outcome.made:
        return
    try:
        held = engines.install(by=by, site=run.site, folder=Path(outcome.draft))
    finally:
        shutil.rmtree(outcome.draft, ignore_errors=True)
    engine = Engine.objects.get(pk=held.engine_id)
    corrections.lesson(by=by, engine=engine, items=list(TrainingItem.objects.filter(pk__in=outcome.items)))
