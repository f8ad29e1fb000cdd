"""What templates need to look like Rounds: icons, status chips, form controls, and figures written one way."""

from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clinic import safety
from clinic.cookies import liked
from clinic.templatetags import figures
from clinic.templatetags.statuses import STATUSES, Status

register = template.Library()


for figure in (
    figures.browser,
    figures.due,
    figures.initials,
    figures.percent,
    figures.probability,
    figures.signed,
    figures.share,
    figures.short_digest,
    figures.small_units,
    figures.spaced,
    figures.took,
    figures.waiting,
):
    register.filter(figure)
register.filter("bytes", figures.file_size)


@register.simple_tag
def icon(name: str, label: str | Promise = "", classes: str = "") -> SafeString:
    """One drawing of the sprite. Words beside it make it decoration; alone it needs `label`."""
    return _drawing(name, str(label), classes)


@lru_cache(maxsize=1024)  # a case of 500 entries draws two thousand of some thirty
def _drawing(name: str, label: str, classes: str) -> SafeString:
    look = f"i {classes}" if classes else "i"
    address = f"{static('icons.svg')}#i-{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', look, label, address)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', look, address)


@register.inclusion_tag("clinic/partials/chip.html")
def status(name: str, words: str | Promise = "") -> dict[str, object]:
    """The chip of a state. A state the table does not know is shown in words, so a new one never breaks a page."""
    found = STATUSES.get(name, Status("", "", str(name).replace("_", " ").capitalize()))
    return {"tone": found.tone, "icon": found.icon, "words": words or found.words}


@register.inclusion_tag("clinic/partials/safety.html")
def safety_notice() -> dict[str, object]:
    return {"safety": safety.shown()}


@register.inclusion_tag("clinic/partials/urgency.html")
def urgency(name: str, mark: bool = False) -> dict[str, object]:
    """Icon and word of an urgency; with `mark` the word is for screen readers only."""
    found = STATUSES.get(name, STATUSES["routine"])
    return {"name": name, "icon": found.icon, "words": found.words, "mark": mark}


@register.simple_tag(takes_context=True)
def theme(context: template.Context, otherwise: str = "auto") -> str:
    """The theme chosen in this browser, so that a page never flashes in the other one; else `auto` as its system has
    it, or what suits the page, as dark does a film room."""
    return preferred_theme(context.get("request")) or otherwise


def preferred_theme(request: HttpRequest | None) -> str:
    chosen = liked(request, "theme")
    return chosen if chosen in ("light", "dark") else ""


@register.simple_tag(takes_context=True)
def shortcut_keys(context: template.Context) -> str:
    """Whether single keys act: people who speak or use a switch can turn them off."""
    return "off" if liked(context.get("request"), "keys") == "off" else "on"


# ---- forms


@register.filter
def control_kind(field: BoundField) -> str:
    """How a field is laid out: `choices`, `check`, `select`, `file` or `text`."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, FileInput):
        return "file"
    return "select" if isinstance(widget, Select) else "text"


@register.simple_tag
def control(field: BoundField, **attributes: object) -> SafeString:
    """The field's own widget in our classes. Labels stand above it, so a placeholder that repeats one goes."""
    classes = {"check": "form-check-input", "select": "form-select", "choices": ""}.get(
        control_kind(field), "form-control"
    )
    if field.errors:
        classes += " is-invalid"
    own = field.field.widget.attrs
    shown: dict[str, Any] = {name.replace("_", "-"): value for name, value in attributes.items() if value}
    shown["class"] = " ".join(filter(None, [str(own.get("class", "")), classes.strip()]))
    if own.get("placeholder") in {field.label, _("Password"), _("Email address")}:
        shown["placeholder"] = False
    return field.as_widget(attrs=shown)


@register.filter
def bare_svg(drawing: str) -> SafeString:
    """A drawing made on the server (the code for an authenticator) without the XML line HTML does not know."""
    return mark_safe(drawing[drawing.find("<svg") :])  # noqa: S308 - made by our own QR library, holds no input
