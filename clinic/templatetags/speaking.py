"""`{% spoken result as voice %}{% include "clinic/partials/spoken.html" %}`: an answer with a voice, in any page."""

from typing import Any

from django import template
from django.urls import reverse

from clinic.models import Result
from clinic.spoken import words_of

register = template.Library()


@register.simple_tag
def spoken(result: Result | None) -> dict[str, Any] | None:
    words = words_of(result) if result else None
    if result is None or words is None:
        return None
    return {"url": reverse("run_spoken", args=[result.run_id]), "text": words.text, "sha256": words.sha256,
            "language": words.language}  # fmt: skip
