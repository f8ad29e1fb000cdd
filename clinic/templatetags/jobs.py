"""Runs as templates show them."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clinic import progress
from clinic.lanes import LANES
from clinic.many_file_words import why_not_taken
from clinic.models import Run, RunState

register = template.Library()
register.filter("kind_title", progress.title_of)
register.filter(progress.duration)
register.filter(why_not_taken)
register.filter(progress.waited)


@register.simple_tag(takes_context=True)
def run_progress(context: template.Context, run: Run) -> progress.Progress:
    """With `announce` in the context the end is spoken: where it has just come, not wherever it is shown."""
    return progress.progress_of(run, context["actor"], announce=bool(context.get("announce")))


@register.filter
def run_state(run: Run) -> str:
    """A failed run that nobody has tried again is given up: somebody has to look."""
    return "dead" if run.state == RunState.FAILED and run.replayed_by_id is None else str(run.state)


@register.filter
def lane_words(lane: str) -> str | Promise:
    resource, _underscore, is_batch = lane.partition("_")
    names: dict[str, Any] = {"io": _("Files"), "cpu": _("Processor"), "vision": _("Vision"), "speech": _("Speech"),
                             "llm": pgettext("a lane", "Language")}  # fmt: skip
    name = names.get(resource, resource) if lane in LANES else lane
    return _("%s (bulk)") % name if is_batch else name
