"""What the viewer takes: where the film's numbers are, and what stays on it whatever is done to it."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clinic.templatetags.figures import short_digest
from clinic.views.presenters.case_rows import patient_line
from radiology.models import Film

SIDES = ("L", "R")


def film_on_stage(film: Film, map_url: str = "") -> dict[str, Any]:
    case = film.case
    label = _("Chest film of case %(case)s. Keys: w window, z zoom, p move, i invert, r rotate, 0 reset.")
    return _on_stage(film) | {"label": label % {"case": case.reference}, "map_url": map_url}


def prior_on_stage(prior: Film) -> dict[str, Any]:
    day = date_format(localtime(prior.added_at), "j M")
    return _on_stage(prior) | {"words": _("Prior %(date)s") % {"date": day}}


def _on_stage(film: Film) -> dict[str, Any]:
    case = film.case
    return {
        "frame_url": reverse("film_frame", args=[film.pk]),
        "side": film.laterality if film.laterality in SIDES else "",
        "side_at": "left" if film.laterality == "R" else "right",
        "tl": [patient_line(case.patient, case.age_years), case.reference],
        "tr": [date_format(localtime(film.added_at), "j M Y H:i"), film.view or _("View not stated"), _side(film)],
        "bl": [*([_("Generated film")] if film.is_generated else []), f"{film.rows} × {film.columns}, {film.bits} bit"],
        "br": [case.site.name, short_digest(film.upload.sha256)],
    }  # fmt: skip


def _side(film: Film) -> str:
    if film.laterality in SIDES:
        return _("Side: %(side)s") % {"side": film.laterality}
    return _("Side not stated")
