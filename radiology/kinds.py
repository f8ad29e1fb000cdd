"""What a worker is asked about films: unpack many, open one, answer one, put a map to its test."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.models import UploadKind
from clinic.pipeline import NO_PARAMS, RunKind, register
from radiology import chest

OPEN, CHEST, MAP_TEST, ARCHIVE = "radiology.film", chest.NAME, "radiology.map_test", "radiology.archive"
TEXT = "radiology.text"
PICTURES = frozenset({UploadKind.FILM.value, UploadKind.IMAGE.value})
CORRECTION: dict[str, Any] = {
    "quarter_turns": {"type": "integer", "minimum": 0, "maximum": 3, "default": 0,
                      "description": "Quarter turns clockwise that put the film upright."},
    "is_inverted": {"type": "boolean", "default": False, "description": "Dark and bright are turned round first."},
}  # fmt: skip
WITHOUT_MAP: dict[str, Any] = {"type": "boolean", "description": "No map: quicker, for many films."}
FILM_PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": CORRECTION | {"disable_cam": WITHOUT_MAP},  # for the engine, which is asked next: said or not said
    "additionalProperties": False,
}
CHEST_PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": CORRECTION | {"disable_cam": WITHOUT_MAP | {"default": False}},
    "additionalProperties": False,
}


def clean_correction(params: dict[str, Any]) -> dict[str, Any]:
    return _clean(params, FILM_PARAMS)


def clean_chest(params: dict[str, Any]) -> dict[str, Any]:
    return _clean(params, CHEST_PARAMS)


def clean_map_test(params: dict[str, Any]) -> dict[str, Any]:
    run = params.get("run")
    if set(params) != {"run"} or not isinstance(run, str) or len(run) != 36:
        raise Refusal(Code.INVALID, fields={"run": [gettext("The run that gave the map.")]})
    return {"run": run}


def _clean(params: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = schema["properties"]
    wrong = {name[:60]: [gettext("not known")] for name in params if name not in known}
    said = {name: params.get(name, facts.get("default")) for name, facts in known.items()}
    cleaned = {name: value for name, value in said.items() if name in params or "default" in known[name]}
    wrong |= {name: [_WANTED[known[name]["type"]]()] for name in cleaned if not _fits(cleaned[name], known[name])}
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return cleaned


_WANTED = {
    "integer": lambda: gettext("a whole number from 0 to 3"),
    "boolean": lambda: gettext("yes or no"),
}


def _fits(value: Any, facts: dict[str, Any]) -> bool:
    if facts["type"] == "boolean":
        return isinstance(value, bool)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return is_whole and facts["minimum"] <= value <= facts["maximum"]


_CORRECTION_TITLES: dict[str, str | Promise] = {"quarter_turns": _("Turned"), "is_inverted": _("Inverted")}

register(
    RunKind(
        name=OPEN,
        title=_("Open a film"),
        resource=Resource.VISION,
        limit_s=60,
        handler="radiology.worker:open_film",
        params="radiology.kinds:clean_correction",
        params_schema=FILM_PARAMS,
        recorder="radiology.actions.record:film_opened",
        follow_ups="radiology.steps:after_opening",
        upload_kinds=PICTURES,
        begins_with=frozenset({UploadKind.FILM.value}),
        uploads_min=1,
        uploads_max=1,
        stages=("decode", "gate"),
        stage_titles={"decode": _("Decode the picture"), "gate": _("Is it a chest film?")},
        fact_titles=_CORRECTION_TITLES | {
            "rows": _("Rows"), "columns": _("Columns"), "is_accepted": _("Fit for the engine"),
            "reasons": _("Reasons"), "problem": _("Problem"), "disable_cam": _("Without map"),
        },
        is_clinical=False,
    )
)  # fmt: skip

register(
    RunKind(
        name=CHEST,
        title=_("Chest film"),
        resource=Resource.VISION,
        limit_s=120,
        handler="radiology.worker:read_film",
        params="radiology.kinds:clean_chest",
        params_schema=CHEST_PARAMS,
        recorder="radiology.actions.record:film_answered",
        follow_ups="radiology.steps:after_reading",
        conceals="radiology.blindness:concealed",
        recalls="radiology.recall:known_answer",
        as_recorded="radiology.replaying:as_recorded",
        upload_kinds=PICTURES,
        uploads_min=1,
        uploads_max=1,
        stages=("decode", "ask"),
        stage_titles={"decode": _("Decode the picture"), "ask": _("Ask both nets")},
        fact_titles=_CORRECTION_TITLES | {
            "label": _("Answer"), "confidence": _("How sure"), "set": _("Possible"), "risk": _("Risk level"),
            "disable_cam": _("Without map")
        },
        entry_template="radiology/entry.html",
        result_template="radiology/recalled.html",
    )
)  # fmt: skip

register(
    RunKind(
        name=MAP_TEST,
        title=_("Test of a map"),
        resource=Resource.VISION,
        limit_s=180,
        handler="radiology.worker:test_map",
        params="radiology.kinds:clean_map_test",
        recorder="radiology.actions.record:map_tested",
        upload_kinds=PICTURES,
        uploads_min=1,
        uploads_max=1,
        stages=("masks", "weights"),
        stage_titles={"masks": _("Against random masks"), "weights": _("Against random weights")},
        fact_titles={"is_passed": _("Passed"), "beaten": _("Random masks beaten"), "correlation": _("Correlation")},
        is_clinical=False,
        is_offered=False,
    )
)

register(
    RunKind(
        name=ARCHIVE,
        title=_("Unpack films"),
        resource=Resource.IO,
        limit_s=1800,
        handler="radiology.archive_worker:unpack",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
        permission=Permission.UPLOAD_ADD,
        upload_kinds=frozenset({UploadKind.ARCHIVE.value}),
        uploads_min=1,
        uploads_max=1,
        stages=("unpack",),
        stage_titles={"unpack": _("Take out the films")},
        fact_titles={"added": _("Films added"), "known": _("Here before"), "failed": _("Not taken"),
                     "refused": _("Why")},
        result_template="radiology/archive_result.html",
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip

register(
    RunKind(
        name=TEXT,
        title=_("Writing in a film"),
        resource=Resource.CPU,
        limit_s=180,
        handler="radiology.text_worker:look",
        params="clinic.pipeline:no_params",
        params_schema=NO_PARAMS,
        recorder="radiology.actions.record:text_looked_for",
        upload_kinds=PICTURES,
        uploads_min=1,
        uploads_max=1,
        stages=("decode", "read"),
        stage_titles={"decode": _("Decode the picture"), "read": _("Look for writing")},
        fact_titles={"state": _("Found"), "places": _("Places")},
        is_clinical=False,
        is_in_reports=False,
        is_offered=False,
    )
)
