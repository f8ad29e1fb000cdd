"""Nothing disappears: every document whose facts were asked for is done, with a person, dead where somebody sees it, or
under way. Counted every minute; a document that is none of them is an alarm."""

import logging
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from clinic.authorization.scope import scope
from clinic.health import register_check, remembered
from clinic.models import Run, RunState, Site
from clinic.models.reviews import OPEN_STATES
from extraction import shelf
from extraction.models import FactSheet

EVERY_S = 60.0
log = logging.getLogger("rounds.extraction")


@dataclass(frozen=True)
class Balance:
    submitted: int = 0
    done: int = 0
    review: int = 0
    dead: int = 0
    under_way: int = 0

    @property
    def lost(self) -> int:
        return self.submitted - self.done - self.review - self.dead - self.under_way

    def __add__(self, other: "Balance") -> "Balance":
        mine, theirs = vars(self), vars(other)
        return Balance(**{name: mine[name] + theirs[name] for name in mine})


def balance(site: Site) -> Balance:
    """Each kind is asked for by what makes it one, not as what the others leave."""
    died = Run.objects.filter(uploads=OuterRef("upload"), state__in=(RunState.FAILED, RunState.CANCELLED))
    rows = shelf.placed(FactSheet.objects.filter(site=site)).annotate(is_dead=Exists(died))
    found = {"done": 0, "review": 0, "dead": 0, "under_way": 0}
    submitted = 0
    for place, item_state, has_run, is_dead in rows.values_list("place", "item_state", "run", "is_dead").iterator():
        submitted += 1
        if kind := _kind(place, item_state, has_answer=has_run is not None, is_dead=is_dead):
            found[kind] += 1
    return Balance(submitted, **found)


def _kind(place: str, item_state: str, *, has_answer: bool, is_dead: bool) -> str:
    if place in (shelf.FINISHED, shelf.COLD):
        return "done"
    if place == shelf.UNDER_WAY:
        return "under_way"
    if has_answer or item_state in OPEN_STATES:
        return "review"
    return "dead" if is_dead else ""


def everywhere() -> Balance:
    total = Balance()
    for site in Site.objects.all():
        with scope(site=site.pk):
            total += balance(site)
    return total


@remembered(EVERY_S)
def nothing_is_lost() -> bool:
    total = everywhere()
    if total.lost:
        log.error("documents_lost", extra={"count": total.lost})
    return not total.lost


register_check("extraction", nothing_is_lost, needs_database=True, is_alarm=True,
               words=_("Documents accounted for"))  # fmt: skip
