"""The capability: how urgent what was said and shown is, and which engines come with the product."""

from django.utils.translation import gettext_lazy as _

from clinic import capabilities
from clinic.capabilities import Capability, ClassCard, Shipped

NAME = "consult.answer"
RULES_SHA256 = "f7563692ac4959dbdc2b4e43048426dcf39ff81ec7ce3dd220ff0ac96dc0e14d"

ANSWERS = Capability(
    name=NAME,
    title=_("Consult"),
    kind=NAME,
    loader="consult.inference.engine:load",
    golden="consult.inference.golden:differs",
    classes={
        "self_care": ClassCard(_("Self-care"), risk=0.1),
        "routine": ClassCard(_("Routine"), risk=0.2),
        "urgent": ClassCard(_("Urgent"), risk=0.7),
        "emergency": ClassCard(_("Emergency"), risk=1.0),
    },
    shipped=(Shipped("consult/weights/rules-1", RULES_SHA256, rung=1),),
    refusals={"nothing_said": _("Nobody said anything that could be read. Type the words, or record again.")},
    not_for=_("It sums up what was said. It examines nobody, and never replaces a call for help."),
)
capabilities.register(ANSWERS)
