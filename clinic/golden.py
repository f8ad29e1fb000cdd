"""Whether an engine has shown that it answers its sealed cases: what pages, the gate and readiness ask."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from clinic.authorization.scope import scope
from clinic.models import Deployment, Engine, EngineState, GoldenRun, Site

FRESH = timedelta(hours=36)  # every night, and a night may fail


@dataclass(frozen=True)
class Standing:
    latest: GoldenRun | None  # of those that asked all cases

    @property
    def passes(self) -> bool:
        """All cases, all right, not long ago: what a promotion needs."""
        return self.latest is not None and self.latest.is_ok and timezone.now() - self.latest.at < FRESH


def standing(engine: Engine) -> Standing:
    return Standing(GoldenRun.objects.filter(engine=engine).exclude(cause="start").order_by("-at").first())


def engines_are_proven() -> bool:
    """Every engine that is in service anywhere has answered at least one case rightly since it was opened last."""
    latest = GoldenRun.objects.order_by("engine", "-at").distinct("engine")
    proven = dict(latest.values_list("engine", "is_ok"))
    return all(proven.get(engine_id, False) for engine_id in in_service())


def in_service() -> set[UUID]:
    """Live at some site, and not taken out there. Each site is looked at from inside."""
    found: set[UUID] = set()
    for site in Site.objects.filter(closed_at=None):
        with scope(site=site.pk):
            live = Deployment.objects.filter(site=site, state=EngineState.LIVE, out_since=None)
            found |= set(live.values_list("engine_id", flat=True))
    return found
