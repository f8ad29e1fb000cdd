"""Two minutes through practice, in the demonstration."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.tours import Step, Tour
from coaching import access


def newest(by: Actor) -> UUID | None:
    return access.practices(by).order_by("-began_at").values_list("pk", flat=True).first()


TOUR = Tour(
    "coaching", _("Coaching"),
    _("A hard conversation, practised in private: nobody else reads or hears it."),
    Permission.COACH_PRACTISE,
    (
        Step(_("Draw a question, choose who listens."),
             _("Coaching"), "coaching"),
        Step(_("Two answers to the same question, side by side with what changed."),
             _("The newest practice"), "practice", "coaching.tour:newest"),
        Step(_("The feedback cites words and moments, and says what is missing."),
             _("The same practice, compared"), "practice_compare", "coaching.tour:newest"),
    ),
)  # fmt: skip
