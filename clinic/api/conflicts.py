"""Contradictions of a case, for programs to read. To decide on one takes a person at a browser."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, contradictions
from clinic.actions import conflicts as acts
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, shown, told
from clinic.api.describe import Content, operation
from clinic.api.fields import Choice, Input, Output, Text
from clinic.authorization.permissions import Permission as P
from clinic.contradiction_words import TITLES
from clinic.errors import Code
from clinic.models import Conflict, ConflictState
from clinic.models.conflicts import Holds
from clinic.views.presenters import conflict_cards


class ConflictSide(Output):
    sort = serializers.ChoiceField(choices=list(conflict_cards.SORTS))
    name = serializers.CharField(help_text="What a person called the file.")
    upload = serializers.UUIDField()
    sha256 = serializers.CharField()
    words = serializers.CharField(allow_blank=True, help_text="The sentence; none of a film.")
    said = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField()
    end = serializers.IntegerField(help_text="0: the place cannot be opened, as in a recording.")
    holds = serializers.CharField()


class ConflictCard(Output):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(TITLES))
    about = serializers.CharField(source="sides.about", allow_blank=True)
    sides = ConflictSide(many=True, source="sides.sides")
    state = serializers.ChoiceField(choices=ConflictState.choices)
    holds = serializers.ChoiceField(choices=Holds.choices, allow_blank=True)
    reason = serializers.CharField(allow_null=True)
    found_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class Conflicts(Output):
    items = ConflictCard(many=True)


class ConflictDecision(Input):
    holds = Choice(choices=(*Holds.values, acts.NO_CONTRADICTION), help_text="`none`: it is no contradiction.")
    reason = Text(min_length=acts.SHORTEST_REASON, max_length=acts.LONGEST_REASON)


class ConflictsView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "listConflicts", "Where the sources of a case contradict each other", refuses=(Code.NOT_FOUND, Code.ERASED),
        gives={200: Content(Conflicts, {"items": [examples.CONFLICT]})},
        says="Found by rules whenever a source was read. A report is not signed while one is open.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        rows = contradictions.shown_to(by, access.case(by, pk))
        return shown(Conflicts, {"items": rows})


class ConflictDecisionView(ApiView):
    needs = {"POST": (P.REVIEW_WORK,)}

    @operation(
        "decideConflict", "Say which of two sources holds, or that they do not contradict each other",
        takes=Content(ConflictDecision, examples.CONFLICT_DECISION),
        gives={200: Content(ConflictCard, examples.CONFLICT)},
        refuses=(Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.READ_FIRST),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ConflictDecision)
        found = access.conflict(by, pk)
        acts.decide(by=by, conflict=found, **wish)
        return shown(ConflictCard, Conflict.objects.select_related("case").get(pk=pk))
