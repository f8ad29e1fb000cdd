"""The capability: the facts of a document, and which engines come with the product."""

from django.utils.translation import gettext_lazy as _

from clinic import capabilities
from clinic.capabilities import Capability, ClassCard, Shipped
from clinic.document_words import SENTENCES

NAME = "extraction.document"
FACTS, NONE = "facts", "none"
LIMIT_S = 120  # of a run, whoever answers
RULES_SHA256 = "b302c64471fbf561eb98ebf0627e39281af87fc949378bf5d865910474d2478a"

FIELDS = Capability(
    name=NAME,
    title=_("Facts of a document"),
    kind=NAME,
    loader="extraction.inference.engine:load",
    demand="extraction.routing:demand",
    golden="extraction.inference.golden:differs",
    before_deciding="extraction.actions.checking:demand_checked",
    classes={
        FACTS: ClassCard(_("Facts found"), risk=0.5),
        NONE: ClassCard(_("No facts"), risk=0.3),
    },
    shipped=(Shipped("extraction/weights/rules-1", RULES_SHA256, rung=1),),
    refusals={
        **{code: one.why for code, one in SENTENCES.items()},
        "other_language": _("This engine reads English texts only."),
    },
    not_for=_("It finds what a document says, not whether that is true. Never act on a value nobody has checked."),
)
capabilities.register(FIELDS)
