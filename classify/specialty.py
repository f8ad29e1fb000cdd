"""The capability: to which specialty a document belongs, and which engines come with the product."""

from django.utils.translation import gettext_lazy as _

from classify.inference.specialties import OTHER
from clinic import capabilities
from clinic.capabilities import Capability, ClassCard, Shipped
from clinic.document_words import SENTENCES

NAME = "classify.document"
LINEAR_SHA256 = "ccdae82c21ca925124b511e2578c4583fda968cc29a649324456d69ef70ecd5d"

ROUTES = Capability(
    name=NAME,
    title=_("Document specialty"),
    kind=NAME,
    loader="classify.inference.engine:load",
    golden="classify.inference.golden:differs",
    classes={
        "cardiology": ClassCard(_("Cardiology"), risk=0.5),
        "emergency": ClassCard(_("Emergency"), risk=0.95),
        "pulmonology": ClassCard(_("Pulmonology"), risk=0.5),
        "gastroenterology": ClassCard(_("Gastroenterology"), risk=0.4),
        "dermatology": ClassCard(_("Dermatology"), risk=0.2),
        OTHER: ClassCard(_("Other or unknown"), risk=0.4),
    },
    shipped=(Shipped("classify/weights/specialty-1", LINEAR_SHA256),),
    refusals={
        **{code: one.why for code, one in SENTENCES.items()},
        "unfamiliar": _("Too few of its words are known to this engine."),
        "not_english": _("This engine learned from English texts only."),
    },
    not_for=_("It sorts documents. Never use it to leave one unread, or to decide how urgent a patient is."),
)
capabilities.register(ROUTES)
