"""Prompts enter, are branched, tried on golden documents, made live by two persons, and rolled back by one."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import audit
from clinic.actions import proposals, runs
from clinic.actions.engine_moves import worded
from clinic.actions.proposals import Sort
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Proposal, Run, Site
from extraction import assigning, merging, prompt_engines, prompt_shelf, prompts, trial_figures
from extraction.actions import experiments
from extraction.fields import NAME
from extraction.merging import Resolved
from extraction.models import PromptMove, PromptTrial, PromptVersion
from extraction.prompt_orders import TRIAL, TrialOutcome
from extraction.trial_figures import Figures

PROMOTE = "prompt.promote"


# --- versions ---------------------------------------------------------------------------------------------------------


def enter_shipped(*, by: Actor) -> None:
    """What comes with the product stands at the site; the newest is asked with where no other is. Safe to repeat."""
    known = set(PromptVersion.objects.filter(site=by.here).values_list("sha256", flat=True))
    fresh = {name: text for name, text in prompts.shipped().items() if prompts.digest(text) not in known}
    if not fresh:
        return
    try:
        with audit.together():
            for name, text in fresh.items():
                _enter(by, name, text)
    except IntegrityError:
        return  # another process was quicker


def _enter(by: Actor, name: str, text: str) -> None:
    with audit.act(by, "prompt.entered") as doing:
        version = _written(by, name=name, text=text, parent=None, note=None)
        if prompt_shelf.newest_move(by.here) is None:
            _move(by, version, PromptMove.Cause.SHIPPED)
        doing.about(version, sha256=version.sha256)


def branch(*, by: Actor, parent: PromptVersion, name: str, text: str, note: str) -> PromptVersion:
    """A new version out of an old one. Nothing is asked with it before two persons say so."""
    by.require(Permission.ENGINES_MANAGE)
    prompt_shelf.untouched(parent)
    _check_new(by, name.strip(), prompts.normal(text))
    with audit.act(by, "prompt.branched") as doing:
        version = _written(by, name=name.strip(), text=prompts.normal(text), parent=parent, note=worded(note))
        doing.about(version, fields=("text", "note"), sha256=version.sha256, parent=parent.sha256)
    return version


def merge(*, by: Actor, mine: PromptVersion, theirs: PromptVersion, name: str, note: str,
          resolved: Mapping[int, Resolved]) -> PromptVersion:  # fmt: skip
    """A new version that holds what both changed since they parted. Each conflict is a person's to resolve."""
    by.require(Permission.ENGINES_MANAGE)
    found = merging.merge_of(prompt_shelf.untouched(mine), prompt_shelf.untouched(theirs))
    if found.brings_nothing:
        raise Refusal(Code.INVALID, fields={"other": [_("It holds nothing that this one has not.")]})
    if left := [one.number for one in found.conflicts if one.number not in resolved]:
        raise Refusal(Code.PROMPT_CONFLICTS, facts={"conflicts": left})
    text = prompts.normal(merging.text_of(found, resolved))
    _check_new(by, name.strip(), text)
    with audit.act(by, "prompt.merged") as doing:
        version = _written(by, name=name.strip(), text=text, parent=mine, merged=theirs, note=worded(note))
        doing.about(version, fields=("text", "note"), sha256=version.sha256, parent=mine.sha256, merged=theirs.sha256,
                    conflicts=len(found.conflicts))  # fmt: skip
    return version


def _check_new(by: Actor, name: str, text: str) -> None:
    here = PromptVersion.objects.filter(site=by.here)
    if not text.strip() or len(text) > prompts.LONGEST:
        raise Refusal(Code.INVALID, fields={"text": [_("Between 1 and %d characters.") % prompts.LONGEST]})
    if not name or here.filter(name=name).exists():
        raise Refusal(Code.INVALID, fields={"name": [_("Another version has this name.")]})
    if same := here.filter(sha256=prompts.digest(text)).first():
        raise Refusal(Code.INVALID, fields={"text": [_("This is word for word the text of %s.") % same.name]})


def _written(by: Actor, *, name: str, text: str, parent: PromptVersion | None, note: str | None,
             merged: PromptVersion | None = None) -> PromptVersion:  # fmt: skip
    version = PromptVersion(site_id=by.here, name=name, text=text, sha256=prompts.digest(text), parent=parent,
                            merged=merged, author_id=by.user_id, note=note)  # fmt: skip
    version.sign()
    version.save(force_insert=True)
    return version


# --- trials on golden documents ---------------------------------------------------------------------------------------


def ask_trial(*, by: Actor, version: PromptVersion) -> Run:
    """Refused at once where no engine could be asked with a prompt."""
    by.require(Permission.ENGINES_MANAGE)
    prompt_shelf.untouched(version)
    prompt_engines.needed()
    run, _is_new = runs.request(by=by, kind=TRIAL, params={"version": str(version.pk)}, batch=True)
    return run


def tried(*, run: Run, outcome: TrialOutcome, by: Actor) -> None:
    """In the finishing transaction of the run."""
    with audit.act(by, "prompt.tried") as doing:
        version = PromptVersion.objects.get(pk=outcome.version)
        reasons = trial_figures.why_not(Figures.from_json(outcome.figures), _of_live(version, outcome.asked))
        row = PromptTrial(site_id=version.site_id, version=version, sha256=outcome.sha256, run=run,
                          engine=outcome.asked, figures=outcome.figures, reasons=reasons)  # fmt: skip
        row.sign()
        row.save(force_insert=True)
        doing.about(version, sha256=row.sha256, passed=row.is_passed, reasons=reasons, engine=row.engine)


def _of_live(version: PromptVersion, engine: str) -> Figures | None:
    """What the live prompt reached with the same engine: nothing where it is this one, or was not tried."""
    move = prompt_shelf.newest_move(version.site_id)
    if move is None or move.version_id == version.pk:
        return None
    trial = PromptTrial.objects.filter(version=move.version_id, engine=engine).order_by("-at").first()
    return Figures.from_json(trial.figures) if trial and trial.holds else None


# --- which is asked with ----------------------------------------------------------------------------------------------


def ask_to_promote(*, by: Actor, version: PromptVersion, reason: str) -> Proposal:
    return proposals.propose(by=by, kind=PROMOTE, capability=NAME, target_id=version.pk, reason=reason,
                             change={"sha256": version.sha256})  # fmt: skip


def target_of(by: Actor, proposal: Proposal) -> PromptVersion:
    found = PromptVersion.objects.filter(pk__in=[proposal.target_id], site=by.here).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _check_promotion(by: Actor, proposal: Proposal) -> None:
    """When it is asked and again when it is agreed to: of the very text that passed."""
    version = prompt_shelf.untouched(target_of(by, proposal))
    if prompt_shelf.standing(by.here).live == version.pk:
        raise Refusal(Code.ALREADY_DECIDED)
    if prompt_shelf.passed_trial(version) is None or proposal.change.get("sha256") != version.sha256:
        raise Refusal(Code.PROMPT_NOT_PROVEN)


def _promote(by: Actor, proposal: Proposal) -> None:
    with audit.act(by, "prompt.made_live") as doing:
        version = target_of(by, proposal)
        move = _move(by, version, PromptMove.Cause.PROMOTED, reason=proposal.reason, asked_by=proposal.proposed_by_id)
        doing.about(version, sha256=version.sha256, instead_of=move.before.sha256 if move.before else None)


def roll_back(*, by: Actor, reason: str) -> PromptVersion:
    """By one person, at once: to what was asked with before. Counts from the next run on; nothing is started again."""
    by.require(Permission.ENGINES_MANAGE)
    words = worded(reason)
    with audit.act(by, "prompt.rolled_back") as doing:
        _lock(by)
        earlier = prompt_shelf.the_one_before(by.here)
        if earlier is None:
            raise Refusal(Code.NO_EARLIER_PROMPT)
        move = _move(by, prompt_shelf.untouched(earlier), PromptMove.Cause.ROLLED_BACK, reason=words)
        doing.about(earlier, sha256=earlier.sha256, instead_of=move.before.sha256 if move.before else None)
    return earlier


def _move(
    by: Actor, version: PromptVersion, cause: str, *, reason: str | None = None, asked_by: UUID | None = None
) -> PromptMove:
    """What is live counts from the next run on, also where an experiment was asking with two others."""
    _lock(by)
    if (compared := assigning.running(by.here)) is not None:
        experiments.cut_short(by=by, experiment=compared, reason=reason or _("Another prompt was made live."))
    newest = prompt_shelf.newest_move(by.here)
    move = PromptMove(
        site_id=by.here, number=newest.number + 1 if newest else 1, version=version,
        before=newest.version if newest else None, cause=str(cause), reason=reason,
        asked_by_id=asked_by, by_id=by.user_id,
    )  # fmt: skip
    move.sign()
    move.save(force_insert=True)
    return move


def _lock(by: Actor) -> None:
    """Two moves at once are one after the other."""
    Site.objects.select_for_update(no_key=True).get(pk=by.here)


def about(proposal: Proposal) -> tuple[str, str]:
    """What a proposal is about in a word, and its page."""
    found = PromptVersion.objects.filter(pk__in=[proposal.target_id]).first()
    return (found.name, reverse("prompt", args=[found.pk])) if found else ("", "")


proposals.register(
    Sort(name=PROMOTE, title=gettext_lazy("Make a prompt live"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check_promotion, apply=_promote, needs_step_up=True, about=about)
)  # fmt: skip
