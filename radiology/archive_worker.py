"""Unpacking an archive of films, as workers do it: each file becomes an upload and a film of the case, or a line that
says why not. Started again after a death it passes over what it has already taken in."""

from clinic.actions import many_files
from clinic.authorization.actor import Actor
from clinic.errors import Refusal
from clinic.inference.child import ChildUnavailable
from clinic.models import Case, Run, RunError
from clinic.pipeline import Failed, Work
from radiology.actions import archives
from radiology.inference.unpacking import Member, Unpackable, members
from radiology.outcomes import ArchiveOutcome


def unpack(work: Work) -> ArchiveOutcome:
    run = Run.objects.select_related("case__patient").get(pk=work.run_id)
    if run.case is None:
        raise Failed(RunError.INPUT_REFUSED)
    by, told = Actor.system("work", site_id=run.site_id), ArchiveOutcome()
    try:
        for member in members(work.upload.chunks()):
            told = _taken_in(by, run.case, member, told)
            work.report("unpack", int(100 * member.share))
    except Unpackable as why:
        raise Failed(RunError.INPUT_REFUSED, detail_code=why.code) from None
    except ChildUnavailable:
        raise Failed(RunError.UNEXPECTED, detail_code="child_unavailable", retry=True) from None
    return told


def _taken_in(by: Actor, case: Case, member: Member, told: ArchiveOutcome) -> ArchiveOutcome:
    if member.problem:
        return told.failing(member.name, member.problem)
    try:
        _film, is_new = archives.take_out(by=by, case=case, data=member.data, name=member.name)
    except Refusal as why:
        many_files.demand_about_the_file(why)
        return told.failing(member.name, why.code.value)
    return told.adding() if is_new else told.knowing()
