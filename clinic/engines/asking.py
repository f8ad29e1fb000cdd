"""One run and the ladder of its capability: the first engine that may and can answer does."""

import logging
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import Error

from clinic.engines.ladder import Chosen, Ladder
from clinic.engines.unfit import Fault, Fell
from clinic.errors import Refusal
from clinic.pipeline import Failed, Outcome, RunKind, Work
from clinic.storage.errors import StorageError

T = TypeVar("T")
NOT_THE_ENGINE = (Failed, Refusal, StorageError, Error)  # the input, the store or the database: no other engine helps
log = logging.getLogger("rounds.engines")


@dataclass(frozen=True)
class Answered:
    outcome: Outcome
    chosen: Chosen | None = None  # nobody, where the kind asks no engine

    @property
    def engine(self) -> str:
        return str(self.chosen.engine) if self.chosen else self.outcome.engine


def ask(ladder: Ladder, sort: RunKind, work: Work) -> Answered:
    """Goes down a rung when an engine breaks; its receipt says so. What the chosen one has answered to the same before
    may stand in for asking it again, where its kind says so: a replay and an engine in the shadow are always asked."""
    while True:
        chosen = ladder.choose()
        mine = replace(work, engine=chosen)
        try:
            return Answered(sort.recall(mine) or sort.handle(mine), chosen)
        except NOT_THE_ENGINE:
            raise
        except Exception as problem:
            why = problem if isinstance(problem, Fell) else Fell(Fault.BROKE)
            log.error("engine_broke", extra={"run_id": str(work.run_id), "where": str(chosen.engine),
                                             "reason": type(problem).__name__, "code": why.fault.value})  # fmt: skip
            ladder.fell(chosen, why.fault, why.spent)
