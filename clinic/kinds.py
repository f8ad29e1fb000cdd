"""The core's own kinds of run."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.backups.order import DRILL
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.pipeline import NO_PARAMS, RunKind, register

CHECK_MODES, TRIAL_MODES = ("pass", "chain"), ("fail", "refuse", "hang", "die")


def check_modes() -> tuple[str, ...]:
    """How a check may end. In production nobody takes workers down by asking for it."""
    return CHECK_MODES if settings.IS_PRODUCTION else CHECK_MODES + TRIAL_MODES


CHECK_PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "mode": {"enum": list(check_modes()), "default": "pass"},
        "seconds": {"type": "number", "minimum": 0, "maximum": 3600, "default": 0},
        "label": {"type": "string", "maxLength": 40, "default": ""},
    },
    "additionalProperties": False,
}


def clean_check(params: dict[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    mode = params.get("mode", "pass")
    if mode not in check_modes():
        wrong["mode"] = [gettext("one of %s") % ", ".join(check_modes())]
    seconds = params.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 3600:
        wrong["seconds"] = [gettext("a number from 0 to 3600")]
    label = params.get("label", "")
    if not isinstance(label, str) or len(label) > 40:
        wrong["label"] = [gettext("at most 40 characters")]
    if unknown := set(params) - {"mode", "seconds", "label"}:
        wrong |= {name: [gettext("not known")] for name in unknown}
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return {"mode": mode, "seconds": float(seconds), "label": label}


register(
    RunKind(
        name="clinic.check",
        title=_("Integrity check"),
        resource=Resource.CPU,
        limit_s=settings.CHECK_LIMIT_SECONDS,
        handler="clinic.worker:check",
        params="clinic.kinds:clean_check",
        params_schema=CHECK_PARAMS,
        follow_ups="clinic.worker:check_follow_ups",
        uploads_max=20,
        paced_by=("mode", "seconds"),
        stages=("read", "settle"),
        stage_titles={"read": _("Read and hash every byte"), "settle": _("Compare with the stored digest")},
        fact_titles={
            "mode": _("How it ends"),
            "seconds": _("Take at least"),
            "label": _("Label"),
            "files": _("Files"),
            "bytes": _("Bytes read"),
            "all_match": _("All match"),
        },
        entry_template="clinic/entries/check.html",
        is_clinical=False,
    )
)

register(
    RunKind(
        name="clinic.incident_pack",
        title=_("Incident pack"),
        resource=Resource.IO,
        limit_s=300,
        handler="clinic.incident_pack.worker:write",
        params="clinic.incident_pack.order:clean",
        recorder="clinic.actions.incidents:record_pack",
        uploads_max=0,
        stages=("gather", "write"),
        stage_titles={"gather": _("Gather what happened"), "write": _("Write PDF and JSON")},
        fact_titles={"incident": _("Incident"), "language": _("Language"), "cases": _("Cases"), "bytes": _("Bytes")},
        permission=Permission.ENGINES_VIEW,
        is_clinical=False,
        is_offered=False,
    )
)

register(
    RunKind(
        name="clinic.golden",
        title=_("Test cases of an engine"),
        resource=Resource.CPU,
        limit_s=600,
        handler="clinic.engines.golden_worker:handle",
        params="clinic.engines.golden_order:clean",
        uploads_max=0,
        stages=("ask",),
        stage_titles={"ask": _("Ask every case")},
        fact_titles={
            "engine": _("Engine"),
            "cause": _("Cause"),
            "asked": _("Asked"),
            "cases": _("Cases"),
            "failed": _("Came out otherwise"),
            "is_ok": _("All as they must be"),
        },
        permission=Permission.ENGINES_VIEW,
        is_clinical=False,
        is_offered=False,
    )
)

register(
    RunKind(
        name="clinic.replay",
        title=_("Replay"),
        resource=Resource.CPU,
        limit_s=600,
        handler="clinic.replay.worker:handle",
        params="clinic.replay.order:clean",
        uploads_max=0,
        stages=("open", "ask"),
        stage_titles={"open": _("Open the recorded engine"), "ask": _("Ask it again")},
        fact_titles={
            "run": _("Of run"),
            "is_identical": _("Bit for bit the same"),
            "same_label": _("Same answer"),
            "largest_gap": _("Largest difference"),
            "same_build": _("Same build and processor"),
        },
        permission=Permission.RUN_VIEW,
        is_offered=False,
    )
)

register(
    RunKind(
        name=DRILL,
        title=_("Restore drill"),
        resource=Resource.IO,
        limit_s=4 * 3600,
        handler="clinic.backups.worker:drill",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
        recorder="clinic.actions.backups:record_drill",
        uploads_max=0,
        stages=("read", "restore"),
        stage_titles={"read": _("Read the backup to its end"), "restore": _("Put it back and compare")},
        fact_titles={
            "problem": _("Problem"),
            "rows": _("Rows"),
            "objects": _("Files"),
            "events": _("Events of the audit"),
            "seconds": _("Seconds"),
        },
        permission=Permission.BACKUPS_MANAGE,
        is_clinical=False,
        is_offered=False,
    )
)
