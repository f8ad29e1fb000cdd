"""Which kinds of fact may stand by rule at a site, and whether they still deserve it.

Of every ten documents one is kept with people whatever the rules say: drawn by the id of its run, so nobody can choose.
On it, and by what people overturn of what stood by rule, is seen how right a kind is now.
"""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from clinic import turns
from clinic.doubt.intervals import Figure, wilson
from clinic.models import Result
from extraction import checked, decided
from extraction.accepting import drawn
from extraction.models import NEVER, Act, FactRule, FactSheet, FieldDecision
from extraction.wording import KINDS

WATCHED_OF_TEN = 1
AT_MOST_WRONG = 0.02
FEWEST_SEEN = 20
NEWEST = 300  # documents
POSSIBLE = tuple(kind for kind in KINDS if kind not in NEVER)


@dataclass(frozen=True)
class Live:
    """How often facts of a kind were wrong since it was switched on: on documents kept with people, and of those that
    stood by rule, how many were overturned all the same."""

    watched: Figure | None
    overturned: Figure | None

    @property
    def has_fallen(self) -> bool:
        """Beyond chance more than a rule may let through."""
        seen = (self.watched, self.overturned)
        return any(one is not None and one.n >= FEWEST_SEEN and one.low > AT_MOST_WRONG for one in seen)


def newest(site_id: UUID) -> dict[str, FactRule]:
    """How each kind stands; what was never switched is not in it."""
    rows = FactRule.objects.filter(site=site_id).order_by("kind", "-number").distinct("kind").select_related("by")
    return {one.kind: one for one in rows}


def switched_on_while_writing(site_id: UUID) -> dict[str, FactRule]:
    """For a transaction that lets facts stand: no rule changes between this look and its commit. While one is being
    changed nothing stands, and nobody waits: whoever writes holds other locks already."""
    return switched_on(site_id) if turns.while_writing_unless_changing(_rules(site_id)) else {}


def wait_for_writers(site_id: UUID) -> None:
    """For the transaction that changes a rule, before any other lock of it: what is being written by the rule as it was
    is there to be opened again, and of two who change it the second sees what the first did."""
    turns.wait_for_writers(_rules(site_id))


def _rules(site_id: UUID) -> str:
    return f"fact_rules:{site_id}"


def switched_on(site_id: UUID) -> dict[str, FactRule]:
    return {kind: one for kind, one in newest(site_id).items() if one.is_on and kind in POSSIBLE}


def is_watched(run_id: UUID) -> bool:
    return drawn(run_id, "watched") % 10 < WATCHED_OF_TEN


def live(rule: FactRule, engine_digest: str) -> Live:
    of_engine = Result.objects.filter(site=rule.site_id, engine_digest=engine_digest).values("run")
    finished = FactSheet.objects.filter(site=rule.site_id, finished_at__gte=rule.at).finished()
    newest_first = finished.filter(run__in=of_engine).order_by("-finished_at")
    runs = [run for run in newest_first.values_list("run", flat=True)[:NEWEST] if run]
    return Live(_wrong_of_watched(rule.kind, [run for run in runs if is_watched(run)]), _overturned(rule.kind, runs))


def _wrong_of_watched(kind: str, runs: list[UUID]) -> Figure | None:
    """One fact of a document counts, drawn by chance, as where the threshold was learned."""
    rows = [(one.run_id, one.accepted, one.all - one.added - one.accepted) for one in decided.of_runs(runs)
            if one.kind == kind and one.all > one.added]  # fmt: skip
    wrong = sum(drawn(run, "fact") % (right + wrong) >= right for run, right, wrong in rows)
    return wilson(wrong, len(rows)) if rows else None


def _overturned(kind: str, runs: list[UUID]) -> Figure | None:
    by_run: dict[UUID, list[FieldDecision]] = defaultdict(list)
    for one in FieldDecision.objects.filter(run__in=runs, key__startswith=f"{kind}.").order_by("number"):
        by_run[one.run_id].append(one)
    stood = overturned = 0
    for rows in by_run.values():
        keys = {one.key for one in rows if one.act == Act.BY_RULE}
        last = {one.key: one.act for one in checked.in_force(rows)}
        stood += len(keys)
        overturned += sum(last.get(key) in (Act.EDITED, Act.REJECTED) for key in keys)
    return wilson(overturned, stood) if stood else None
