"""The core's own capability, small enough to be read in one sitting: how urgent is a letter? It exercises everything
engines are bound to."""

from django.utils.translation import gettext_lazy as _

from clinic import capabilities, pipeline
from clinic.capabilities import Capability, ClassCard, Shipped
from clinic.lanes import Resource
from clinic.models import UploadKind
from clinic.pipeline import RunKind

NAME = "clinic.letters"
LINEAR_SHA256 = "92a7e90cb857839571ae722658aa817a377ad22dc7ecc870d29a44220055b98c"
RULES_SHA256 = "f46103ae3342fcdaf52a8d34c9420d0767dd3aaaa055d3a1b0ae9e0bb181af2c"
LIMIT_S = 30


capabilities.register(
    Capability(
        name=NAME,
        title=_("Letter urgency"),
        kind=NAME,
        loader="clinic.inference.letters.engine:load",
        golden="clinic.inference.letters.golden:differs",
        classes={
            "routine": ClassCard(_("Routine"), risk=0.1),
            "urgent": ClassCard(_("Urgent"), risk=0.6),
            "emergency": ClassCard(_("Emergency"), risk=1.0),
        },
        shipped=(
            Shipped("clinic/weights/letters-1", LINEAR_SHA256, rung=0),
            Shipped("clinic/weights/letter-rules-1", RULES_SHA256, rung=1),
        ),
        refusals={
            "too_short": _("The letter is too short for this engine."),
            "unfamiliar": _("Too few of its words are known to this engine."),
        },
        not_for=_("It orders reading. Never use it to leave a letter unread, or to delay one."),
    )
)  # fmt: skip

pipeline.register(
    RunKind(
        name=NAME,
        title=_("Letter urgency"),
        resource=Resource.CPU,
        limit_s=LIMIT_S,
        handler="clinic.letters_worker:handle",
        params="clinic.pipeline:no_params",
        params_schema=pipeline.NO_PARAMS,
        upload_kinds=frozenset({UploadKind.DOCUMENT.value}),
        uploads_min=1,
        uploads_max=1,
        stages=("read", "ask"),
        stage_titles={"read": _("Read the letter"), "ask": _("Ask the engine")},
        fact_titles={"label": _("Answer"), "confidence": _("How sure"), "set": _("Possible")},
        entry_template="clinic/entries/answer.html",
    )
)
