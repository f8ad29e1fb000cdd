"""The rail: who sees which place. A capability adds its own from `apps.py`."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission


@dataclass(frozen=True)
class Place:
    label: str | Promise
    url_name: str
    icon: str
    permission: Permission
    group: int  # 0 the work, 1 the capabilities, 2 the house
    order: int = 50
    on_phone: bool = False
    also: str = ""  # where its single things have addresses of their own
    under: str = ""  # not in the rail: led to from the page of that name


_places: list[Place] = []


def add(place: Place) -> None:
    _places.append(place)
    _places.sort(key=lambda p: (p.group, p.order))


add(Place(_("Cases"), "cases", "folder2-open", Permission.CASE_VIEW, 0, 10, on_phone=True, also="/uploads/"))
add(Place(_("Capture"), "capture", "camera", Permission.UPLOAD_ADD, 1, 15, on_phone=True))
add(Place(_("Jobs"), "jobs", "activity", Permission.JOBS_VIEW, 0, 30, also="/runs/"))
add(Place(_("Review"), "review", "clipboard2-check", Permission.REVIEW_WORK, 0, 15, on_phone=True))
add(Place(_("Review figures"), "review_figures", "graph-up", Permission.REVIEW_FIGURES, 0, 22))
add(Place(_("Limits and reading"), "review_settings", "sliders", Permission.ENGINES_VIEW, 2, 5,
          also="/review/limits/"))  # fmt: skip
add(Place(_("Workload"), "workload", "list-check", Permission.WORKLOAD_VIEW, 0, 20, on_phone=True))
add(Place(_("Audit"), "audit", "journal-check", Permission.AUDIT_READ, 0, 25, on_phone=True))
add(Place(_("Engines"), "engines", "cpu", Permission.ENGINES_VIEW, 2, 4, also="/proposals/"))
add(Place(_("Incidents"), "incidents", "sign-stop", Permission.ENGINES_VIEW, 2, 5, also="/stops/"))
add(Place(_("Drift"), "drift", "graph-up", Permission.ENGINES_VIEW, 2, 6))
add(Place(_("Emergency access"), "emergency", "exclamation-octagon-fill", Permission.GLASS_BREAK, 2, 7))
add(Place(_("Emergencies"), "emergency_reviews", "exclamation-octagon", Permission.GLASS_SEE, 2, 8))
add(Place(_("Operations"), "operations", "speedometer2", Permission.OPERATIONS_VIEW, 2, 10))
add(Place(_("Medical performance"), "medical", "heart-pulse", Permission.ENGINES_VIEW, 2, 11))
add(Place(_("Business"), "business", "calendar3", Permission.BUSINESS_VIEW, 2, 12))
add(Place(_("Security"), "security", "shield-check", Permission.SECURITY_VIEW, 2, 13, also="/registers/"))
add(Place(_("People"), "people", "people", Permission.PEOPLE_VIEW, 2, 20))
add(Place(_("Retention"), "retention", "hourglass-split", Permission.RETENTION_MANAGE, 2, 35))
add(Place(_("Sites"), "sites", "building", Permission.SITES_MANAGE, 2, 30))


def navigation(actor: Actor, path: str) -> list[list[dict[str, Any]]]:
    allowed = [(place, reverse(place.url_name)) for place in _allowed(actor)]
    here = max((url for place, url in allowed if path.startswith((url, place.also or url))), key=len, default="")
    groups: dict[int, list[dict[str, Any]]] = {}
    for place, url in allowed:
        groups.setdefault(place.group, []).append(
            {"label": place.label, "url": url, "icon": place.icon, "current": url == here, "on_phone": place.on_phone}
        )
    return [groups[key] for key in sorted(groups)]


def _allowed(actor: Actor, under: str = "") -> list[Place]:
    return [place for place in _places if place.under == under and actor.can(place.permission)]


def led_to_from(actor: Actor, url_name: str) -> list[Place]:
    """What features add to a page of the core, which knows none of them."""
    return _allowed(actor, url_name)


def start_of(actor: Actor) -> str:
    """Where a person lands after signing in: the first place she may open."""
    return next((reverse(place.url_name) for place in _allowed(actor)), reverse("profile"))
