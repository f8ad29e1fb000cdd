"""What a worker is asked about an attempt: hear it, measure how it sounds, say something useful about it. None of the
three has uploads or a case; whom it is for stands in the row of the attempt, what is said never in a run."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.pipeline import RunKind, register

HEAR, SOUND, FEEDBACK, SEARCH = "coaching.hear", "coaching.sound", "coaching.feedback", "coaching.search"


def _schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


_ID = {"type": "string", "format": "uuid"}
HEAR_PARAMS = _schema(attempt=_ID, part={"type": "integer", "minimum": 1})
ONE_PARAMS = _schema(attempt=_ID)
SEARCH_PARAMS = _schema(search=_ID)


def clean_hear(params: dict[str, Any]) -> dict[str, Any]:
    return _cleaned(params, ("attempt", "part"))


def clean_one(params: dict[str, Any]) -> dict[str, Any]:
    return _cleaned(params, ("attempt",))


def clean_search(params: dict[str, Any]) -> dict[str, Any]:
    return _cleaned(params, ("search",))


def _cleaned(params: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    """Asked for by the house only."""
    wrong = {name[:60]: [gettext("not known")] for name in params if name not in known}
    wrong |= {name: [gettext("Missing.")] for name in known if name not in params}
    if not wrong:
        try:
            UUID(str(params[known[0]]))
        except ValueError:
            wrong = {known[0]: [gettext("not known")]}
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return params


_OURS: dict[str, Any] = {
    "permission": Permission.COACH_PRACTISE, "uploads_max": 0, "is_clinical": False, "is_in_reports": False,
    "is_offered": False,
}  # fmt: skip

register(
    RunKind(
        name=HEAR, title=_("Words of a practice"), resource=Resource.SPEECH, limit_s=600,
        handler="coaching.worker:hear", params="coaching.kinds:clean_hear", params_schema=HEAR_PARAMS,
        recorder="coaching.actions.reading:heard", stages=("hear",), stage_titles={"hear": _("Turn speech into words")},
        fact_titles={"engine": _("Heard by"), "seconds": _("Seconds"), "problem": _("Problem"), "part": _("Part"),
                     "attempt": _("Attempt")}, **_OURS,
    )
)  # fmt: skip

register(
    RunKind(
        name=SOUND, title=_("Delivery of a practice"), resource=Resource.CPU, limit_s=120,
        handler="coaching.worker:sound", params="coaching.kinds:clean_one", params_schema=ONE_PARAMS,
        recorder="coaching.actions.reading:measured", stages=("measure",),
        stage_titles={"measure": _("Measure pauses, pitch and loudness")},
        fact_titles={"seconds": _("Seconds"), "problem": _("Problem"), "attempt": _("Attempt")}, **_OURS,
    )
)  # fmt: skip

register(
    RunKind(
        name=FEEDBACK, title=_("Feedback on a practice"), resource=Resource.CPU, limit_s=60,
        handler="coaching.worker:feedback", params="coaching.kinds:clean_one", params_schema=ONE_PARAMS,
        recorder="coaching.actions.reading:told", stages=("read", "ask"),
        stage_titles={"read": _("Read the answer"), "ask": _("Ask the engines")},
        fact_titles={"engine": _("Told by"), "passed": _("Better engines that did not answer"),
                     "characters": _("Characters"), "attempt": _("Attempt")}, **_OURS,
    )
)  # fmt: skip

register(
    RunKind(
        name=SEARCH, title=_("Questions by meaning"), resource=Resource.CPU, limit_s=30,
        handler="coaching.worker:search", params="coaching.kinds:clean_search", params_schema=SEARCH_PARAMS,
        recorder="coaching.actions.searching:found", stages=("compare",),
        stage_titles={"compare": _("Compare what is meant")},
        fact_titles={"found": _("Found"), "search": _("Search")}, **_OURS,
    )
)  # fmt: skip
