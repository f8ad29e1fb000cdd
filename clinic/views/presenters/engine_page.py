"""The page of one engine at a site: where it stands, what the gate says, its card, its moves and its test cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, capability_named
from clinic.doubt.promotion import CLASS_MARGIN, MARGIN, Compared, Reason
from clinic.engines import gate, trust
from clinic.engines.gate import Gate
from clinic.models import Deployment, EngineMove, EngineState, GoldenRun, Proposal
from clinic.sealed_words import said
from clinic.templatetags.figures import spaced
from clinic.views.presenters.engine_words import CAUSES, Measured, Words, class_title, measured

MOST_MOVES, MOST_RUNS = 20, 5
REACH = 0.10  # of the chart, to either side
WIDTH, NAMES, ROW = 316, 96, 26


@dataclass(frozen=True)
class Line:
    """A difference with its interval, where the chart draws it."""

    name: Words
    y: int
    low: float
    high: float
    at: float
    words: str


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    margin: float
    zero: float
    height: int
    sentence: str


@dataclass(frozen=True)
class GatePanel:
    passed: bool
    against: str
    checks: list[dict[str, Any]]
    chart: Chart | None
    n: int
    needed: int
    share: int  # of the cases needed, in per cent


@dataclass(frozen=True)
class MoveLine:
    at: datetime
    title: Words
    by: str
    reason: Words
    figures: str


@dataclass(frozen=True)
class EnginePage:
    deployment: Deployment
    capability: Capability
    gate: GatePanel | None
    metrics: list[Measured]
    card: list[dict[str, Any]]
    manifest: list[dict[str, Any]]
    moves: list[MoveLine]
    tests: list[GoldenRun]
    proposals: list[Proposal]
    acts: list[str]


def page_of(by: Actor, deployment: Deployment) -> EnginePage:
    capability = capability_named(deployment.capability)
    found = gate.of(deployment) if deployment.state == EngineState.SHADOW else None
    waiting = Proposal.objects.filter(site=by.here, target_id=deployment.pk, decision="")
    return EnginePage(
        deployment=deployment,
        capability=capability,
        gate=_gate(found, capability) if found else None,
        metrics=measured(deployment.engine),
        card=_card(deployment.engine.card),
        manifest=_manifest(deployment),
        moves=[_move(each) for each in _moves(deployment)],
        tests=list(GoldenRun.objects.filter(engine=deployment.engine).order_by("-at")[:MOST_RUNS]),
        proposals=list(waiting.select_related("proposed_by")),
        acts=_acts(by, deployment, found),
    )


def _acts(by: Actor, deployment: Deployment, found: Gate | None) -> list[str]:
    """What may be done now, by this person; what an action would refuse is not offered."""
    if not by.can(Permission.ENGINES_MANAGE):
        return []
    match deployment.state:
        case EngineState.CANDIDATE:
            return ["shadow", "retire"]
        case EngineState.RETIRED:
            return ["shadow"]
        case EngineState.SHADOW if found:
            return [*(["promote"] if found.passed else []), *_trial(deployment, found), "retire"]
    return ["back"] if deployment.follows_id else []


def _trial(deployment: Deployment, found: Gate) -> list[str]:
    if deployment.percent:
        return ["end-trial"]
    return ["trial"] if found.proven.passes and not deployment.out_since else []


# --- the gate ---------------------------------------------------------------------------------------------------------


def _gate(found: Gate, capability: Capability) -> GatePanel:
    verdict = found.verdict
    return GatePanel(
        passed=found.passed,
        against=str(found.live.engine) if found.live else "",
        checks=[_golden_check(found), *_figure_checks(found), _second_person()],
        chart=_chart(found, capability) if verdict.now else None,
        n=verdict.n,
        needed=verdict.needed,
        share=min(100, round(100 * verdict.effective_n / verdict.needed)),
    )


def _golden_check(found: Gate) -> dict[str, Any]:
    latest = found.proven.latest
    if found.proven.passes and latest:
        return _check("done", _("%(n)d of %(n)d test cases") % {"n": latest.cases})
    if latest and not latest.is_ok:
        return _check("stop", _("Test cases failed"))
    return _check("todo", _("Test cases must be asked"))


def _figure_checks(found: Gate) -> list[dict[str, Any]]:
    verdict, reasons = found.verdict, found.verdict.reasons
    still = verdict.still_needed
    needed = {"n": spaced(verdict.n), "needed": spaced(verdict.needed), "more": spaced(still)}
    if still:
        enough = _check("todo", _("%(n)s of %(needed)s decided live cases, %(more)s more needed") % needed)
    else:
        enough = _check("done", ngettext("%d decided live case", "%d decided live cases", verdict.n) % verdict.n)
    points = {"points": f"{100 * MARGIN:.0f}"}
    worse = _("Not worse by more than %(points)s points overall") % points
    by_class = _("No class worse by more than %(points)s points") % {"points": f"{100 * CLASS_MARGIN:.0f}"}
    return [
        enough,
        _check(_overall(reasons), worse),
        _check(_by_class(reasons), by_class),
    ]


def _overall(reasons: tuple[Reason, ...]) -> str:
    if Reason.LOOKS_USED_UP in reasons:
        return "stop"
    return "todo" if {Reason.TOO_FEW_READ, Reason.MARGIN_NOT_EXCLUDED} & set(reasons) else "done"


def _by_class(reasons: tuple[Reason, ...]) -> str:
    if Reason.CLASS_WORSE in reasons:
        return "stop"
    return "todo" if Reason.CLASS_TOO_FEW in reasons else "done"


def _second_person() -> dict[str, Any]:
    return _check("todo", _("A second person agrees"))


def _check(state: str, words: str) -> dict[str, Any]:
    return {"state": state, "words": words}


def _chart(found: Gate, capability: Capability) -> Chart:
    rows: list[tuple[Words, Compared | None]] = [(_("All"), found.verdict.now)]
    rows += [(class_title(capability, name), compared) for name, compared in found.by_class().items()]
    shown = [(name, compared) for name, compared in rows if compared]
    lines = [_line(name, compared, 20 + ROW * number) for number, (name, compared) in enumerate(shown)]
    told = "; ".join(f"{line.name} {line.words}" for line in lines)
    sentence = _("Challenger minus live, in points, with its interval: %s") % told
    return Chart(lines, _x(-MARGIN), _x(0), 20 + ROW * len(lines) + 14, sentence)


def _line(name: Words, compared: Compared, y: int) -> Line:
    figure = compared.difference
    words = _("%(value)+.1f (%(low)+.1f to %(high)+.1f), n %(n)d") % {
        "value": 100 * figure.value, "low": 100 * figure.low, "high": 100 * figure.high, "n": figure.n,
    }  # fmt: skip
    return Line(name, y, _x(figure.low), _x(figure.high), _x(figure.value), words)


def _x(difference: float) -> float:
    kept = max(-REACH, min(REACH, difference))
    return round(NAMES + (WIDTH - NAMES) * (kept + REACH) / (2 * REACH), 1)


# --- what it is -------------------------------------------------------------------------------------------------------


def _card(card: dict[str, Any]) -> list[dict[str, Any]]:
    """In its maker's words: it is not ours to put them into others."""
    named = {"purpose": _("Purpose"), "population": _("For whom"), "data": _("Learned from"), "limits": _("Limits"),
             "licence": _("Licence")}  # fmt: skip
    return [{"term": words, "value": _plain(card[key])} for key, words in named.items() if card.get(key)]


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _manifest(deployment: Deployment) -> list[dict[str, Any]]:
    engine = deployment.engine
    files = engine.manifest.get("files", {})
    vouched = _("This version of the product") if engine.signer == trust.PINNED else engine.signer
    told = [
        (_("Vouched for by"), vouched),
        (_("Files"), ngettext("%d file, each by its hash", "%d files, each by its hash", len(files)) % len(files)),
        (_("Make"), engine.manifest.get("backend", "")),
        (_("Precision"), engine.manifest.get("precision", "")),
    ]
    return [{"term": term, "value": value} for term, value in told if value]


# --- what happened ----------------------------------------------------------------------------------------------------


def _moves(deployment: Deployment) -> Any:
    rows = EngineMove.objects.filter(deployment=deployment).select_related("by", "approved_by")
    return rows.order_by("-at")[:MOST_MOVES]


def _move(move: EngineMove) -> MoveLine:
    people = [person.name for person in (move.by, move.approved_by) if person]
    title = CAUSES.get(move.cause, move.cause)
    if move.cause == "rollout":
        title = _("%(title)s: %(percent)d %%") % {"title": title, "percent": move.percent}
    reason: Words = said(lambda: move.reason) if move.reason else ""
    return MoveLine(move.at, title, ", ".join(people) or "Rounds", reason, _figures(move.gate))


def _figures(told: dict[str, Any]) -> str:
    found = told.get("difference")
    if not found:
        return ""
    return _("%(value)+.1f points against the live one (%(low)+.1f to %(high)+.1f), n %(n)d") % {
        "value": 100 * found["value"], "low": 100 * found["low"], "high": 100 * found["high"], "n": told["n"],
    }  # fmt: skip
