"""The queue in pages, in the order of when the first of them was asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from clinic.authorization.actor import Actor
from clinic.models import ReviewItem
from clinic.review_queue import HEAVIEST, OLDEST, late, not_late, urgent, weighed
from clinic.review_rules import Rules
from clinic.views import timed_pages
from clinic.views.keyset import Page
from clinic.views.timed_pages import ById


def page(by: Actor, waiting: QuerySet[ReviewItem], rules: Mapping[str, Rules], at: str, *, size: int,
         ) -> Page[ReviewItem]:  # fmt: skip
    def sections(when: datetime) -> Sequence[ById[ReviewItem]]:
        known = weighed(ReviewItem.objects.visible_to(by), when)
        return (
            ById(urgent(waiting), OLDEST, known),
            ById(late(waiting, rules, when), OLDEST, known),
            ById(not_late(waiting, rules, when), HEAVIEST, known),
        )

    return timed_pages.page(sections, at, size=size)
