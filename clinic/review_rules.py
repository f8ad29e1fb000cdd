"""When an answer goes to a person, and to how many: a pure question about what is known of it without opening it.

The same function decides in the finishing transaction and in the simulator, so that what was promised is what happens.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext as _

from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.capabilities import Capability
from clinic.models.reviews import FlagReason

DEFAULT_LIMIT = 0.85
MOST_READERS = 5
LEAST_WEIGHT = 0.02  # so that nothing sure and harmless has a place of nought in the queue


@dataclass(frozen=True)
class Told:
    """The plain facets of an answer."""

    label: str
    confidence: float | None
    classes: tuple[str, ...]  # the prediction set
    is_calibrated: bool
    refusal: str = ""
    doubts: tuple[str, ...] = ()  # codes: why the engine itself asks for a person
    is_urgent: bool = False  # its content cannot wait

    @classmethod
    def of(cls, facets: Mapping[str, Any]) -> Self:
        return cls(
            label=facets.get("label") or "",
            confidence=facets.get("confidence"),
            classes=tuple(facets.get("set") or ()),
            is_calibrated=bool(facets.get("is_calibrated")),
            refusal=facets.get("refusal") or "",
            doubts=tuple(facets.get("doubts") or ()),
            is_urgent=bool(facets.get("is_urgent")),
        )

    @property
    def is_answer(self) -> bool:
        return bool(self.label) and not self.refusal

    @property
    def possible(self) -> frozenset[str]:
        return frozenset(self.classes) | ({self.label} if self.label else frozenset())


@dataclass(frozen=True)
class Reading:
    readers: int = 1
    is_blind: bool = False


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A site's policy for one capability. What stands here holds where nothing was agreed yet."""

    readers: int = 1
    is_blind: bool = False
    doubt_below: float = 0.5  # below this confidence...
    doubt_readers: int = 2  # ...so many read
    doubt_is_blind: bool = True
    class_readers: Mapping[str, int] = field(default_factory=dict)  # when the set holds the class
    class_is_blind: bool = True
    sample_percent: float = 5.0  # of what needs nobody, drawn by chance
    sample_readers: int = 1
    sample_is_blind: bool = True
    set_at_most: int = 2
    risky_from: float = 0.9  # from which risk on a class counts as one that must not be missed
    risky: str = "always"  # one of RISKY: when its being possible sends the answer to a person
    wait_hours: int = 8  # what has waited longer comes first
    dwell_s: int = 3  # how long a risky item must have been open
    on_alarm: str = "people"  # one of ON_ALARM: what becomes of a live engine that alarms say is no longer right
    adjudicators: tuple[str, ...] = ("reviewer", "clinician", "radiologist")

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        if "adjudicators" in values:
            values["adjudicators"] = tuple(values["adjudicators"])
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"adjudicators": list(self.adjudicators), "class_readers": dict(self.class_readers)}


RISKY = ("always", "beside_others", "never")
PREVIOUS, PEOPLE, NOTHING = "previous", "people", "nothing"
ON_ALARM = (PREVIOUS, PEOPLE, NOTHING)
SHARES = {"doubt_below": 1.0, "risky_from": 1.0, "sample_percent": 100.0}  # name to its most
COUNTS = {  # name to its least and its most
    "readers": (1, MOST_READERS), "doubt_readers": (1, MOST_READERS), "sample_readers": (1, MOST_READERS),
    "set_at_most": (1, 20), "wait_hours": (1, 24 * 14), "dwell_s": (0, 120),
}  # fmt: skip
FLAGS = ("is_blind", "doubt_is_blind", "class_is_blind", "sample_is_blind")
ADJUDICATE = frozenset(role.value for role in Role if Permission.REVIEW_WORK in ROLES[role].permissions)


def problems_of(told: Mapping[str, Any], capability: Capability) -> dict[str, list[str]]:
    """What is wrong with rules somebody asks for, by name; nothing: they can hold."""
    wrong: dict[str, list[str]] = {name[:60]: [_("not known")] for name in told if name not in Rules.__annotations__}
    wrong |= {name: [_("a number from 0 to %g") % most] for name, most in SHARES.items()
              if not _is_number(told.get(name, 0), 0, most)}  # fmt: skip
    for name, (least, most) in COUNTS.items():
        if not _is_whole(told.get(name, least), least, most):
            wrong[name] = [_("a whole number from %(least)d to %(most)d") % {"least": least, "most": most}]
    wrong |= {name: [_("yes or no")] for name in FLAGS if not isinstance(told.get(name, False), bool)}
    if told.get("risky", "always") not in RISKY:
        wrong["risky"] = [_("one of %s") % ", ".join(RISKY)]
    if told.get("on_alarm", "people") not in ON_ALARM:
        wrong["on_alarm"] = [_("one of %s") % ", ".join(ON_ALARM)]
    if not _are_readers(told.get("class_readers", {}), capability):
        wrong["class_readers"] = [_("classes of this engine, with a number of readers from 1 to 5")]
    if not _are_adjudicators(told.get("adjudicators", [])):
        wrong["adjudicators"] = [_("at least one of %s") % ", ".join(sorted(ADJUDICATE))]
    return wrong


def _is_number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and _is_number(value, least, most)


def _are_readers(told: Any, capability: Capability) -> bool:
    return isinstance(told, dict) and all(
        name in capability.classes and _is_whole(count, 1, MOST_READERS) for name, count in told.items()
    )


def _are_adjudicators(told: Any) -> bool:
    return isinstance(told, list) and bool(told) and set(map(str, told)) <= ADJUDICATE


def limit_of(limits: Mapping[str, float], label: str) -> float:
    return limits.get(label, DEFAULT_LIMIT)


def reasons(told: Told, capability: Capability, limits: Mapping[str, float], rules: Rules) -> list[FlagReason]:
    """Why a person has to look; none of them: it may be accepted by policy."""
    if not told.is_answer:
        return [FlagReason.ENGINE_REFUSED]
    found = list(_of_doubt(told, limits, rules))
    if _is_risky(told, capability, rules):
        found.append(FlagReason.HIGH_RISK)
    return found


def _of_doubt(told: Told, limits: Mapping[str, float], rules: Rules) -> Iterable[FlagReason]:
    if not told.is_calibrated or told.confidence is None:
        yield FlagReason.UNCALIBRATED
        return
    if told.confidence < limit_of(limits, told.label):
        yield FlagReason.LOW_CONFIDENCE
    if not told.classes:
        yield FlagReason.SET_EMPTY
    if len(told.classes) > rules.set_at_most:
        yield FlagReason.SET_TOO_LARGE
    if told.doubts:
        yield FlagReason.ENGINE_DOUBTS


def _is_risky(told: Told, capability: Capability, rules: Rules) -> bool:
    risky = {name for name in told.possible if risk_of(capability, name) >= rules.risky_from}
    match rules.risky:
        case "always":
            return bool(risky)
        case "beside_others":
            return bool(risky) and len(told.possible) > 1
        case _:
            return False


def risk_of(capability: Capability, label: str) -> float:
    card = capability.classes.get(label)
    return card.risk if card else 0.0


def highest_risk(capability: Capability, told: Told | None) -> float:
    """Harm of leaving it wrong: of the worst that is possible; of all classes where nothing is known."""
    known = told.possible if told and told.classes else frozenset(capability.classes)
    return max((risk_of(capability, name) for name in known), default=1.0)


def uncertainty(told: Told | None) -> float:
    if told is None or not told.is_answer or told.confidence is None:
        return 1.0
    return 1.0 - told.confidence


def reading(told: Told | None, rules: Rules, *, is_sample: bool = False) -> Reading:
    """The most demanding of the rules that fit."""
    if is_sample:
        return Reading(rules.sample_readers, rules.sample_is_blind)
    fitting = [Reading(rules.readers, rules.is_blind)]
    if told is not None and told.confidence is not None and told.confidence < rules.doubt_below:
        fitting.append(Reading(rules.doubt_readers, rules.doubt_is_blind))
    for name in told.possible if told else ():
        if name in rules.class_readers:
            fitting.append(Reading(rules.class_readers[name], rules.class_is_blind))
    return Reading(max(one.readers for one in fitting), any(one.is_blind for one in fitting))


def drawn(row_id: UUID, purpose: str = "review-sample:") -> float:
    """From 0 to 1, evenly, the same for a row whenever it is asked: who was drawn can be checked later."""
    digest = hashlib.sha256(purpose.encode() + row_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
