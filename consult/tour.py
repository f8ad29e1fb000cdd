"""Two minutes through a consult, in the demonstration."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.tours import Step, Tour
from consult import access


def newest(by: Actor) -> UUID | None:
    return access.consults(by).order_by("-opened_at").values_list("pk", flat=True).first()


TOUR = Tour(
    "consult", _("Consult"),
    _("What somebody says becomes red flags, an urgency and a short answer, each sentence with its source."),
    Permission.UPLOAD_ADD,
    (
        Step(_("Who came lately, and how long it can wait."),
             _("Consults"), "consults"),
        Step(_("Red flags stand first; a sentence leads to the words it rests on."),
             _("The newest consult"), "consult", "consult.tour:newest"),
        Step(_("Which steps led to the answer, and what each took."),
             _("Its trace"), "consult_trace", "consult.tour:newest"),
        Step(_("Begin one yourself: speak, or type three sentences."),
             _("A new consult"), "consult_new"),
    ),
)  # fmt: skip
