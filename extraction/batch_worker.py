"""Taking in many documents for their facts, as workers do it. Begun again after a death it finds what it took out."""

from collections.abc import Iterator

from clinic.authorization.actor import Actor
from clinic.inference import many_texts
from clinic.inference.child import ChildUnavailable
from clinic.inference.unpacking import Unpackable
from clinic.models import Case, Run, RunError, UploadKind
from clinic.pipeline import Failed, Work
from extraction.actions import batches
from extraction.models import FactSheet
from extraction.outcomes import BatchOutcome, LeftOut

MOST_NAMED = 500


def take_in(work: Work) -> BatchOutcome:
    run = Run.objects.select_related("case__patient").get(pk=work.run_id)
    if run.case is None:
        raise Failed(RunError.INPUT_REFUSED)
    try:
        settled = list(_settled(Actor.system("work", site_id=run.site_id), run, run.case, work))
    except Unpackable as why:
        raise Failed(RunError.INPUT_REFUSED, detail_code=why.code) from None
    except ChildUnavailable:
        raise Failed(RunError.UNEXPECTED, detail_code="child_unavailable", retry=True) from None
    left_out = [one for one in settled if one.problem]
    added = FactSheet.objects.filter(came_with=run).count()
    return BatchOutcome(sent=len(settled), added=added, known=len(settled) - len(left_out) - added,
                        failed=len(left_out), left_out=tuple(left_out[:MOST_NAMED]))  # fmt: skip


def _settled(by: Actor, run: Run, case: Case, work: Work) -> Iterator[LeftOut]:
    is_archive = work.upload.kind == UploadKind.ARCHIVE
    for number, found in enumerate(many_texts.found(work.upload.chunks(), is_archive=is_archive), 1):
        problem = found.problem or batches.take_out(by=by, run=run, case=case, name=found.name, data=found.data)
        work.report("take_out", int(100 * found.share))
        yield LeftOut(number, found.name if problem else "", problem)
