"""Prompts and experiments changed by programs, through the same actions as the pages. To agree to a prompt that is to
go live takes a second person at a browser (`agreeToProposal`)."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access as core
from clinic.api.base import ApiView, Needs, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.examples import FRESH_RUN
from clinic.api.fields import Choice, Id, Input, PageQuery, Text, Whole
from clinic.api.paging import cut
from clinic.api.serializers.engines import ProposalCard, Why
from clinic.api.serializers.runs import RunCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.views.keyset import Section
from extraction import experiment_figures, merging, prompt_shelf, prompts
from extraction.actions import experiments as experiment_acts
from extraction.actions import prompts as acts
from extraction.api import examples, governed
from extraction.api.governed import ExperimentCard, PromptCard, PromptTrialCard, told_of
from extraction.merging import Resolved
from extraction.models import Experiment, PromptVersion
from extraction.prompt_orders import TRIAL

ONE_PROMPT = Content(PromptCard, examples.PROMPT)
ONE_EXPERIMENT = Content(ExperimentCard, examples.EXPERIMENT)
_ALTERED = (Code.NOT_FOUND, Code.PROMPT_ALTERED)


PLACES = "One for each place that both changed; where one is missing, the places are told."


class BranchWish(Input):
    name = Text(max_length=60)
    text = Text(max_length=prompts.LONGEST, trim_whitespace=False)
    note = Text(max_length=1000, help_text="Why, at least ten characters. No names of patients.")


class Taken(Input):
    place = Whole(min_value=0, help_text="Which conflict, counted from 0.")
    take = Choice(choices=merging.CHOICES)
    text = Text(max_length=prompts.LONGEST, trim_whitespace=False, required=False, default="", allow_blank=True,
                help_text="Where `own` is taken.")  # fmt: skip


class MergeWish(Input):
    other = Id(help_text="The version whose changes are brought in.")
    name = Text(max_length=60)
    note = Text(max_length=1000, help_text="Why, at least ten characters. No names of patients.")
    resolved = Taken(many=True, required=False, default=list, help_text=PLACES)


class ExperimentWish(Input):
    name = Text(max_length=80)
    hypothesis = Text(max_length=1000, help_text="What you expect, and why: at least ten characters.")
    first = Id()
    second = Id(help_text="The same as the first tries the method itself.")
    effect = serializers.FloatField(min_value=0.005, max_value=0.5, help_text="Smallest difference worth finding.")


class ExperimentEndWish(Why):
    how = Choice(
        choices=("verdict", "given_up"), help_text="`verdict`: what the rule says now, where it says anything."
    )


class PromptView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("readPrompt", "Read a version of the prompt", gives={200: ONE_PROMPT}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _prompt(by, prompt_shelf.version(by, pk))


class BranchesView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "branchPrompt", "Write a new version out of another", takes=Content(BranchWish, examples.BRANCH),
        gives={201: ONE_PROMPT}, refuses=_ALTERED,
        says="Versions are never changed: an edit is a branch. Nothing is asked with it before its trial has passed "
        "and two persons agree.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, BranchWish)
        made = acts.branch(by=by, parent=prompt_shelf.version(by, pk), **wish)
        return _prompt(by, made, status=201)


class MergesView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "mergePrompts", "Bring the changes of another version into this one", takes=Content(MergeWish, examples.MERGE),
        gives={201: ONE_PROMPT}, refuses=(*_ALTERED, Code.PROMPT_CONFLICTS),
        says="Line by line, with the version both came from as the third view. What both changed is never chosen here.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, MergeWish)
        resolved = {one["place"]: Resolved(one["take"], one["text"]) for one in wish["resolved"]}
        made = acts.merge(by=by, mine=prompt_shelf.version(by, pk), theirs=prompt_shelf.version(by, wish["other"]),
                          name=wish["name"], note=wish["note"], resolved=resolved)  # fmt: skip
        return _prompt(by, made, status=201)


class TrialsView(ApiView):
    needs: ClassVar[Needs] = {"GET": (P.ENGINES_VIEW,), "POST": (P.ENGINES_MANAGE,)}

    @operation("listPromptTrials", "Trials of a version on golden documents, the newest first", query=PageQuery,
               gives={200: Content(page_of(PromptTrialCard), a_page(examples.TRIAL))},
               refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        version = prompt_shelf.version(actor_of(request), pk)
        return page(PromptTrialCard, cut([Section(version.trials.all(), ("-at", "-id"))], asked(request, PageQuery)))

    @operation(
        "tryPrompt", "Ask an engine with this version on golden documents",
        gives={202: Content(RunCard, {**FRESH_RUN, "kind": TRIAL}, "Under way: watch the run.")},
        refuses=(*_ALTERED, Code.NO_LANGUAGE_ENGINE),
        says="A version may go live only when its newest trial has passed.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        run = acts.ask_trial(by=by, version=prompt_shelf.version(by, pk))
        return shown(RunCard, core.job(by, run.pk), status=202)


class PromotionsView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "proposePrompt", "Ask a second person to make a version live", takes=Content(Why, examples.WHY),
        gives={201: Content(ProposalCard, examples.PROMPT_PROPOSAL)},
        refuses=(*_ALTERED, Code.PROMPT_NOT_PROVEN, Code.ALREADY_DECIDED, Code.ALREADY_EXISTS),
        says="Its newest trial must have passed, of this very text; that is looked at again when somebody agrees.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, Why)
        asked = acts.ask_to_promote(by=by, version=prompt_shelf.version(by, pk), reason=wish["reason"])
        return shown(ProposalCard, asked, status=201)


class RollbackView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "rollBackPrompt", "Ask with the prompt before again", takes=Content(Why, examples.WHY), gives={200: ONE_PROMPT},
        refuses=(Code.NO_EARLIER_PROMPT, Code.PROMPT_ALTERED),
        says="By one, at once; answers with the version that is live now. It holds from the next run on.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, Why)
        return _prompt(by, acts.roll_back(by=by, reason=wish["reason"]))


class ExperimentsView(governed.ExperimentsView):
    """Reading them is as it was."""

    needs: ClassVar[Needs] = {"GET": (P.ENGINES_VIEW,), "POST": (P.ENGINES_MANAGE,)}

    @operation(
        "draftExperiment", "Write the plan of an experiment down", takes=Content(ExperimentWish, examples.DRAFT),
        gives={201: Content(ExperimentCard, examples.EXPERIMENT)}, refuses=(Code.NOT_FOUND,),
        says="How many documents it takes is worked out here, from what people decided before.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ExperimentWish)
        first, second = _known(by, "first", wish["first"]), _known(by, "second", wish["second"])
        made = experiment_acts.draft(by=by, name=wish["name"], hypothesis=wish["hypothesis"], first=first,
                                     second=second, effect=wish["effect"])  # fmt: skip
        return _experiment(by, made.pk, status=201)


class StartView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation("startExperiment", "Start an experiment that was drafted", gives={200: ONE_EXPERIMENT},
               refuses=(*_ALTERED, Code.PROMPT_NOT_PROVEN, Code.EXPERIMENT_STATE, Code.EXPERIMENT_RUNS))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        experiment_acts.start(by=by, experiment=experiment_of(by, pk))
        return _experiment(by, pk)


class EndView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "endExperiment", "End an experiment",
        takes=Content(ExperimentEndWish, examples.END), gives={200: ONE_EXPERIMENT},
        refuses=(Code.NOT_FOUND, Code.EXPERIMENT_STATE, Code.NO_VERDICT_YET),
        says="With the verdict of its rule and no other, or without a result; a draft is given up.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ExperimentEndWish)
        act = experiment_acts.conclude if wish["how"] == "verdict" else experiment_acts.give_up
        act(by=by, experiment=experiment_of(by, pk), reason=wish["reason"])
        return _experiment(by, pk)


def experiment_of(by: Actor, pk: UUID) -> Experiment:
    found = experiment_figures.visible(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _known(by: Actor, name: str, pk: UUID) -> PromptVersion:
    found = prompt_shelf.versions(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND, fields={name: [_("not known")]})
    return found


def _prompt(by: Actor, version: PromptVersion, *, status: int = 200) -> Response:
    card: Any = version
    card.standing, card.is_untouched = prompt_shelf.standing(by.here).of(version), prompt_shelf.is_untouched(version)
    return shown(PromptCard, card, status=status)


def _experiment(by: Actor, pk: UUID, *, status: int = 200) -> Response:
    return shown(ExperimentCard, told_of(experiment_of(by, pk)), status=status)
