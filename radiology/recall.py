"""What the engine said of the same film before. The same engine says the same of the same bytes, so it is not asked
twice; another engine, another way to put the film, and the next asking goes to the engine.

It is a look into the stored answers, not a second store: nothing can be stale in it, and an answer stays under the key
of the patient whom it is about, so it serves that patient only. `actions.recall.forget` draws a line through it.
"""

from dataclasses import replace
from typing import Any

from clinic import evidence, stops
from clinic.models import Result, Run, RunState
from clinic.pipeline import Work
from clinic.sealing import Unreadable
from radiology import kinds
from radiology.models import ForgottenAnswers
from radiology.outcomes import ChestAnswer, FilmMap

LOOKED_AT = 5  # of the latest that fit


def known_answer(work: Work) -> ChestAnswer | None:
    """Of the engine that was chosen for this run, which is open and not stopped: a stopped one is not chosen."""
    run = Run.objects.select_related("case").get(pk=work.run_id)
    if run.case is None:
        return None
    found = list(_fitting(run, work)[:LOOKED_AT])
    marked = stops.marked(result.pk for result in found)
    for result in found:
        if result.pk not in marked and (answer := _as_said(result, work)) is not None:
            return answer
    return None


def _fitting(run: Run, work: Work) -> Any:
    digest = work.engine.engine.digest
    rows = Result.objects.filter(
        site=run.site_id, kind=run.kind, engine_digest=digest, case__patient=run.case.patient_id if run.case else None,
        run__state=RunState.SUCCEEDED, run__params=run.params, run__inputs__upload__sha256=work.upload.sha256,
    )  # fmt: skip
    line = ForgottenAnswers.objects.filter(site=run.site_id, engine_digest__in=("", digest)).order_by("-at").first()
    rows = rows.filter(at__gt=line.at) if line else rows
    return rows.filter(facets__recalled_from="").select_related("case").order_by("-at")


def _as_said(result: Result, work: Work) -> ChestAnswer | None:
    try:
        told = dict(result.outcome)
    except Unreadable:
        return None
    if told.get("precision") != precision_of(work.engine.asked):
        return None  # this machine computes otherwise than the one that answered
    return read(told, recalled_from=str(result.run_id), upload=str(work.upload.id))


def precision_of(asked: Any) -> str:
    """How this machine computes it: the manifest leaves that open, and the answers say it."""
    return str(asked.identity.precision)


def read(told: dict[str, Any], *, recalled_from: str, upload: str) -> ChestAnswer:
    """Back from what was stored. What it points at is this file, which has the same bytes."""
    places = tuple(replace(evidence.read(one), upload=upload) for one in told.pop("evidence", ()))
    shown = told.pop("map", None)
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return ChestAnswer(**plain, evidence=places, map=_map(shown) if shown else None, recalled_from=recalled_from)


def _map(told: dict[str, Any]) -> FilmMap:
    members = {name: tuple(values) for name, values in (told.pop("members", None) or {}).items()}
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return FilmMap(**plain, members=members)


def map_test_of(run_id: str) -> Run | None:
    tested = Run.objects.filter(kind=kinds.MAP_TEST, params__run=run_id, state=RunState.SUCCEEDED)
    return tested.order_by("-finished_at").first()
