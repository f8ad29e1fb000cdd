"""Asking for a stored answer to be computed once more. Nothing of the first is touched; the asking is an event."""

from clinic import audit
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Result, Run
from clinic.pipeline import kind_named
from clinic.replay import order


def replay(*, by: Actor, result: Result) -> Run:
    """A run of the site, not of the case: the case's story stays as it was. Asked twice at once, it is one."""
    by.require(Permission.RUN_VIEW)
    engine = order.check(result)
    with audit.act(by, "result.replayed") as doing:
        run, _is_new = runs.request(by=by, kind=order.KIND, params={"run": str(result.run_id)}, follows=result.run,
                                    resource=kind_named(result.kind).resource)  # fmt: skip
        doing.about(result, case=result.case, engine=engine.digest, as_run=run.pk)
    return run
