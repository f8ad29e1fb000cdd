"""What people were told is being done, against what was done: a run whose asking was acknowledged may not be lost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

SUCCEEDED = "succeeded"
NO_RUN = "no run is there"


@dataclass(frozen=True)
class Acknowledged:
    """A request that asks for work and was answered with success."""

    name: str
    request_id: str
    subject: str = ""  # what the answer is about: practice asks in the name of the house, so that no job says whose


@dataclass(frozen=True)
class RunSeen:
    id: str
    kind: str
    lane: str
    state: str
    error: str
    request_id: str
    about: str
    follows: str
    worker: str
    attempts: int
    has_result: bool
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_done(self) -> bool:
        return self.state == SUCCEEDED and self.has_result


@dataclass(frozen=True)
class Lost:
    name: str
    run: str
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.run or 'request'} {self.why}"


def lost(acknowledged: Iterable[Acknowledged], runs: Sequence[RunSeen]) -> list[Lost]:
    """Each with its reason: no run, one that has not ended, one that failed, one without its answer. The steps that
    follow a run in its finishing transaction are as promised as the first one."""
    chains = Chains(runs)
    return [each for one in acknowledged for each in _lost_of(one, chains)]


def _lost_of(one: Acknowledged, chains: "Chains") -> Iterator[Lost]:
    asked = chains.of(one)
    if not asked:
        yield Lost(one.name, one.request_id, NO_RUN)
    for run in asked:
        if not run.is_done:
            why = "without an answer" if run.state == SUCCEEDED else " ".join(filter(None, (run.state, run.error)))
            yield Lost(one.name, run.id, f"{run.kind} {why}")


class Chains:
    def __init__(self, runs: Sequence[RunSeen]) -> None:
        self.first: dict[str, list[RunSeen]] = {}
        self.after: dict[str, list[RunSeen]] = {}
        for run in sorted(runs, key=lambda each: each.requested_at):
            if run.follows:
                self.after.setdefault(run.follows, []).append(run)
            elif key := run.request_id or run.about:
                self.first.setdefault(key, []).append(run)

    def of(self, one: Acknowledged) -> list[RunSeen]:
        """The runs of a request and all that followed them, in their order."""
        found = list(self.first.get(one.request_id, []) or self.first.get(one.subject, []))
        for run in found:  # grows while it is walked
            found += self.after.get(run.id, ())
        return found


def seen(since: datetime) -> list[RunSeen]:
    """Of every site, from the database of this process."""
    from clinic.authorization.scope import machinery
    from clinic.models import Run

    names = ("id", "kind", "lane", "state", "error", "request_id", "follows_id", "worker", "attempts", "params",
             "requested_at", "started_at", "finished_at")  # fmt: skip
    with machinery():
        rows = list(Run.objects.filter(requested_at__gte=since).values(*names))
    answered = _answered()
    return [_row(row, row["id"] in answered) for row in rows]


def _answered() -> set[UUID]:
    from clinic.authorization.scope import scope
    from clinic.models import Result, Site

    found: set[UUID] = set()
    for site in list(Site.objects.values_list("pk", flat=True)):
        with scope(site=site):
            found |= set(Result.objects.values_list("run_id", flat=True))
    return found


def _row(row: Mapping[str, Any], has_result: bool) -> RunSeen:
    told = {name: value for name, value in row.items() if name not in ("id", "follows_id", "params")}
    return RunSeen(id=str(row["id"]), follows=str(row["follows_id"] or ""), has_result=has_result,
                   about=row["params"].get("attempt", ""), **told)  # fmt: skip
