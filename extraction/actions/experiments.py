"""An experiment is drafted with its plan, started, and ended by the rule that was written down, or without a result."""

import secrets
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions.engine_moves import worded
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doubt.checked import Unfit
from clinic.doubt.trial import Plan, Says
from clinic.errors import Code, Refusal
from clinic.models import Site
from extraction import assigning, experiment_figures, prompt_shelf
from extraction.models import Experiment, ExperimentMove, PromptVersion
from extraction.models.experiments import Phase, Verdict


def draft(*, by: Actor, name: str, hypothesis: str, first: PromptVersion, second: PromptVersion,
          effect: float) -> Experiment:  # fmt: skip
    """How many documents it takes is worked out here, from what was decided before, and written down."""
    by.require(Permission.ENGINES_MANAGE)
    expected, spread, learned_from = experiment_figures.learned(by.here)
    _check(by, name, effect, expected, spread)
    with audit.act(by, "experiment.drafted") as doing:
        made = Experiment(
            site_id=by.here, name=name.strip(), hypothesis=worded(hypothesis), first=first, second=second,
            effect=effect, expected=expected, spread=spread, learned_from=learned_from,
            assigned_by=secrets.token_hex(32), author_id=by.user_id,
        )  # fmt: skip
        made.save(force_insert=True)
        _move(by, made, Phase.DRAFT)
        doing.about(made, fields=("hypothesis",), needed=made.plan.needed, effect=effect)
    return made


def _check(by: Actor, name: str, effect: float, expected: float, spread: float) -> None:
    if not name.strip() or Experiment.objects.filter(site=by.here, name=name.strip()).exists():
        raise Refusal(Code.INVALID, fields={"name": [_("Another experiment has this name.")]})
    try:
        Plan(effect, expected=expected, spread=spread)
    except Unfit:
        raise Refusal(Code.INVALID, fields={"effect": [_("Between 0.5 and 50 points.")]}) from None


def start(*, by: Actor, experiment: Experiment) -> Experiment:
    """From now on each new document is asked with the version of its arm."""
    by.require(Permission.ENGINES_MANAGE)
    for version in (experiment.first, experiment.second):
        _check_proven(prompt_shelf.untouched(version), by)
    with audit.act(by, "experiment.started") as doing:
        _lock(by)
        _check_phase(experiment, Phase.DRAFT)
        if assigning.running(by.here) is not None:
            raise Refusal(Code.EXPERIMENT_RUNS)
        _move(by, experiment, Phase.RUNNING)
        doing.about(experiment, first=experiment.first.sha256, second=experiment.second.sha256)
    return experiment


def _check_proven(version: PromptVersion, by: Actor) -> None:
    """It answers for real: what is not live has passed its trial."""
    if prompt_shelf.standing(by.here).live != version.pk and prompt_shelf.passed_trial(version) is None:
        raise Refusal(Code.PROMPT_NOT_PROVEN)


def conclude(*, by: Actor, experiment: Experiment, reason: str) -> ExperimentMove:
    """With the verdict that the rule gives now, and with no other."""
    by.require(Permission.ENGINES_MANAGE)
    seen = experiment_figures.shown(experiment)
    if seen.says is Says.GO_ON:
        raise Refusal(Code.NO_VERDICT_YET)
    return _end(by, experiment, Verdict(seen.says.value), seen.as_json(), reason)


def give_up(*, by: Actor, experiment: Experiment, reason: str) -> ExperimentMove:
    """Nobody has won; what was seen is kept. A draft is given up before it began."""
    by.require(Permission.ENGINES_MANAGE)
    return cut_short(by=by, experiment=experiment, reason=reason)


def cut_short(*, by: Actor, experiment: Experiment, reason: str) -> ExperimentMove:
    """Inside an act that was asked for and allowed: another prompt was made live."""
    return _end(by, experiment, Verdict.STOPPED, experiment_figures.shown(experiment).as_json(), reason,
                from_phases=(Phase.DRAFT, Phase.RUNNING))  # fmt: skip


def _end(by: Actor, experiment: Experiment, verdict: Verdict, figures: dict[str, Any], reason: str,
         from_phases: Collection[Phase] = (Phase.RUNNING,)) -> ExperimentMove:  # fmt: skip
    words = worded(reason)
    with audit.act(by, "experiment.ended") as doing:
        _lock(by)
        _check_phase(experiment, *from_phases)
        move = _move(by, experiment, Phase.ENDED, verdict=verdict, figures=figures, reason=words)
        doing.about(experiment, fields=("reason",), verdict=verdict.value)
    return move


def _lock(by: Actor) -> None:
    Site.objects.select_for_update(no_key=True).get(pk=by.here)


def _check_phase(experiment: Experiment, *phases: Phase) -> None:
    newest = experiment.moves.order_by("-number").first()
    if newest is None or newest.phase not in phases:
        raise Refusal(Code.EXPERIMENT_STATE)


def _move(by: Actor, experiment: Experiment, phase: Phase, **told: Any) -> ExperimentMove:
    move = ExperimentMove(site_id=by.here, experiment=experiment, number=experiment.moves.count() + 1, phase=phase,
                          by_id=by.user_id, **told)  # fmt: skip
    move.save(force_insert=True)
    return move
