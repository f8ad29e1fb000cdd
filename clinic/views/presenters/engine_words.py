"""Engines in words and figures, as their list and their pages say them. A figure carries its n and its interval."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.capabilities import Capability
from clinic.doubt.intervals import too_few
from clinic.engines.unfit import Fault
from clinic.golden import Standing, standing
from clinic.live_quality import Quality
from clinic.models import Deployment, Engine, EngineFault, EngineState, GoldenRun

Words = str | Promise
CAUSES: dict[str, Words] = {
    "installed": gettext_lazy("Arrived"),
    "shadow": gettext_lazy("Put into the shadow"),
    "promoted": gettext_lazy("Made live"),
    "replaced": gettext_lazy("Made room for another"),
    "rolled_back": gettext_lazy("Rolled back"),
    "demoted": gettext_lazy("Put back by policy"),
    "rollout": gettext_lazy("Answers a share on trial"),
    "trial_ended": gettext_lazy("Trial ended by a person"),
    "aborted_errors": gettext_lazy("Trial ended by itself: it broke too often"),
    "aborted_golden": gettext_lazy("Trial ended by itself: its test cases failed"),
    "retired": gettext_lazy("Retired"),
}
METRICS: dict[str, Words] = {
    "accuracy": gettext_lazy("Accuracy"),
    "calibration error": gettext_lazy("Calibration error"),
}


@dataclass(frozen=True)
class Measured:
    """What partials/measured.html takes, with its name."""

    name: Words
    value: float
    low: float
    high: float
    n: int
    is_english: bool = False  # in the words of whoever made the card

    @property
    def too_few(self) -> bool:
        return too_few(self.n)


@dataclass(frozen=True)
class SelfTest:
    tone: str
    icon: str
    words: Words
    at: Any = None


@dataclass(frozen=True)
class Row:
    deployment: Deployment
    state: str
    state_words: Words
    where: Words
    quality: Measured | None
    practice: Quality | None
    test: SelfTest
    fault: Words


def row_of(deployment: Deployment, practice: dict[str, Quality]) -> Row:
    engine = deployment.engine
    metrics = measured(engine)
    return Row(
        deployment=deployment,
        state="stopped" if deployment.out_since else deployment.state,
        state_words=state_words(deployment),
        where=place_words(deployment),
        quality=metrics[0] if metrics else None,
        practice=practice.get(engine.digest),
        test=self_test(standing(engine), fault_of(engine)),
        fault=fault_words(fault_of(engine)),
    )


def state_words(deployment: Deployment) -> Words:
    if deployment.out_since:
        return _("Out of service")
    if deployment.percent:
        return _("On trial, %d %%") % deployment.percent
    return EngineState(deployment.state).label


def place_words(deployment: Deployment) -> str:
    where = _("remote") if deployment.engine.is_remote else _("local")
    if deployment.state != EngineState.LIVE:
        return where
    if deployment.rung == 0:
        return _("%s, asked first") % where
    return _("%s, asked when those before it cannot") % where


def measured(engine: Engine) -> list[Measured]:
    """Of the card, in its order."""
    return [_measured(each) for each in engine.card.get("metrics", ())]


def _measured(told: dict[str, Any]) -> Measured:
    name = told["name"]
    return Measured(metric_words(name), told["value"], told["low"], told["high"], told["n"],
                    is_english=name not in METRICS)  # fmt: skip


def metric_words(name: str) -> Words:
    """The card's own words where we have none: they are the engine's, as its purpose and limits are."""
    return METRICS.get(name) or name[:1].upper() + name[1:]


def fault_of(engine: Engine) -> EngineFault | None:
    return EngineFault.objects.filter(engine=engine, cleared_at=None).order_by("-since").first()


def fault_words(fault: EngineFault | None) -> str:
    if fault is None:
        return ""
    words = str(Fault(fault.fault).label) if fault.fault in Fault.values else fault.fault
    return f"{words} ({fault.about})" if fault.about else words


def self_test(asked: Standing, fault: EngineFault | None) -> SelfTest:
    latest: GoldenRun | None = asked.latest
    if fault:
        return SelfTest("bad", "exclamation-octagon-fill", _("Not opened"), fault.since)
    if latest is None:
        return SelfTest("wait", "hourglass-split", _("Not asked yet"))
    passed = _("%(n)d of %(n)d cases") % {"n": latest.cases}
    if not latest.is_ok:
        failed = _("%(failed)d of %(cases)d failed") % {"failed": len(latest.failed), "cases": latest.cases}
        return SelfTest("bad", "exclamation-octagon-fill", failed, latest.at)
    return SelfTest("" if asked.passes else "wait", "check-circle-fill", passed, latest.at)


def class_title(capability: Capability, name: str) -> Words:
    card = capability.classes.get(name)
    return card.words if card else name
