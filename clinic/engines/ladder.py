"""Who may answer now, the best first. None is skipped silently: whoever answers carries why the better ones did not."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from clinic import stops
from clinic.capabilities import capability_named
from clinic.engines import opening, routing, wishes
from clinic.engines.receipts import Passed, Receipt, Why
from clinic.engines.routing import Demand, Route
from clinic.engines.unfit import Fault, Spent, Unfit
from clinic.models import Deployment, Engine, EngineState, EngineWish, Run, Site
from clinic.models.runs import RunError
from clinic.pipeline import Failed, load

NOBODY, STOPPED = "nobody_may_answer", "stopped"


@dataclass(frozen=True)
class Chosen:
    """An engine that is open, and the receipt its answer will carry."""

    engine: Engine
    deployment: Deployment
    folder: Path
    asked: Any  # what the handler asks: whatever the capability's loader gave
    receipt: Receipt


@dataclass
class Ladder:
    """The rungs of one capability at one site, for one run. `choose` again after `fell` goes on one lower."""

    site_id: UUID
    capability: str
    run_id: UUID
    holds_patient_data: bool
    passed: list[Passed] = field(default_factory=list)
    unfit: list[tuple[Engine, Unfit]] = field(default_factory=list)
    opened_anew: list[Engine] = field(default_factory=list)
    demand: Callable[[list[Deployment]], Demand] | None = None  # what this work asks, where engines are compared
    wish: str = EngineWish.BEST  # or the digest of one engine
    route: Route | None = None

    @classmethod
    def for_run(cls, run: Run, capability: str) -> "Ladder":
        """What belongs to a case is about a patient."""
        made = cls(run.site_id, capability, run.pk, holds_patient_data=run.case_id is not None)
        if name := capability_named(capability).demand:
            made.demand = lambda held: load(name)(run, held)
            made.wish = wishes.of_run(run)
        return made

    def choose(self) -> Chosen:
        if stops.standing(self.site_id, self.capability).is_all:  # of a stopped class nothing is known before it speaks
            raise Failed(RunError.NOBODY_MAY_ANSWER, detail_code=STOPPED)
        for deployment in self._left():
            chosen = self._try(deployment)
            if chosen:
                return chosen
        raise Failed(RunError.NOBODY_MAY_ANSWER, detail_code=NOBODY)

    def fell(self, chosen: Chosen, fault: Fault = Fault.BROKE, spent: Spent | None = None) -> None:
        """It was chosen and could not answer."""
        self._pass_over(chosen.deployment, Why.BROKE, fault, spent)

    def _left(self) -> Iterator[Deployment]:
        self.route = self._routed(rungs(self.site_id, self.capability, self.run_id))
        tried = {each.digest for each in self.passed}
        for each in self.route.unmeasured:
            if each.engine.digest not in tried:
                self._pass_over(each, Why.UNMEASURED)
        return (each for each in self.route.order if each.engine.digest not in tried)

    def _routed(self, held: list[Deployment]) -> Route:
        """One engine alone is compared with nobody, unless another was wished for."""
        if self.demand is None or (len(held) < 2 and self.wish == EngineWish.BEST):
            return Route(tuple(held))
        return routing.route(held, self.demand(held), self.wish, self._why_barred)

    def _try(self, deployment: Deployment) -> Chosen | None:
        why = self._why_barred(deployment)
        if why:
            self._pass_over(deployment, why, deployment.out_reason if why == Why.OUT_OF_SERVICE else "")
            return None
        return self._open(deployment)

    def _why_barred(self, deployment: Deployment) -> Why | None:
        if deployment.out_since is not None:
            return Why.OUT_OF_SERVICE
        if deployment.engine.is_remote and self.holds_patient_data and not may_leave(self.site_id):
            return Why.REMOTE
        return None

    def _open(self, deployment: Deployment) -> Chosen | None:
        engine = deployment.engine
        is_anew = not opening.is_open(engine)
        try:
            asked = opening.open_engine(engine)
            if deployment.state == EngineState.LIVE:
                opening.demand_promoted(deployment)
        except Unfit as why:
            self.unfit.append((engine, why))
            self._pass_over(deployment, Why.UNFIT, why.fault)
            return None
        if is_anew:
            self.opened_anew.append(engine)
        receipt = Receipt.of(engine, deployment.rung, rollout=deployment.percent, passed=self.passed,
                             routing=self.route.told if self.route else None)  # fmt: skip
        return Chosen(engine, deployment, opening.folder_of(engine), asked, receipt)

    def _pass_over(self, deployment: Deployment, why: Why, detail: str = "", spent: Spent | None = None) -> None:
        self.passed.append(Passed.over(deployment.engine, deployment.rung, why, detail, spent))


def rungs(site_id: UUID, capability: str, run_id: UUID) -> list[Deployment]:
    """Read in one statement, so that a change of engines is seen whole or not at all. One on trial goes before the one
    it is to follow, for its share of the runs."""
    rows = Deployment.objects.filter(site=site_id, capability=capability).select_related("engine")
    held = [row for row in rows if row.state == EngineState.LIVE or is_drawn(run_id, row.percent)]
    return sorted(held, key=lambda row: (row.rung, row.state == EngineState.LIVE))


def is_drawn(run_id: UUID, percent: int) -> bool:
    """By the run's own number: asked again it falls out the same, and nobody chooses whom it falls on."""
    return int.from_bytes(hashlib.sha256(run_id.bytes).digest()[:4]) % 100 < percent


def may_leave(site_id: UUID) -> bool:
    return Site.objects.filter(pk=site_id, lets_patient_data_leave=True).exists()
