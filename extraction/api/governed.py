"""Prompts and experiments for programs to read; `governing` has what changes them."""

from collections.abc import Iterator
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.base import ApiView, Needs, actor_of, asked, page
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import Output, PageQuery
from clinic.api.paging import Page, cut
from clinic.api.serializers.reviews import Share
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.views.keyset import Section
from extraction import experiment_figures, prompt_shelf
from extraction.api import examples
from extraction.models import Experiment
from extraction.models.experiments import Phase


class PromptCard(Output):
    """A version of the prompt. Its text is asked with only as long as its signature holds."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    branched_from = serializers.UUIDField(source="parent_id", allow_null=True)
    merged_from = serializers.UUIDField(source="merged_id", allow_null=True, help_text="What was brought in besides.")
    standing = serializers.CharField(help_text="live, candidate or retired.")
    is_untouched = serializers.BooleanField(help_text="False: the database holds another text than was written.")
    text = serializers.CharField()
    at = serializers.DateTimeField()


class PromptTrialCard(Output):
    """What came of asking an engine with one version on golden documents."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    sha256 = serializers.CharField(help_text="Of the text that was asked with.")
    engine = serializers.CharField()
    is_passed = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Codes: why it did not pass.")
    figures = serializers.DictField(help_text="Documents, answers of the schema, values, F1 with its interval, cost.")
    at = serializers.DateTimeField()


class ExperimentCard(Output):
    """Two versions, each asked about half of the documents. The interval holds at every look."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    first = serializers.CharField(source="first.name")
    second = serializers.CharField(source="second.name")
    phase = serializers.ChoiceField(choices=Phase.values)
    verdict = serializers.CharField(allow_blank=True, help_text="Empty until the rule allows one.")
    rule_says = serializers.CharField(help_text="go_on, or what the rule allows now.")
    effect = serializers.FloatField(help_text="The smallest difference worth finding.")
    needed = serializers.IntegerField(help_text="Documents, both arms together.")
    difference = Share(allow_null=True, help_text="Second minus first, of the share taken unchanged.")
    at = serializers.DateTimeField()


class PromptsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("listPrompts", "Versions of the prompt, the newest first", query=PageQuery,
               gives={200: Content(page_of(PromptCard), a_page(examples.PROMPT))})  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        found = cut([Section(prompt_shelf.versions(by), ("-at", "-id"))], asked(request, PageQuery))
        stands = prompt_shelf.standing(by.here)
        for one in found.rows:
            one.standing, one.is_untouched = stands.of(one), prompt_shelf.is_untouched(one)
        return page(PromptCard, found)


class ExperimentsView(ApiView):
    needs: ClassVar[Needs] = {"GET": (P.ENGINES_VIEW,)}

    @operation("listExperiments", "Experiments, the newest first", query=PageQuery,
               gives={200: Content(page_of(ExperimentCard), a_page(examples.EXPERIMENT))})  # fmt: skip
    def get(self, request: Request) -> Response:
        return page(ExperimentCard, experiments(actor_of(request), asked(request, PageQuery)))


def experiments(by: Actor, filters: dict[str, Any]) -> Page:
    found = cut([Section(experiment_figures.visible(by), ("-at", "-id"))], filters)
    return Page(list(_told(found.rows)), found.next_cursor)


def _told(rows: list[Experiment]) -> Iterator[Experiment]:
    return (told_of(one) for one in rows)


def told_of(one: Experiment) -> Experiment:
    shown = experiment_figures.shown(one)
    facts: Any = one
    facts.needed, facts.rule_says = one.plan.needed, shown.says.value
    facts.difference = shown.whole.figure if shown.whole else None
    facts.phase, facts.verdict = getattr(one, "phase", None) or Phase.DRAFT.value, getattr(one, "verdict", "") or ""
    return one
