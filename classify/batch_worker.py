"""Taking in many documents, as workers do it. Started again after a death it goes on behind what was settled."""

from classify import batches as batch
from classify.actions import batches
from classify.outcomes import BatchOutcome
from clinic.authorization.actor import Actor
from clinic.inference import many_texts
from clinic.inference.child import ChildUnavailable
from clinic.inference.unpacking import Unpackable
from clinic.models import Case, Run, RunError, UploadKind
from clinic.pipeline import Failed, Work


def take_in(work: Work) -> BatchOutcome:
    run = Run.objects.select_related("case__patient").get(pk=work.run_id)
    if run.case is None:
        raise Failed(RunError.INPUT_REFUSED)
    by = Actor.system("work", site_id=run.site_id)
    try:
        _take_in_all(by, run, run.case, work)
    except Unpackable as why:
        raise Failed(RunError.INPUT_REFUSED, detail_code=why.code) from None
    except ChildUnavailable:
        raise Failed(RunError.UNEXPECTED, detail_code="child_unavailable", retry=True) from None
    told = batch.tally(run)
    return BatchOutcome(told.added, told.known, told.problems)


def _take_in_all(by: Actor, run: Run, case: Case, work: Work) -> None:
    start, is_archive = batches.done(run), work.upload.kind == UploadKind.ARCHIVE
    for number, found in enumerate(many_texts.found(work.upload.chunks(), is_archive=is_archive, start=start), start):
        if found.problem:
            batches.leave_out(by=by, run=run, number=number, name=found.name, problem=found.problem)
        else:
            batches.take_out(by=by, run=run, case=case, number=number, name=found.name, data=found.data)
        work.report("take_out", int(100 * found.share))
