"""What an experiment shows so far: over all fields, by kind of field, and by kind of document.

All documents count that came while it ran and were checked to the end, by the arm they were drawn for, also those that
another engine answered: that a version makes engines fail is an effect of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean, stdev
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.doubt.intervals import too_few
from clinic.doubt.trial import Compared, Plan, Says, compared, says
from clinic.models import Result
from extraction import assigning, decided
from extraction.decided import Counted
from extraction.models import Experiment, ExperimentMove, FactSheet
from extraction.models.experiments import Phase

LOOKED_BACK = timedelta(days=90)
ASSUMED = (0.8, 0.25)  # where too few documents tell
LEAST_SPREAD = 0.02


@dataclass(frozen=True)
class Scored:
    """One document: its arm and how much of it was taken unchanged, over all fields and by kind."""

    is_second: bool
    document_kind: str  # as its content is typed: text/plain, application/pdf
    score: float
    by_kind: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    name: str
    compared: Compared


@dataclass(frozen=True)
class Shown:
    whole: Compared | None
    says: Says
    by_kind: list[Part] = field(default_factory=list)
    by_document: list[Part] = field(default_factory=list)
    waiting: int = 0  # came while it ran, not checked to the end yet
    otherwise: int = 0  # answered by something else than the prompt of their arm

    def as_json(self) -> dict[str, Any]:
        whole = self.whole
        return {} if whole is None else {
            "difference": whole.figure.as_json(), "first": whole.first, "second": whole.second,
            "n_first": whole.n_first, "n_second": whole.n_second,
        }  # fmt: skip


def visible(by: Actor) -> QuerySet[Experiment]:
    """Each with its `phase` and `verdict`, which are those of its newest move."""
    newest = ExperimentMove.objects.filter(experiment=OuterRef("pk")).order_by("-number")
    rows = Experiment.objects.visible_to(by).select_related("first", "second", "author")
    return rows.annotate(phase=Subquery(newest.values("phase")[:1]), verdict=Subquery(newest.values("verdict")[:1]))


def score(counted: Iterable[Counted]) -> float:
    """A fact that people had to add counts as one that was not right; a document with none at all is right."""
    rows = list(counted)
    whole = sum(one.all for one in rows)
    return sum(one.accepted for one in rows) / whole if whole else 1.0


def learned(site_id: UUID) -> tuple[float, float, int]:
    """Expected score, its spread, and from how many documents: what a plan begins with."""
    now = timezone.now()
    by_run = _by_run(site_id, now - LOOKED_BACK, now)
    scores = [score(rows) for rows in by_run.values()]
    if too_few(len(scores)):
        return (*ASSUMED, 0)
    return round(fmean(scores), 4), round(min(0.5, max(LEAST_SPREAD, stdev(scores))), 4), len(scores)


def _by_run(site_id: UUID, since: datetime, until: datetime) -> dict[UUID, list[Counted]]:
    found: dict[UUID, list[Counted]] = defaultdict(list)
    for one in decided.counted(site_id, since, until):
        found[one.run_id].append(one)
    return found


def shown(experiment: Experiment) -> Shown:
    """Looking is free: whenever somebody looks, what she sees holds."""
    moves = {move.phase: move.at for move in ExperimentMove.objects.filter(experiment=experiment)}
    if Phase.RUNNING not in moves:
        return Shown(None, Says.GO_ON)
    until = moves.get(Phase.ENDED, timezone.now())
    came = FactSheet.objects.filter(site=experiment.site_id, added_at__gte=moves[Phase.RUNNING], added_at__lt=until)
    checked_ones = came.filter(finished_at__lt=until, finished_run__isnull=False).select_related("upload")
    sheets = list(checked_ones.order_by("finished_at", "id"))
    rows = _by_run(experiment.site_id, moves[Phase.RUNNING], until)
    scored = [_scored(experiment, sheet, rows.get(sheet.finished_run_id or sheet.pk, [])) for sheet in sheets]
    plan = experiment.plan
    whole = _compared(scored, [one.score for one in scored], plan)
    return Shown(
        whole, says(whole, plan), by_kind=_by_kind(scored, plan), by_document=_by_document(scored, plan),
        waiting=came.count() - len(sheets), otherwise=_otherwise(experiment, sheets),
    )  # fmt: skip


def _scored(experiment: Experiment, sheet: FactSheet, rows: list[Counted]) -> Scored:
    by_kind = {one.kind: score([one]) for one in rows}
    return Scored(assigning.is_second(experiment, sheet.upload.sha256), sheet.upload.content_type, score(rows), by_kind)


def _compared(scored: Sequence[Scored], scores: Sequence[float], plan: Plan, parts: int = 1) -> Compared | None:
    """Of several parts looked at together each gets a share of the risk, so that all their intervals hold at once."""
    return compared([one.is_second for one in scored], scores, plan, 1 - (1 - plan.level) / parts)


def _by_kind(scored: Sequence[Scored], plan: Plan) -> list[Part]:
    kinds = sorted({kind for one in scored for kind in one.by_kind})
    parts = []
    for kind in kinds:
        those = [one for one in scored if kind in one.by_kind]
        found = _compared(those, [one.by_kind[kind] for one in those], plan, len(kinds))
        parts += [Part(kind, found)] if found else []
    return parts


def _by_document(scored: Sequence[Scored], plan: Plan) -> list[Part]:
    kinds = sorted({one.document_kind for one in scored})
    parts = []
    for kind in kinds:
        those = [one for one in scored if one.document_kind == kind]
        found = _compared(those, [one.score for one in those], plan, len(kinds))
        parts += [Part(kind, found)] if found else []
    return parts


def _otherwise(experiment: Experiment, sheets: Sequence[FactSheet]) -> int:
    used: dict[Any, Any] = dict(Result.objects.filter(run__in=[one.finished_run_id for one in sheets])
                .values_list("run", "facets__prompt"))  # fmt: skip
    arms = {True: experiment.second.sha256, False: experiment.first.sha256}
    return sum(used.get(one.finished_run_id) != arms[assigning.is_second(experiment, one.upload.sha256)]
               for one in sheets)  # fmt: skip
