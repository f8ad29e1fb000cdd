"""What stands stopped here, in the words of the banner that every page shows while it does."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, capabilities
from clinic.models import Stop

Words = str | Promise


@dataclass(frozen=True)
class StopLine:
    title: Words
    since: datetime
    by: str
    url: str


def stop_lines(by: Actor) -> list[StopLine]:
    if by.site_id is None or not by.can(Permission.ENGINES_VIEW):
        return []
    standing = Stop.objects.filter(site=by.site_id, released_at=None).select_related("incident", "pulled_by")
    return [_line(stop) for stop in standing.defer("note").order_by("pulled_at")]


def _line(stop: Stop) -> StopLine:
    return StopLine(what_is_meant(stop.capability, stop.class_name), stop.pulled_at, stop.pulled_by.name,
                    reverse("incident", args=[stop.incident.pk]))  # fmt: skip


def what_is_meant(name: str, class_name: str) -> Words:
    """An engine, or one of its classes; of a capability that is gone the codes."""
    capability = next((each for each in capabilities() if each.name == name), None)
    if capability is None:
        return f"{name}: {class_name}" if class_name else name
    return f"{capability.title}: {class_words(capability, class_name)}" if class_name else capability.title


def class_words(capability: Capability, class_name: str) -> Words:
    card = capability.classes.get(class_name)
    return card.words if card else class_name or _("all it says")
