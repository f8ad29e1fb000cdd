"""A transcript inside any page: `{% transcript run as script %}{% include "clinic/partials/transcript.html" %}`."""

from django import template

from clinic.models import Run
from clinic.views.presenters.transcript_panel import Panel, panel_of

register = template.Library()


@register.simple_tag(takes_context=True)
def transcript(context: template.Context, run: Run) -> Panel:
    return panel_of(context["actor"], run)
