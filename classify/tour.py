"""Two minutes through the inboxes of documents, in the demonstration."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from classify import access
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.tours import Step, Tour


def newest(by: Actor) -> UUID | None:
    return access.documents(by).order_by("-added_at").values_list("pk", flat=True).first()


TOUR = Tour(
    "documents", _("Documents"),
    _("A letter finds its specialty, or a person where the engine is in doubt."),
    Permission.UPLOAD_READ,
    (
        Step(_("The inboxes, urgent ones first."),
             _("Documents"), "documents"),
        Step(_("What the engine read, which words weighed, and why it asks for a person."),
             _("The newest document"), "document", "classify.tour:newest"),
        Step(_("Where the engine is in doubt a person decides; that decision is kept beside its answer."),
             _("Review"), "review"),
        Step(_("Paste a letter of your own."),
             _("Add a document"), "document_add"),
    ),
)  # fmt: skip
