"""What may be done to an engine with a reason: one table for the pages that ask for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.actions import engine_moves, engine_proposals
from clinic.authorization.actor import Actor
from clinic.forms.engines import ReasonForm, TrialForm
from clinic.models import Deployment

Words = str | Promise


@dataclass(frozen=True)
class EngineAct:
    title: Words
    lead: Words
    done: Words
    do: Callable[[Actor, Deployment, dict[str, Any]], object]
    form: type[ReasonForm] = ReasonForm
    tone: str = "primary"
    key: str = ""


def _shadow(by: Actor, held: Deployment, told: dict[str, Any]) -> object:
    return engine_moves.start_shadow(by=by, deployment=held, reason=told["reason"])


def _retire(by: Actor, held: Deployment, told: dict[str, Any]) -> object:
    return engine_moves.retire(by=by, deployment=held, reason=told["reason"])


def _back(by: Actor, held: Deployment, told: dict[str, Any]) -> object:
    return engine_moves.roll_back(by=by, deployment=held, reason=told["reason"])


def _promote(by: Actor, held: Deployment, told: dict[str, Any]) -> object:
    return engine_proposals.ask_to_promote(by=by, deployment=held, reason=told["reason"])


def _trial(by: Actor, held: Deployment, told: dict[str, Any]) -> object:
    return engine_proposals.ask_for_rollout(by=by, deployment=held, percent=told["percent"], reason=told["reason"])


def _return(by: Actor, held: Deployment, told: dict[str, Any]) -> object:
    return engine_proposals.ask_for_return(by=by, deployment=held, reason=told["reason"])


_ASKED = _("Asked for. It holds when a second person has agreed.")
ACTS: dict[str, EngineAct] = {
    "shadow": EngineAct(
        _("Put into the shadow"), _("It answers what the live engine answers, behind it. Nobody sees what it says."),
        _("It stands in the shadow now."), _shadow,
    ),
    "promote": EngineAct(
        _("Ask to make it live"), _("A second person must agree. The gate is looked at again when she does."), _ASKED,
        _promote, key="p",
    ),
    "trial": EngineAct(
        _("Ask for a trial"),
        _("It answers a share of new work for real. When it breaks too often or fails its test cases, that ends by"
          " itself. A second person must agree."), _ASKED, _trial, form=TrialForm,
    ),
    "return": EngineAct(
        _("Ask to bring it back"),
        _("It has to have answered all its test cases since it was taken out. A second person must agree."), _ASKED,
        _return,
    ),
    "back": EngineAct(
        _("Roll back"), _("The engine that was live before answers from the next run on. Nothing is started again."),
        _("Rolled back. The engine before it is live again."), _back, tone="danger", key="b",
    ),
    "retire": EngineAct(
        _("Retire"), _("It stays in the records, and can be put into the shadow again."), _("Retired."), _retire,
    ),
}  # fmt: skip
