"""One line of the review queue: what it is, how long it waits, why it is here. A blind item tells nothing more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.authorization.actor import Actor
from clinic.capabilities import capabilities
from clinic.concealment import concealed
from clinic.errors import Words
from clinic.holding import holder
from clinic.models import ItemState, ReviewItem, Urgency
from clinic.review_queue import KINDS, is_blind_now
from clinic.review_rules import Told
from clinic.views.presenters.review_labels import label_words, reason_words, title_of


@dataclass(frozen=True)
class Row:
    item: ReviewItem
    urgency: str
    title: str
    why: Words
    since: datetime
    is_current: bool
    held_by: str  # the colleague who reads it now


def rows(by: Actor, items: Sequence[ReviewItem], current: ReviewItem | None) -> list[Row]:
    hidden = concealed([item.result for item in items if item.result], by)
    return [_row(by, item, current, is_concealed=item.result_id in hidden) for item in items]


def _row(by: Actor, item: ReviewItem, current: ReviewItem | None, *, is_concealed: bool) -> Row:
    return Row(
        item=item,
        urgency=_urgency(item),
        title=_("%(what)s: read it first") % {"what": title_of(item.capability)} if is_concealed else _title(item),
        why="" if is_concealed else _why(item),
        since=item.created_at,
        is_current=current is not None and item.pk == current.pk,
        held_by=holder(by, item),
    )


def _urgency(item: ReviewItem) -> str:
    """Of the case, unless the text itself says more."""
    of_case = item.case.urgency if item.case else Urgency.ROUTINE
    return Urgency.URGENT if item.is_urgent and of_case == Urgency.ROUTINE else of_case


def _title(item: ReviewItem) -> str:
    what = title_of(item.capability)
    if is_blind_now(item):
        return _("%(what)s: read blind") % {"what": what}
    if item.result is None:
        return _("%(what)s: no engine answered") % {"what": what}
    told = Told.of(item.result.facets)
    named = [str(label_words(item.capability, name)) for name in told.classes or ((told.label,) if told.label else ())]
    return f"{what}: {', '.join(named)}" if named else _("%(what)s: no answer") % {"what": what}


def _why(item: ReviewItem) -> Words:
    """The reason itself tells a blind reader what the engine thinks: she is told how many read."""
    if item.state == ItemState.ADJUDICATION:
        return _("Readers differ, a third decides")
    if is_blind_now(item):
        return ngettext("%(n)d reader", "%(n)d readers", item.readers) % {"n": item.readers}
    return reason_words(item.reasons[0]) if item.reasons else ""


def filters(counted: Counter[tuple[str, str]], kind: str, capability: str) -> list[dict[str, object]]:
    """Of what this reader may read, as `counts` counts it."""
    words = (_("All"), _("First read"), _("Second read"), _("Readers differ"))
    choices = zip(("", *KINDS), words, strict=True)
    return [
        {"url": queue_url(name, capability), "words": word, "count": _count(counted, capability, name),
         "current": name == kind}
        for name, word in choices
    ]  # fmt: skip


def capability_filters(counted: Counter[tuple[str, str]], kind: str, capability: str) -> list[dict[str, object]]:
    """Only where there is something to choose."""
    named = [(one.name, one.title, _count(counted, one.name)) for one in capabilities()]
    if len(named) < 2:
        return []
    every = {"url": queue_url(kind, ""), "words": _("All engines"), "current": not capability}
    return [every] + [
        {"url": queue_url(kind, name), "words": title, "count": count, "current": name == capability}
        for name, title, count in named
        if count or name == capability
    ]


def _count(counted: Counter[tuple[str, str]], capability: str = "", kind: str = "") -> int:
    """What is not named is not narrowed."""
    return sum(n for (of, what), n in counted.items() if capability in ("", of) and kind in ("", what))


def queue_url(kind: str, capability: str, *, at: str = "") -> str:
    query = urlencode({name: value for name, value in (("show", kind), ("of", capability), ("at", at)) if value})
    return f"{reverse('review')}?{query}" if query else reverse("review")
