"""What a worker is asked about documents."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from classify import specialty
from clinic import texts
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.pipeline import RunKind, register

ROUTE = specialty.NAME


def clean(params: dict[str, Any]) -> dict[str, Any]:
    if params:
        raise Refusal(Code.INVALID, fields={name[:60]: [gettext("not known")] for name in params})
    return {}


register(
    RunKind(
        name=ROUTE,
        title=_("Document specialty"),
        resource=Resource.CPU,
        limit_s=60,
        handler="classify.worker:route",
        params="classify.kinds:clean",
        params_schema={"type": "object", "properties": {}, "additionalProperties": False},
        recorder="classify.actions.record:document_routed",
        upload_kinds=texts.READABLE,
        uploads_min=1,
        uploads_max=1,
        reads_text=True,
        stages=("ask",),
        stage_titles={"ask": _("Ask the engine")},
        fact_titles={
            "label": _("Answer"), "confidence": _("How sure"), "set": _("Possible"), "is_urgent": _("Urgent"),
            "novelty": _("How unlike what it learned from"), "doubts": _("Why the engine asks for a person"),
        },
        entry_template="clinic/entries/answer.html",
        is_offered=False,  # a document is added on the page of documents, which has it read first
    )
)  # fmt: skip
