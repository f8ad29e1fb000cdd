"""What a worker is asked about documents."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from classify import specialty
from clinic import texts
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.models import UploadKind
from clinic.pipeline import NO_PARAMS, RunKind, register

ROUTE, BATCH = specialty.NAME, "classify.batch"
MANY = frozenset({UploadKind.ARCHIVE.value, UploadKind.DATA.value})


LEARN = "classify.learn"


def clean_learning(params: dict[str, Any]) -> dict[str, Any]:
    """Which engine begins, and until when decisions count: asked again it learns from the same."""
    wrong = {name[:60]: [gettext("not known")] for name in params if name not in ("engine", "until")}
    wrong |= {name: [gettext("needed")] for name in ("engine", "until") if not isinstance(params.get(name), str)}
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return {"engine": params["engine"][:64], "until": params["until"][:40]}


register(
    RunKind(
        name=ROUTE,
        title=_("Document specialty"),
        resource=Resource.CPU,
        limit_s=60,
        handler="classify.worker:route",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
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

register(
    RunKind(
        name=LEARN,
        title=_("Learn from decisions"),
        resource=Resource.CPU,
        limit_s=900,
        handler="classify.learning_worker:learn",
        params="classify.kinds:clean_learning",
        recorder="classify.actions.learning:record",
        uploads_max=0,
        stages=("gather", "learn", "write"),
        stage_titles={
            "gather": _("Gather what people decided"),
            "learn": _("Move the weights"),
            "write": _("Write the new engine"),
        },
        fact_titles={
            "items": _("Decisions learned from"),
            "before": _("Right before"),
            "after": _("Right after"),
            "made": _("New engine"),
            "engine": _("Begins with"),
            "until": _("Decisions until"),
        },
        permission=Permission.ENGINES_MANAGE,
        is_clinical=False,
        is_offered=False,
    )
)

register(
    RunKind(
        name=BATCH,
        title=_("Take in many documents"),
        resource=Resource.IO,
        limit_s=6 * 3600,
        handler="classify.batch_worker:take_in",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
        permission=Permission.UPLOAD_ADD,
        upload_kinds=MANY,
        uploads_min=1,
        uploads_max=1,
        stages=("take_out",),
        stage_titles={"take_out": _("Take out the documents")},
        fact_titles={"added": _("Documents added"), "known": _("Here before"), "failed": _("Not taken"),
                     "refused": _("Why")},
        result_template="classify/batch_result.html",
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip
