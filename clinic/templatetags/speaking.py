"""`{% spoken result as voice %}{% include "clinic/partials/spoken.html" %}`: an answer with a voice, in any page."""

from typing import Any

from django import template
from django.urls import reverse

from clinic.models import Result
from clinic.spoken import PACE_WORDS, preferred_pace, words_of

register = template.Library()


@register.simple_tag(takes_context=True)
def spoken(context: template.Context, result: Result | None) -> dict[str, Any] | None:
    words = words_of(result) if result else None
    if result is None or words is None:
        return None
    return {"url": reverse("run_spoken", args=[result.run_id]), "text": words.text, "sha256": words.sha256,
            "language": words.language, "paces": PACE_WORDS,
            "pace": preferred_pace(context.get("request"))}  # fmt: skip
