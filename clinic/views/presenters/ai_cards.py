"""What an engine's answer says, in the order of the card: the suggestion, how sure, evidence, engine, limits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import concealment
from clinic.answer_telling import opened
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, of_kind
from clinic.engines import receipts, routing
from clinic.errors import Words
from clinic.evidence import Evidence, read
from clinic.models import Result, Upload
from clinic.review_policy import limits_of
from clinic.sources import Sources
from clinic.views.presenters import evidence_links
from clinic.views.presenters.review_standing import Reviewed

MOST_EVIDENCE = 6
Facts = dict[str, Any]


@dataclass(frozen=True)
class Badge:
    """What partials/engine_badge.html takes."""

    name: str
    version: str
    digest: str
    is_remote: bool
    why_not_better: str = ""
    left: str = ""
    routed: str = ""  # why this engine was asked first, where several were compared


@dataclass(frozen=True)
class AiCard:
    """What partials/ai_card.html takes."""

    id: str
    engine_kind: Words
    says: Words
    engine: Badge
    detail: Words = ""
    sure: Facts | None = None
    evidence: tuple[Facts, ...] = ()
    limits: Words = ""
    card_url: str = ""
    capability: str = ""  # what the stop cord beside it stops, and the class that it named
    class_name: str = ""
    is_marked: bool = False  # it came about while its engine was stopped
    decided: Words = ""  # by a person
    decided_tone: str = ""
    is_accepted: bool = False  # by policy
    reviewed: Reviewed | None = None


def engine_badge(result: Result) -> Badge:
    """Every answer carries one; of before there were receipts only the engine's name is known."""
    told = result.receipt.get("answered")
    if not told:
        return Badge(result.engine, "", result.engine_digest, is_remote=False)
    return Badge(
        name=told["name"], version=told["version"], digest=told["digest"], is_remote=told["is_remote"],
        why_not_better=" ".join(receipts.sentences(result.receipt)),
        left=_("Left this site: the input.") if result.receipt.get("left") else _("Nothing left this site."),
        routed=" ".join(routing.sentences(result.receipt.get("routing"))),
    )  # fmt: skip


def card_of(result: Result, viewer: Actor, sources: Sources | None = None,
            reviewed: Reviewed | None = None) -> AiCard | None:  # fmt: skip
    """Nothing for a kind of run that asks no engine for a class. `sources`: those of a page with many cards."""
    capability = of_kind(result.kind)
    if capability is None or concealment.is_concealed(result, viewer):
        return None
    outcome = opened(result)
    refusal = result.facets.get("refusal", "")
    return AiCard(
        id=str(result.pk),
        engine_kind=capability.title,
        says=_("No answer") if refusal else _word(capability, result.facets.get("label", "")),
        detail=refusal_words(capability, refusal),
        sure=None if refusal else _sure(capability, outcome, result.facets),
        evidence=tuple(_evidence(result, outcome, viewer, sources)),
        engine=engine_badge(result),
        limits=capability.not_for,
        card_url=_card_url(result, viewer),
        capability=capability.name,
        class_name=result.facets.get("label", ""),
        is_marked=bool(result.stop_marks.all()),
        decided=reviewed.decided if reviewed else "",
        decided_tone="line" if reviewed and reviewed.is_returned else "ok",
        is_accepted=bool(reviewed and reviewed.is_accepted),
        reviewed=reviewed,
    )


def with_limits(card: AiCard, result: Result) -> AiCard:
    """The same card with the limit of each class in its bar."""
    capability = of_kind(result.kind)
    if card.sure is None or capability is None:
        return card
    limits = limits_of(result.site_id, capability, result.engine_digest)
    by_words = {capability.classes[name].words: limit for name, limit in limits.items()}
    classes = [one | {"limit": by_words.get(one["name"])} for one in card.sure.get("classes", ())]
    return replace(card, sure=card.sure | {"classes": classes})


def _card_url(result: Result, viewer: Actor) -> str:
    """Of the engine that answered: on what it was measured, and what it may not be used for."""
    if not (viewer.can(Permission.ENGINES_VIEW) and result.engine_digest):
        return ""
    return reverse("engine_card", args=[result.engine_digest])


def _word(capability: Capability, label: str) -> Words:
    card = capability.classes.get(label)
    return card.words if card else label


def refusal_words(capability: Capability, refusal: str) -> Words:
    return capability.refusals.get(refusal, refusal)


def _sure(capability: Capability, outcome: Facts, facets: Facts) -> Facts:
    """Without a calibration no number leaves here, whatever the engine gave."""
    probabilities = outcome.get("probabilities")
    if not facets.get("is_calibrated") or not probabilities:
        return {"is_calibrated": False}
    inside = outcome.get("prediction_set") or []
    return {
        "is_calibrated": True,
        "classes": [
            {"name": _word(capability, label), "probability": probability, "in_set": label in inside, "limit": None}
            for label, probability in sorted(probabilities.items(), key=lambda pair: -pair[1])
        ],
        "level": round(100 * outcome.get("level", 0.9)),
        "set_words": ", ".join(str(_word(capability, label)) for label in inside) or _("none"),
        "n": outcome.get("calibrated_on"),
    }


def _evidence(result: Result, outcome: Facts, viewer: Actor, sources: Sources | None) -> list[Facts]:
    """Links that open the place, as long as the source still is what it was."""
    told = [read(one) for one in outcome.get("evidence", ())[:MOST_EVIDENCE]]
    if not viewer.can(Permission.UPLOAD_READ):
        return [
            {"number": n, "text": f"“{one.words}”", "source": _push(one), "url": ""} for n, one in enumerate(told, 1)
        ]
    known = sources or sources_of([result], viewer)
    return [
        {"number": link.number, "text": f"“{link.text}”", "source": f"{link.source}, {_push(one)}", "url": link.url,
         "is_broken": link.is_broken, "reason": link.reason}
        for link, one in zip(evidence_links.numbered(known, told), told, strict=True)
    ]  # fmt: skip


def _push(evidence: Evidence) -> str:
    return _("speaks for it") if evidence.weight > 0 else _("speaks against it")


def sources_of(results: Iterable[Result], viewer: Actor) -> Sources:
    """The files that the answers of a page point into, found and read once however many point there."""
    told = [read(one) for result in results for one in opened(result).get("evidence", ())[:MOST_EVIDENCE]]
    return Sources.of(Upload.objects.visible_to(viewer), told)
