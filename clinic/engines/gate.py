"""May a challenger take over? Its sealed cases, and how it did on live cases that people have decided since it stands
in the shadow, beside the engine that answered them. No winner is named before the rule says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic.capabilities import capability_named
from clinic.doubt import promotion
from clinic.doubt.promotion import Compared, Verdict
from clinic.golden import Standing, standing
from clinic.models import Deployment, EngineState, ItemState, ReviewItem, ShadowAnswer

GOLDEN = "golden_cases"  # why the gate stays shut, beside the reasons of the statistics


@dataclass(frozen=True)
class Gate:
    challenger: Deployment
    live: Deployment | None
    proven: Standing  # its sealed cases
    verdict: Verdict
    classes: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        own = () if self.proven.passes else (GOLDEN,)
        return (*own, *(reason.value for reason in self.verdict.reasons))

    @property
    def passed(self) -> bool:
        return not self.reasons

    def by_class(self) -> Mapping[str, Compared | None]:
        return dict(zip(self.classes, self.verdict.by_class, strict=True))

    def as_json(self) -> dict[str, Any]:
        """What is kept with the decision: the figures it rested on."""
        latest = self.proven.latest
        return {
            "passed": self.passed,
            "reasons": list(self.reasons),
            "golden": {"cases": latest.cases, "is_ok": latest.is_ok, "at": latest.at.isoformat()} if latest else None,
            "against": self.live.engine.digest if self.live else None,
            "n": self.verdict.n,
            "effective_n": round(self.verdict.effective_n, 1),
            "still_needed": self.verdict.still_needed,
            "difference": _figure(self.verdict.at_look or self.verdict.now),
            "by_class": {name: _figure(found) for name, found in self.by_class().items()},
        }


def _figure(found: Compared | None) -> dict[str, Any] | None:
    return found.difference.as_json() | {"won": found.won, "lost": found.lost} if found else None


def of(challenger: Deployment) -> Gate:
    live = _live_beside(challenger)
    classes = tuple(capability_named(challenger.capability).classes)
    pairs = _pairs(challenger, live, classes) if live else []
    present, other, truth, picked = zip(*pairs, strict=True) if pairs else ((), (), (), ())
    verdict = promotion.judge(present, other, truth, len(classes), picked or None)
    return Gate(challenger, live, standing(challenger.engine), verdict, classes)


def _live_beside(challenger: Deployment) -> Deployment | None:
    beside = Deployment.objects.filter(site=challenger.site_id, capability=challenger.capability)
    return beside.filter(rung=challenger.rung, state=EngineState.LIVE).select_related("engine").first()


def _pairs(challenger: Deployment, live: Deployment, classes: tuple[str, ...]) -> list[tuple[bool, bool, int, float]]:
    """Cases in the order in which they were decided: was the live one right, was the challenger, the class, and with
    what chance policy brought the case before a person. One picked by hand weighs nothing, so it is left out."""
    decided = ReviewItem.objects.filter(
        site=challenger.site_id, capability=challenger.capability, state=ItemState.DECIDED, sampling__gt=0,
        decided_label__in=classes, result__engine_digest=live.engine.digest, decided_at__gte=challenger.since,
    )  # fmt: skip
    rows = decided.order_by("decided_at", "pk").values_list("result", "result__facets", "decided_label", "sampling")
    said = _said_in_the_shadow(challenger)
    return [
        (facets.get("label") == label, said[result] == label, classes.index(label), sampling)
        for result, facets, label, sampling in rows
        if result in said
    ]


def _said_in_the_shadow(challenger: Deployment) -> dict[Any, str]:
    """One that broke or refused said nothing, which is never right."""
    rows = ShadowAnswer.objects.filter(site=challenger.site_id, engine=challenger.engine_id)
    return {result: facets.get("label", "") for result, facets in rows.values_list("result", "facets")}
