"""What the medical dashboard says of each engine."""

from typing import Any

from django.utils.translation import gettext as _

from clinic.figures.medical import Practice
from clinic.figures.periods import Period
from clinic.templatetags.figures import spaced
from clinic.views.presenters.dashboards import list_url

LISTS = ("answers", "abstained", "read", "disagreed", "overruled", "missed", "waiting", "decided")


def tiles(found: list[Practice], period: Period) -> list[dict[str, Any]]:
    total = {name: sum(one.counts.get(name, 0) for one in found) for name in LISTS}
    return [
        {"label": _("Answers"), "value": spaced(total["answers"]), "url": list_url("answers", period),
         "note": _("%s of which a person has decided on") % spaced(total["read"])},
        {"label": _("Overruled"), "value": spaced(total["overruled"]), "url": list_url("overruled", period),
         "note": _("of %s last words") % spaced(total["decided"])},
        {"label": _("Would not say"), "value": spaced(total["abstained"]), "url": list_url("abstained", period),
         "note": _("the engine gave no answer")},
        {"label": _("Waiting for a person"), "value": spaced(total["waiting"]), "url": list_url("waiting", period),
         "note": _("flagged, open now")},
    ]  # fmt: skip


def row(one: Practice, period: Period) -> dict[str, Any]:
    of = one.digest or one.name
    return {"one": one, "urls": {name: list_url(name, period, of) for name in LISTS}}
