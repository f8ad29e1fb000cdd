"""Two minutes through the reading room, in the demonstration."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.tours import Step, Tour
from radiology import access


def newest(by: Actor) -> UUID | None:
    return access.films(by).order_by("-added_at").values_list("pk", flat=True).first()


TOUR = Tour(
    "films", _("Films"),
    _("A gatekeeper refuses what is no chest film; the radiologist looks first, then sees the engine."),
    Permission.UPLOAD_READ,
    (
        Step(_("In which order films are read."),
             _("Films"), "films"),
        Step(_("Window, zoom, measure; seal a reading, then compare it with the engine’s."),
             _("The newest film"), "film", "radiology.tour:newest"),
        Step(_("Add one: the demonstration draws its own films, any picture shows what the gatekeeper says."),
             _("Add a film"), "film_add"),
    ),
)  # fmt: skip
