"""The stop cord, drawn where an engine speaks: on a card, on its page, on the page of a run."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from clinic.authorization.permissions import Permission

register = template.Library()


@register.filter
def incident_state(state: str) -> str:
    """The chip of an incident: other words than a case of the same state."""
    return f"incident_{state}"


@register.inclusion_tag("clinic/stops/_cord.html", takes_context=True)
def stop_cord(
    context: template.Context, capability: str, class_name: str = "", small: bool = True
) -> dict[str, object]:
    """For those who may pull it. On a page with several cards the key `!` is that of the first."""
    actor = context.get("actor")
    may = bool(capability) and actor is not None and actor.can(Permission.ENGINES_STOP)
    asked = urlencode({"capability": capability, "class": class_name})
    return {"url": f"{reverse('stop_pull')}?{asked}" if may else "", "is_small": small}
