"""How extraction did in the last 90 days: by engine and prompt, and what people corrected by kind of fact."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Words
from clinic.templatetags.figures import spaced, took
from clinic.views.asked import Asked
from extraction import measured
from extraction.measured import Fields, Measured, Version
from extraction.models import PromptVersion
from extraction.wording import KINDS


@dataclass(frozen=True)
class Line:
    kind: Words
    fields: Fields


@dataclass(frozen=True)
class Panel:
    version: Version
    name: Words
    prompt: str  # its name, where the site knows it
    lines: list[Line]
    may_stand: list[Words]  # kinds


@needs(Permission.ENGINES_VIEW)
@require_safe
def extraction_measured(request: Asked) -> HttpResponse:
    """Counts and times only: no patient is in them."""
    by = request.actor
    found = measured.measured(by.here)
    context = {"panels": _panels(by, found), "tiles": _tiles(found), "in_vain": found.in_vain, "days": measured.DAYS}
    return render(request, "extraction/measured.html", context)


def _panels(by: Actor, found: Measured) -> list[Panel]:
    names = dict(PromptVersion.objects.visible_to(by).values_list("sha256", "name"))
    return [
        Panel(one, one.engine or _("No engine answered"), names.get(one.prompt, one.prompt[:12]),
              [Line(KINDS.get(each.kind, each.kind), each) for each in one.fields],
              [KINDS.get(kind, kind) for kind in one.split.probable if one.split.may_stand(kind, ())])
        for one in found.versions
    ]  # fmt: skip


def _tiles(found: Measured) -> list[dict[str, Any]]:
    facts = sum(each.facts for one in found.versions for each in one.fields)
    changed = sum(each.changed for one in found.versions for each in one.fields)
    return [
        _tile(_("Documents checked"), spaced(found.documents), _("%s runs, failed ones too") % spaced(found.runs)),
        _tile(_("Facts people decided"), spaced(facts), _("%s not right as they were") % spaced(changed)),
        _tile(_("Time of workers"), took(sum(one.worked_s for one in found.versions)),
              _("and %(time)s in the shadow, %(n)s answers")
              % {"time": took(found.shadow_s), "n": spaced(found.shadow_answers)}),
        _tile(_("Tokens"), spaced(found.tokens), _taken(found)),
    ]  # fmt: skip


def _taken(found: Measured) -> str:
    """A call that was cut off has no bill: what it read is guessed, and said to be."""
    if not found.estimated_tokens:
        return f"{found.dollars:.4f} $"
    told = {"dollars": f"{found.dollars:.4f}", "tokens": spaced(found.estimated_tokens)}
    return _("%(dollars)s $; %(tokens)s tokens are estimated, of calls that were cut off") % told


def _tile(label: str, value: Any, note: str) -> dict[str, Any]:
    return {"label": label, "value": value, "note": note, "tone": "", "url": ""}
