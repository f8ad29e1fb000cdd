"""What somebody should be told of although nobody looks: limits on what Operations shows, with defaults. Figures of the
last hour, of the whole machine, but for what engines get right, which is of a site. Nothing of any patient.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import quote
from uuid import UUID

from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import health, live_quality, operations
from clinic.authorization.scope import scope
from clinic.capabilities import capabilities
from clinic.health import Remembered
from clinic.models import RunState, Site
from clinic.models.runs import RunQuerySet
from clinic.operations import Percentile

HOUR = timedelta(hours=1)
QUALITY_S = 60.0
FEW = 20  # of fewer runs no share is worth waking anybody
LATENCY_S, ERRORS_SHARE, BREAKER_SHARE, ACCURACY_POINTS = 10.0, 0.01, 0.5, 0.05
LATENCY, ERRORS, BREAKER, ACCURACY, COVERAGE, WITNESS = (
    "latency", "errors", "breaker", "accuracy", "coverage", "witness"
)  # fmt: skip
NAMES: dict[str, str | Promise] = {
    LATENCY: _("Answers are slow"),
    ERRORS: _("Runs fail"),
    BREAKER: _("An engine hardly answers"),
    ACCURACY: _("An engine is less often right than promised"),
    COVERAGE: _("Sets of an engine miss too often"),
    WITNESS: _("The witness of the audit is late"),
}


@dataclass(frozen=True)
class Alert:
    name: str
    about: str = ""  # a kind of run or an engine; no person, no case
    value: float = 0.0
    limit: float = 0.0
    url: str = ""  # the list of what was counted

    @property
    def words(self) -> str | Promise:
        return NAMES[self.name]


def found(sites: Iterable[UUID] | None = None) -> list[Alert]:
    """What is over its limit now, engines at these sites included; all sites where none is named."""
    named = Site.objects.filter(closed_at=None).values_list("pk", flat=True) if sites is None else sites
    with operations.every_site() as runs:
        of_runs = [*_slow(runs), *_failing(runs)]
    return [*of_runs, *_witness(), *(alert for site in named for alert in quality_of(site)())]


def _slow(runs: RunQuerySet) -> Iterator[Alert]:
    """From the request to the end, of what somebody at a screen waits for."""
    recent = runs.filter(requested_at__gt=timezone.now() - HOUR)
    done = recent.filter(state=RunState.SUCCEEDED).exclude(lane__endswith="_batch")
    p95 = done.aggregate(n=Count("pk"), p95=Percentile(F("finished_at") - F("requested_at"), 0.95))
    if p95["n"] >= FEW and p95["p95"].total_seconds() > LATENCY_S:
        yield Alert(LATENCY, "", round(p95["p95"].total_seconds(), 1), LATENCY_S, reverse("jobs"))


def _failing(runs: RunQuerySet) -> Iterator[Alert]:
    rows = operations.by_kind(runs, HOUR)
    n, wrong = sum(row["n"] for row in rows), sum(row["failed"] for row in rows)
    if n >= FEW and wrong / n > ERRORS_SHARE:
        yield Alert(ERRORS, "", round(wrong / n, 4), ERRORS_SHARE, f"{reverse('jobs')}?show=dead")
    for row in rows:
        share = row["failed"] / row["n"]
        if row["n"] >= FEW and share > BREAKER_SHARE:
            url = f"{reverse('jobs')}?show=dead&kind={quote(row['kind'])}"
            yield Alert(BREAKER, row["kind"], round(share, 4), BREAKER_SHARE, url)


def _witness() -> Iterator[Alert]:
    if not health.witness_is_kept():
        yield Alert(WITNESS, url=reverse("operations"))


@cache
def quality_of(site: UUID) -> Remembered[list[Alert]]:
    """Pages and programs ask every few seconds; what engines get right goes by all decisions and changes slowly."""
    return Remembered(lambda: list(_quality(site)), QUALITY_S)


def _quality(site: UUID) -> Iterator[Alert]:
    """`Live.alarm` says that it is no accident of when one looked; the points say that it matters."""
    with scope(site=site):
        for capability in capabilities():
            for one in live_quality.of(site, capability):
                right, covered = one.accuracy, one.coverage
                if right and right.alarm and right.target - right.figure.value >= ACCURACY_POINTS:
                    yield Alert(ACCURACY, one.engine, round(right.figure.value, 4), right.target - ACCURACY_POINTS,
                                reverse("drift"))  # fmt: skip
                if covered and covered.alarm:
                    yield Alert(COVERAGE, one.engine, round(covered.figure.value, 4), covered.target, reverse("drift"))
