"""How often people at the site kept what an engine said, by kind of fact: the only measure of how sure it is here.

Of the newest documents that were checked to the end. A fact that was corrected or rejected counts against its kind."""

from collections import Counter
from typing import Any
from uuid import UUID

from clinic.doubt.intervals import Figure, wilson
from clinic.models import Result
from extraction.models import Act, FactSheet, FieldDecision

MOST = 200  # documents


def kept(site_id: UUID, engine_digest: str) -> dict[str, Figure]:
    """Nothing for kinds that nobody decided on, nor for an engine without a digest."""
    if not engine_digest:
        return {}
    of_engine = Result.objects.filter(site=site_id, engine_digest=engine_digest).values("run")
    finished = FactSheet.objects.filter(site=site_id).finished().filter(run__in=of_engine).order_by("-finished_at")
    runs = list(finished.values_list("run", flat=True)[:MOST])
    tallies: dict[str, Counter[str]] = {}
    for key, act in _latest(runs):
        tallies.setdefault(key.partition(".")[0], Counter())[act] += 1
    told = ((kind, tally[Act.ACCEPTED], tally.total()) for kind, tally in tallies.items())
    return {kind: wilson(right, n) for kind, right, n in told}


def _latest(runs: list[Any]) -> list[tuple[str, str]]:
    """The last word on each fact that the engine found; what was taken back has none."""
    rows = FieldDecision.objects.filter(run__in=runs).exclude(act=Act.ADDED)
    latest = rows.order_by("run", "key", "-number").distinct("run", "key").values_list("key", "act")
    return [(key, act) for key, act in latest if act != Act.UNDONE]
