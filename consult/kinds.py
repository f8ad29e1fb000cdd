"""What a worker is asked about a consult: look at a picture, answer what is there."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic import texts
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.models import UploadKind
from clinic.pipeline import NO_PARAMS, RunKind, register
from consult import answering
from consult.models import Part

LOOK, ANSWER = "consult.look", answering.NAME
PICTURES = frozenset({UploadKind.IMAGE.value, UploadKind.FILM.value, UploadKind.DOCUMENT.value})
FILM, DOCUMENT, PHOTO = "film", "document", "photo"
_AFTER_LOOK = {FILM: "radiology.film", DOCUMENT: texts.KIND}  # who knows pictures of this sort, if it is installed
MOST_UPLOADS = 40  # as many as a consult has parts
ANSWER_PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "consult": {"type": "string", "format": "uuid"},
        "number": {"type": "integer", "minimum": 1},
        "language": {"type": "string", "enum": ["en", "es"]},
        "missing": {"type": "array", "items": {"type": "string"}},
        "parts": {"type": "array", "items": {"type": "object"}},
    },
    "additionalProperties": False,
}


def after_look(facets: dict[str, Any]) -> str:
    return _AFTER_LOOK.get(str(facets.get("kind")), "") if facets.get("is_usable") else ""


def told_of(part: Part, *, edits: int = 0) -> dict[str, Any]:
    """One part as the run of an answer names it. `edits`: how many acts of people on its transcript count in it."""
    return {
        "number": part.number,
        "sort": part.sort,
        "upload": str(part.upload_id or ""),
        "run": str(part.run_id or ""),
        "edits": edits,
    }


def clean_answer(params: dict[str, Any]) -> dict[str, Any]:
    """Asked for by the house only: a consult knows its parts."""
    known = ANSWER_PARAMS["properties"]
    if wrong := {name[:60]: [gettext("not known")] for name in params if name not in known}:
        raise Refusal(Code.INVALID, fields=wrong)
    if missing := {name: [gettext("Missing.")] for name in known if name not in params}:
        raise Refusal(Code.INVALID, fields=missing)
    return params


register(
    RunKind(
        name=LOOK,
        title=_("Look at a picture"),
        resource=Resource.CPU,
        limit_s=12,  # nobody waits longer for a picture, and the answer may need this worker
        handler="consult.worker:look",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
        upload_kinds=PICTURES,
        uploads_min=1,
        uploads_max=1,
        stages=("look",),
        stage_titles={"look": _("Quality and kind")},
        fact_titles={"kind": _("Kind"), "is_usable": _("Good enough"), "problem": _("Problem"),
                     "faults": _("What is wrong with it")},
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip

register(
    RunKind(
        name=ANSWER,
        title=_("Answer with sources"),
        resource=Resource.CPU,
        limit_s=60,
        handler="consult.worker:answer",
        params="consult.kinds:clean_answer",
        params_schema=ANSWER_PARAMS,
        uploads_max=MOST_UPLOADS,
        stages=("gather", "ask"),
        stage_titles={"gather": _("Take together what was said and seen"), "ask": _("Ask the engine")},
        fact_titles={
            "label": _("Answer"), "confidence": _("How sure"), "set": _("Possible"), "red_flags": _("Red flags"),
            "missing": _("Missing"), "doubts": _("Why a person is needed"), "is_urgent": _("Cannot wait"),
            "blocked": _("Taken out by the filter"),
            "number": _("Number"), "language": _("Language"), "characters": _("Characters"),
        },
        spoken="consult.speaking:words",
        entry_template="clinic/entries/answer.html",
        is_offered=False,
    )
)  # fmt: skip
