"""Which engine is asked first about one piece of work: the cheapest that reaches the quality it asks, and of what is
safety-critical the one that was measured best. Engines are compared by one yardstick at a time; nobody's quality is
guessed. What the person who asks prefers is done as far as the site's policy and the work let it, and else told.

Policy is not asked here twice: who may not answer is passed over by the ladder, wherever it stands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.doubt.intervals import Figure
from clinic.engines.receipts import Why
from clinic.models import Deployment, Engine, EngineState, EngineWish

RULES = "rules"  # the backend of an engine that needs no model


class Task(models.TextChoices):
    ROUTINE = "routine", gettext_lazy("Routine text")
    LONG = "long", gettext_lazy("A long document")
    SAFETY = "safety", gettext_lazy("Safety-critical")


class Yardstick(models.TextChoices):
    """What was measured of each of the engines that are compared."""

    PEOPLE = "kept_by_people", gettext_lazy("kept as they were by people here")
    SAMPLES = "made_up_documents", gettext_lazy("found in made-up documents")


class Because(models.TextChoices):
    """Why the one that is asked first is."""

    STRICTEST = "strictest", gettext_lazy("the engine that was measured best is asked first")
    CHEAPEST = "cheapest", gettext_lazy("the cheapest engine that is measured well enough is asked first")
    NONE_REACHES = "none_reaches", gettext_lazy("no engine is measured well enough, so the best of them is asked first")
    WISHED = "wished", gettext_lazy("the engine that was wished for is asked first")


class Unheard(models.TextChoices):
    """Why what a person prefers was not done."""

    SAFETY = "safety", gettext_lazy("what is safety-critical goes to the engine that was measured best")
    POLICY = "remote_not_allowed", gettext_lazy("it is remote, and patient data may not leave this site")
    OUT = "out_of_service", gettext_lazy("it is out of service")
    NOT_HERE = "not_here", gettext_lazy("no such engine answers at this site")
    BELOW = "below", gettext_lazy("it is not measured well enough for this document")


@dataclass(frozen=True)
class Demand:
    """What one piece of work asks, as its capability knows it. Figures and dollars are by the digest of an engine."""

    task: Task
    quality: float = 0.0  # the lower bound of the figure, at least
    measured: Mapping[str, Figure] = field(default_factory=dict)  # of the same thing; who is not in it is unknown
    yardstick: str = ""  # what was measured
    dollars: Mapping[str, float] = field(default_factory=dict)  # who is not in it costs nothing

    def low(self, one: Deployment) -> float | None:
        found = self.measured.get(one.engine.digest)
        return found.low if found else None

    def is_reached_by(self, one: Deployment) -> bool:
        """Who is on trial is to show it: two persons let it, for its share of the work."""
        low = self.low(one)
        return one.state != EngineState.LIVE or (low is not None and low >= self.quality)


@dataclass(frozen=True)
class Route:
    order: tuple[Deployment, ...]
    unmeasured: tuple[Deployment, ...] = ()  # may not answer: what is safety-critical is nothing to learn by
    told: Mapping[str, Any] | None = None  # for the receipt


def is_rules(engine: Engine) -> bool:
    return bool(engine.manifest.get("backend") == RULES)


WhyBarred = Callable[[Deployment], Why | None]


def route(held: Sequence[Deployment], demand: Demand, wish: str, why_barred: WhyBarred) -> Route:
    """`held`: in the order in which the site placed them. `wish`: one of `EngineWish`, or the digest of an engine."""
    known = [one for one in held if demand.low(one) is not None]
    is_safety = demand.task == Task.SAFETY
    order = _strictest_first(known, demand) if is_safety else _cheapest_first(held, demand)
    unheard = _why_unheard(held, order, demand, wish, why_barred)
    if wish != EngineWish.BEST and not unheard:
        order = _wished(order, wish)
    return Route(
        order=tuple(order),
        unmeasured=tuple(one for one in held if one not in known) if is_safety else (),
        told={
            "task": demand.task.value, "quality": demand.quality, "yardstick": demand.yardstick,
            "because": _because(order, demand, wish, unheard, why_barred),
            "engines": [_engine_told(one, demand) for one in held],
            "wish": {"asked": wish, "unheard": unheard} if wish != EngineWish.BEST else None,
        },
    )  # fmt: skip


def _strictest_first(known: Sequence[Deployment], demand: Demand) -> list[Deployment]:
    """Of equals, as the site placed them."""
    return sorted(known, key=lambda one: -(demand.low(one) or 0.0))


def _cheapest_first(held: Sequence[Deployment], demand: Demand) -> list[Deployment]:
    """Who does not reach what is asked comes behind, the best of them first; who is unknown last."""
    good = [one for one in held if demand.is_reached_by(one)]
    rest = [one for one in held if one not in good]
    live = {one.rung: one for one in held if one.state == EngineState.LIVE}

    def dollars(one: Deployment) -> float:
        """Who is on trial stands in the place of the one that it is to follow."""
        return demand.dollars.get(live.get(one.rung, one).engine.digest, 0.0)

    def low(one: Deployment) -> float:
        known = demand.low(one)
        return -1.0 if known is None else known

    return sorted(good, key=dollars) + sorted(rest, key=low, reverse=True)


def _fits(one: Deployment, wish: str) -> bool:
    match wish:
        case EngineWish.BEST:
            return True
        case EngineWish.LOCAL:
            return not one.engine.is_remote
        case EngineWish.RULES:
            return is_rules(one.engine)
    return one.engine.digest == wish


def _wished(order: Sequence[Deployment], wish: str) -> list[Deployment]:
    """Whoever wants only local engines or only rules has no others; behind one that is named the others follow."""
    fitting = [one for one in order if _fits(one, wish)]
    is_named = wish not in EngineWish.values
    return fitting + [one for one in order if is_named and one not in fitting]


def _why_unheard(held: Sequence[Deployment], order: Sequence[Deployment], demand: Demand, wish: str,
                 why_barred: WhyBarred) -> str:  # fmt: skip
    """Nothing, where what she prefers is done."""
    if wish == EngineWish.BEST:
        return ""
    fitting = [one for one in held if _fits(one, wish)]
    open_to_it = [one for one in fitting if not why_barred(one)]
    if not open_to_it:
        why = why_barred(fitting[0]) if fitting else None
        return why.value if why else Unheard.NOT_HERE.value
    if demand.task == Task.SAFETY:
        best = next((one for one in order if not why_barred(one)), None)
        return "" if best in fitting else Unheard.SAFETY.value
    return "" if any(demand.is_reached_by(one) for one in open_to_it) else Unheard.BELOW.value


def _because(order: Sequence[Deployment], demand: Demand, wish: str, unheard: str, why_barred: WhyBarred) -> str:
    if demand.task == Task.SAFETY:
        return Because.STRICTEST.value
    if wish != EngineWish.BEST and not unheard:
        return Because.WISHED.value
    may = [one for one in order if not why_barred(one)]
    is_reached = any(demand.is_reached_by(one) for one in may)
    return (Because.CHEAPEST if is_reached else Because.NONE_REACHES).value


def _engine_told(one: Deployment, demand: Demand) -> dict[str, Any]:
    figure = demand.measured.get(one.engine.digest)
    return {
        "name": str(one.engine), "digest": one.engine.digest, "rung": one.rung,
        "measured": figure.as_json() if figure else None, "dollars": demand.dollars.get(one.engine.digest, 0.0),
    }  # fmt: skip


def sentences(told: Mapping[str, Any] | None) -> list[str]:
    """Why this engine was asked first, for whoever reads the answer."""
    if not told:
        return []
    task, because = Task(told["task"]), Because(told["because"])
    said = [_("%(task)s: %(because)s.") % {"task": task.label, "because": because.label}]
    said += [_measured(one, told["yardstick"]) for one in told["engines"]]
    wish = told["wish"]
    if wish and wish["unheard"]:
        said.append(_("The engine that was wished for is not asked first: %s.") % _in_words(Unheard, wish["unheard"]))
    return said


def _measured(one: Mapping[str, Any], yardstick: str) -> str:
    figure = one["measured"]
    if figure is None:
        return _("%s: not measured.") % str(one["name"])
    shown = {name: f"{100 * figure[name]:.0f}" for name in ("value", "low", "high")}
    told = shown | {"engine": one["name"], "n": figure["n"], "what": _in_words(Yardstick, yardstick)}
    return _("%(engine)s: %(value)s %% %(what)s (%(low)s to %(high)s, n=%(n)s).") % told


def _in_words(codes: type[models.TextChoices], code: str) -> str:
    return str(codes(code).label) if code in codes.values else code
