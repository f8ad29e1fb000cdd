"""How an answer stands: decided by a person, waiting for one, or accepted by policy, which is no person's decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import capabilities
from clinic.errors import Words
from clinic.models import ItemState, Result, ReviewItem
from clinic.models.reviews import CANNOT_TELL, OPEN_STATES
from clinic.views.presenters.review_labels import label_words


@dataclass(frozen=True)
class Reviewed:
    decided: Words = ""
    is_returned: bool = False  # a person could not tell
    is_accepted: bool = False
    item_url: str = ""

    @property
    def waits(self) -> bool:
        return not self.decided and not self.is_accepted


def of(result: Result) -> Reviewed | None:
    return of_all([result]).get(result.pk)


def of_all(results: Iterable[Result]) -> dict[UUID, Reviewed]:
    """One question for any number of them; of kinds without classes nothing is reviewed."""
    reviewed = [result.pk for result in results if capabilities.of_kind(result.kind)]
    if not reviewed:
        return {}
    items = ReviewItem.objects.filter(result__in=reviewed).exclude(state=ItemState.WITHDRAWN).order_by("created_at")
    columns = ("pk", "result_id", "capability", "state", "decided_label")
    latest = {item.result_id: item for item in items.only(*columns)}
    return {pk: _reviewed(latest.get(pk)) for pk in reviewed}


def _reviewed(item: ReviewItem | None) -> Reviewed:
    if item is None:
        return Reviewed(is_accepted=True)
    url = reverse("review_item", args=[item.pk])
    if item.state in OPEN_STATES:
        return Reviewed(item_url=url)
    label = label_words(item.capability, item.decided_label)
    return Reviewed(_("Decided: %(label)s") % {"label": label}, item.decided_label == CANNOT_TELL, item_url=url)
