"""How often people at the site kept what an engine said, by kind of fact: the only measure of how sure it is here.

Of the newest documents that were checked to the end. A fact that was corrected or rejected counts against its kind."""

from collections import Counter
from uuid import UUID

from clinic.doubt.intervals import Figure, wilson
from clinic.models import Result
from extraction import decided
from extraction.models import FactSheet

MOST = 200  # documents


def kept(site_id: UUID, engine_digest: str) -> dict[str, Figure]:
    """Nothing for kinds that nobody decided on, nor for an engine without a digest."""
    if not engine_digest:
        return {}
    of_engine = Result.objects.filter(site=site_id, engine_digest=engine_digest).values("run")
    finished = FactSheet.objects.filter(site=site_id).finished().filter(run__in=of_engine).order_by("-finished_at")
    right, said = Counter[str](), Counter[str]()
    for one in decided.of_runs([run for run in finished.values_list("run", flat=True)[:MOST] if run]):
        right[one.kind] += one.accepted
        said[one.kind] += one.all - one.added  # what a person added the engine never said
    return {kind: wilson(right[kind], n) for kind, n in said.items() if n}
