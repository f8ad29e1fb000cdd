"""What a worker is asked about the facts of documents."""

from django.utils.translation import gettext_lazy as _

from clinic import texts
from clinic.authorization.permissions import Permission
from clinic.engines import wishes
from clinic.lanes import Resource
from clinic.models import UploadKind
from clinic.pipeline import NO_PARAMS, RunKind, register
from extraction import fields
from extraction.prompt_orders import COMPARISON, COMPARISON_PARAMS, TRIAL, TRIAL_PARAMS

EXTRACT, BATCH = fields.NAME, "extraction.batch"
MANY = frozenset({UploadKind.ARCHIVE.value, UploadKind.DATA.value})

register(
    RunKind(
        name=EXTRACT,
        title=_("Facts of a document"),
        resource=Resource.CPU,
        limit_s=fields.LIMIT_S,
        handler="extraction.worker:extract",
        params="clinic.engines.wishes:clean",
        params_schema=wishes.PARAMS,
        recorder="extraction.actions.record:facts_found",
        upload_kinds=texts.READABLE,
        uploads_min=1,
        uploads_max=1,
        reads_text=True,
        stages=("ask", "hold"),
        stage_titles={"ask": _("Ask the engine"), "hold": _("Hold the answer against the text")},
        fact_titles={
            "label": _("Answer"), "found": _("Facts found"), "to_check": _("To check"),
            "doubts": _("Why the engine asks for a person"),
            "engine": _("Engine that was wished for"),
            "prompt": _("Prompt"), "calls": _("Calls of a language model"),
            "tokens": _("Tokens"), "estimated_tokens": _("Tokens that are estimated"), "cost": _("Cost in dollars"),
        },
        entry_template="clinic/entries/answer.html",
        is_offered=False,  # a document is asked about on its own page, which has it read first
    )
)  # fmt: skip

register(
    RunKind(
        name=TRIAL,
        title=_("Prompt on golden documents"),
        resource=Resource.LLM,
        limit_s=1800,
        handler="extraction.prompt_worker:trial",
        params="extraction.prompt_orders:clean_trial",
        params_schema=TRIAL_PARAMS,
        recorder="extraction.actions.prompts:tried",
        uploads_max=0,
        stages=("ask",),
        stage_titles={"ask": _("Ask on every document")},
        fact_titles={
            "version": _("Prompt"), "asked": _("Engine"), "documents": _("Documents"), "valid": _("Fit the schema"),
        },
        permission=Permission.ENGINES_MANAGE,
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip

register(
    RunKind(
        name=COMPARISON,
        title=_("Two prompts side by side"),
        resource=Resource.LLM,
        limit_s=3600,
        handler="extraction.prompt_worker:compare",
        params="extraction.prompt_orders:clean_comparison",
        params_schema=COMPARISON_PARAMS,
        recorder="extraction.actions.comparing:answered",
        uploads_max=0,
        stages=("ask",),
        stage_titles={"ask": _("Ask on every document")},
        fact_titles={"first": _("First version"), "second": _("Second version"), "asked": _("Engine"),
                     "documents": _("Documents")},
        permission=Permission.ENGINES_MANAGE,
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip

register(
    RunKind(
        name=BATCH,
        title=_("Take in many documents for their facts"),
        resource=Resource.IO,
        limit_s=6 * 3600,
        handler="extraction.batch_worker:take_in",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
        permission=Permission.UPLOAD_ADD,
        upload_kinds=MANY,
        uploads_min=1,
        uploads_max=1,
        stages=("take_out",),
        stage_titles={"take_out": _("Take out the documents")},
        fact_titles={"sent": _("Files in it"), "added": _("Documents added"), "known": _("Here before"),
                     "failed": _("Not taken")},
        result_template="extraction/batch_result.html",
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip
