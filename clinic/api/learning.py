"""Lineage for programs: engines and items by number and codes; engines of a patient for those who see her."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, lineage
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.paging import cut
from clinic.api.serializers.reports import ItemCard, ItemQuery, LearnedList, MineCard
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.lineage import Learned
from clinic.models import TrainingItem
from clinic.views.keyset import Section

LEARNED = Content(LearnedList, {"results": [examples.LEARNED]})


class LearningEnginesView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("listLearning", "Engines that learned from decisions of this site", gives={200: LEARNED})
    def get(self, request: Request) -> Response:
        return shown(LearnedList, {"results": _told(lineage.engines_here(actor_of(request)))})


class LearningItemsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation(
        "listTrainingItems", "Items engines may have learned from, the latest first", query=ItemQuery,
        gives={200: Content(page_of(ItemCard), a_page(examples.TRAINING_ITEM))}, refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, ItemQuery)
        rows = TrainingItem.objects.visible_to(by).select_related("review__reader")
        if "engine" in filters:
            rows = rows.filter(lessons__engine=access.engine(by, filters["engine"]))
        return page(ItemCard, cut([Section(rows, ("-at", "-id"))], filters))


class CaseLearningView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation("listLearningOfCase", "Engines that learned from the patient of a case", gives={200: LEARNED},
               refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk)
        return shown(LearnedList, {"results": _told(lineage.engines_of_patient(case.patient_id))})


class MyCorrectionsView(ApiView):
    needs = {"GET": (P.REVIEW_WORK,)}

    @operation("readMyCorrections", "What became of one’s own decisions",
               gives={200: Content(MineCard, {"items": 41, "used": 38, "results": [examples.LEARNED]})})  # fmt: skip
    def get(self, request: Request) -> Response:
        mine = lineage.of_reader(actor_of(request))
        return shown(MineCard, {"items": mine.items, "used": mine.used, "results": _told(mine.engines)})


def _told(learned: list[Learned]) -> list[dict[str, Any]]:
    return [told | {"withdrawn": one.withdrawn} for one, told in zip(learned, lineage.told(learned), strict=True)]
