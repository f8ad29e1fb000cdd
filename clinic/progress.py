"""How far a run is, in the words of the stage list: the same on the case, on the run's own page and in a fragment."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.errors import Refusal
from clinic.models import Run, RunError, RunState
from clinic.models.base import Viewer
from clinic.models.runs import MAX_ATTEMPTS
from clinic.pipeline import RunKind, kind_named
from clinic.policies import may_cancel, may_replay
from clinic.templatetags.figures import took

ENOUGH_TO_GUESS, LOOKED_AT = 3, 100
MOST_SPREAD = 3  # between the quarter that was quickest and the one that was slowest

WHAT_TO_DO: dict[str, str | Promise] = {
    RunError.WORKER_LOST: gettext_lazy("Run it again. If it stays, its input may be more than the machine can hold."),
    RunError.TIMED_OUT: gettext_lazy("Run it again when less is going on, or with a smaller file."),
    RunError.INPUT_REFUSED: gettext_lazy("Check that the right file was chosen."),
    RunError.INPUT_DAMAGED: gettext_lazy("Tell your admin: the file must be restored from a backup."),
    RunError.ENGINE_MISSING: gettext_lazy("Tell your admin which engine is missing."),
    RunError.NOBODY_MAY_ANSWER: gettext_lazy("Read it yourself: it waits for a person. Engines says why."),
    RunError.STORAGE_DOWN: gettext_lazy("Run it again in a minute."),
    RunError.ERASED: gettext_lazy("Nothing can be done with it any more."),
    RunError.FAILED_ON_PURPOSE: gettext_lazy("Nothing is wrong: it was a trial."),
    RunError.UNEXPECTED: gettext_lazy("Run it again. If it stays, tell your admin the request id."),
}


@dataclass(frozen=True)
class Stage:
    name: str | Promise
    state: str  # done | now | wait | fail
    note: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class Progress:
    id: Any
    title: str | Promise
    note: str
    stages: list[Stage]
    is_final: bool
    poll_url: str
    announce: str = ""
    reason: str = ""
    what_to_do: str | Promise = ""
    cancel_url: str = ""
    replay_url: str = ""


def progress_of(run: Run, viewer: Viewer, *, announce: bool = False) -> Progress:
    return Progress(
        id=run.pk,
        title=title_of(run.kind),
        note=note(run),
        stages=stages(run),
        is_final=run.is_final,
        poll_url=reverse("run_status", args=[run.pk]),
        announce=f"{title_of(run.kind)}: {note(run)}" if announce and run.is_final else "",
        reason=str(run.get_error_display()) if run.state == RunState.FAILED else "",
        what_to_do=WHAT_TO_DO.get(run.error, ""),
        cancel_url=reverse("run_cancel", args=[run.pk]) if may_cancel(viewer, run) else "",
        replay_url=reverse("run_replay", args=[run.pk]) if may_replay(viewer, run) else "",
    )


def _kind(name: str) -> RunKind | None:
    """A run outlives its kind: what an older version made stays on the list."""
    try:
        return kind_named(name)
    except Refusal:
        return None


def title_of(name: str) -> str | Promise:
    kind = _kind(name)
    return kind.title if kind else name


def result_template_of(name: str) -> str:
    kind = _kind(name)
    return kind.result_template if kind else ""


def fact_title(kind_name: str, fact: str) -> str | Promise:
    """A parameter or facet in words; one its kind does not word is shown by its name."""
    kind = _kind(kind_name)
    return (kind and kind.fact_titles.get(fact)) or fact.replace("_", " ").capitalize()


def note(run: Run) -> str:
    match run.state:
        case RunState.QUEUED:
            return _waits_note(run)
        case RunState.RUNNING:
            return _running_note(run)
        case RunState.SUCCEEDED:
            return _("Done in %s") % took(duration(run))
        case RunState.CANCELLED:
            return _("Cancelled")
    return ngettext("Failed after %d try", "Failed after %d tries", run.attempts) % run.attempts


def _waits_note(run: Run) -> str:
    if run.attempts:
        return _("Waiting for try %(next)d of %(most)d") % {"next": run.attempts + 1, "most": MAX_ATTEMPTS}
    return _("Waiting for %s") % took(timezone.now() - run.requested_at)


def _running_note(run: Run) -> str:
    so_far = duration(run)
    usual_s = usual_seconds(run)
    if so_far is None or usual_s is None:
        return _("%s so far") % took(so_far or timedelta())
    left_s = usual_s - so_far.total_seconds()
    if left_s <= 0:
        return _("%(so_far)s so far, usually %(usual)s") % {"so_far": took(so_far), "usual": took(usual_s)}
    return _("%(so_far)s so far, about %(left)s left") % {"so_far": took(so_far), "left": took(left_s)}


def duration(run: Run) -> timedelta | None:
    return None if run.started_at is None else (run.finished_at or timezone.now()) - run.started_at


def waited(run: Run) -> timedelta:
    """Until the try that counts began."""
    return (run.started_at or run.finished_at or timezone.now()) - run.requested_at


def usual_seconds(run: Run) -> float | None:
    """The median of the latest that were asked for alike; of too few, or where they differ widely, nothing is said."""
    done = Run.objects.filter(site=run.site_id, state=RunState.SUCCEEDED, kind=run.kind).order_by("-requested_at")
    latest = done.values_list("params", "started_at", "finished_at")[:LOOKED_AT]
    asked = _pace(run.kind, run.params)
    spans = sorted((ended - began).total_seconds() for params, began, ended in latest
                   if began and ended and _pace(run.kind, params) == asked)  # fmt: skip
    if len(spans) < ENOUGH_TO_GUESS:
        return None
    lowest, _median, highest = quantiles(spans, n=4)
    return median(spans) if highest <= MOST_SPREAD * lowest else None


def _pace(kind_name: str, params: dict[str, Any]) -> list[Any]:
    kind = _kind(kind_name)
    return [params.get(name) for name in kind.paced_by] if kind else []


def stages(run: Run) -> list[Stage]:
    kind = _kind(run.kind)
    names = kind.stages if kind and kind.stages else ("",)
    at = names.index(run.stage) if run.stage in names else 0
    titles = kind.stage_titles if kind else {}
    return [_stage(run, titles.get(name) or title_of(run.kind), number - at) for number, name in enumerate(names)]


def _stage(run: Run, title: str | Promise, place: int) -> Stage:
    """`place`: how far behind the present stage, 0 for itself."""
    if run.state == RunState.SUCCEEDED or (place < 0 and run.state != RunState.QUEUED):
        return Stage(title, "done")
    if place > 0 or run.state == RunState.QUEUED:
        return Stage(title, "wait")
    if run.state == RunState.RUNNING:
        return Stage(title, "now", f"{run.percent} %", run.percent)
    if run.state == RunState.CANCELLED:
        return Stage(title, "wait", _("Cancelled"))
    return Stage(title, "fail")
