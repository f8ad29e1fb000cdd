"""For the page of an engine, whoever draws it: `{% load lineage %}{% lineage_mark engine %}`."""

from typing import Any

from django import template

from clinic import lineage
from clinic.models import Engine

register = template.Library()


@register.inclusion_tag("clinic/learning/_mark.html", takes_context=True)
def lineage_mark(context: template.Context, engine: Engine) -> dict[str, Any]:
    return {"learned": lineage.engine_here(context["actor"], engine)}
