"""May this be done to this run, by this person, in this state? The actions refuse; pages ask here what to offer."""

from clinic.authorization.permissions import Permission
from clinic.models import Run, RunState
from clinic.models.base import Viewer


def may_cancel(viewer: Viewer, run: Run) -> bool:
    return run.is_active and _may(viewer, Permission.RUN_CANCEL)


def may_replay(viewer: Viewer, run: Run) -> bool:
    has_ended_badly = run.state in (RunState.FAILED, RunState.CANCELLED) and run.replayed_by_id is None
    return has_ended_badly and _may(viewer, Permission.RUN_REPLAY)


def _may(viewer: Viewer, permission: Permission) -> bool:
    return viewer.can(permission) or viewer.can(Permission.JOBS_MANAGE)
