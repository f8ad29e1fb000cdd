"""Who may answer now, the best first. None is skipped silently: whoever answers carries why the better ones did not."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from clinic import stops
from clinic.engines import opening
from clinic.engines.receipts import Passed, Receipt, Why
from clinic.engines.unfit import Fault, Spent, Unfit
from clinic.models import Deployment, Engine, EngineState, Run, Site
from clinic.models.runs import RunError
from clinic.pipeline import Failed

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

    @classmethod
    def for_run(cls, run: Run, capability: str) -> "Ladder":
        """What belongs to a case is about a patient."""
        return cls(run.site_id, capability, run.pk, holds_patient_data=run.case_id is not None)

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
        tried = {each.digest for each in self.passed}
        return (each for each in rungs(self.site_id, self.capability, self.run_id) if each.engine.digest not in tried)

    def _try(self, deployment: Deployment) -> Chosen | None:
        if deployment.out_since is not None:
            self._pass_over(deployment, Why.OUT_OF_SERVICE, deployment.out_reason)
        elif deployment.engine.is_remote and self.holds_patient_data and not may_leave(self.site_id):
            self._pass_over(deployment, Why.REMOTE)
        else:
            return self._open(deployment)
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
        receipt = Receipt.of(engine, deployment.rung, rollout=deployment.percent, passed=self.passed)
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
