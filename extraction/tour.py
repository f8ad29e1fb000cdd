"""Two minutes through facts out of a document, in the demonstration."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.tours import Step, Tour
from extraction import access


def newest(by: Actor) -> UUID | None:
    return access.sheets(by).order_by("-added_at").values_list("pk", flat=True).first()


TOUR = Tour(
    "extraction", _("Facts from documents"),
    _("Medicines, allergies and values out of a text, each tied to its words; a person checks them by keyboard."),
    Permission.UPLOAD_READ,
    (
        Step(_("What waits to be checked."),
             _("Fact sheets"), "sheets"),
        Step(_("A fact leads to its words and back. A accepts, R refuses, U takes it back."),
             _("The newest sheet"), "sheet", "extraction.tour:newest"),
        Step(_("How often people changed what was found."),
             _("Measured"), "extraction_measured"),
        Step(_("Paste a text and see what is found."),
             _("Add a document"), "sheet_add"),
    ),
)  # fmt: skip
