"""What a reader has before her: why it is here, the source, what the engine and others said unless she reads blind."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import capabilities
from clinic.actions.reviews import said_by_engine
from clinic.authorization.actor import Actor
from clinic.errors import Words
from clinic.evidence import TextSpan, read
from clinic.holding import holder
from clinic.models import HeldDecision, ItemState, Result, Review, ReviewItem, Upload, UploadKind
from clinic.models.reviews import CANNOT_TELL
from clinic.review_panels import panel_of
from clinic.review_policy import rules_of
from clinic.review_queue import is_blind_now
from clinic.sealed_words import said
from clinic.sources import Source, State
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of, with_limits
from clinic.views.presenters.case_rows import UPLOAD_ICONS, patient_line, question_of
from clinic.views.presenters.evidence_links import BROKEN
from clinic.views.presenters.marked_text import MarkedText, marked
from clinic.views.presenters.review_labels import SENT_BACK, label_words, reasons_in_words, title_of
from clinic.views.presenters.upload_page import SHOWN_IN_PLACE

Choice = tuple[str, str | Promise]


@dataclass(frozen=True)
class Shown:
    """One input of the run, as a reader sees it without leaving the page."""

    upload: str
    name: Words
    icon: str
    url: str
    text: MarkedText | None = None
    is_picture: bool = False
    problem: Words = ""


@dataclass(frozen=True)
class Said:
    who: str
    label: Words
    note: Words
    at: datetime
    is_last_word: bool


@dataclass(frozen=True)
class Panel:
    item: ReviewItem
    what: Words
    case_url: str
    patient: str
    question: Words
    asked: Words
    is_blind: bool
    is_risky: bool
    why: Words
    rule: str
    sources: list[Shown]
    card: Any = None
    own_panel: str = ""  # a capability's own template for the source
    others: list[Said] = field(default_factory=list)
    is_mine: bool = False
    until: datetime | None = None
    held_by: str = ""
    may_take: bool = False
    decided: Words = ""


def panel_for(by: Actor, item: ReviewItem, *, may_take: bool) -> Panel:
    blind = is_blind_now(item)
    sources = _sources(by, item, blind)
    return Panel(
        item=item,
        what=title_of(item.capability),
        case_url="" if blind or not item.case_id else reverse("case", args=[item.case_id]),
        patient=patient_line(item.case.patient, item.case.age_years) if item.case else "",
        question=question_of(item.case) if item.case else "",
        asked=said(lambda: item.question),
        is_blind=blind,
        is_risky=not blind and item.risk >= rules_of(item.site_id, item.capability).risky_from,
        why="" if blind else reasons_in_words(item.reasons),
        rule=_rule(item),
        sources=sources,
        card=_card(by, item.result, sources) if item.result and not blind else None,
        own_panel=panel_of(item.capability),
        others=[] if blind else _others(item),
        is_mine=_is_mine(by, item),
        until=item.claimed_until,
        held_by=holder(by, item),
        may_take=may_take,
        decided=label_words(item.capability, item.decided_label) if item.state == ItemState.DECIDED else "",
    )


def _card(by: Actor, result: Result, sources: Sequence[Shown]) -> AiCard | None:
    """With the limits drawn in; what it rests on is marked in the source beside it, not listed once more."""
    card = card_of(result, by, reviewed=review_standing.of(result))
    if card is None:
        return None
    in_text = {source.upload for source in sources if source.text}
    is_marked = all(one["upload"] in in_text for one in result.outcome.get("evidence", ()))
    return replace(with_limits(card, result), evidence=() if is_marked else card.evidence)


def _is_mine(by: Actor, item: ReviewItem) -> bool:
    return item.is_open and item.claimed_by_id is not None and item.claimed_by_id == by.user_id


def _rule(item: ReviewItem) -> str:
    if item.state == ItemState.ADJUDICATION:
        return _("You decide between them: what you say is the last word.")
    count = ngettext("%(n)d person reads this.", "%(n)d people read this.", item.readers) % {"n": item.readers}
    if not item.is_blind:
        return count
    return f"{count} {_('Each reads blind: neither the engine’s answer nor another’s is shown before all are in.')}"


# --- the source -------------------------------------------------------------------------------------------------------


def _sources(by: Actor, item: ReviewItem, blind: bool) -> list[Shown]:
    uploads = Upload.objects.visible_to(by).filter(runs=item.run_id).select_related("case").order_by("added_at")
    spans = [] if blind or item.result is None else _spans(item.result)
    return [_shown(upload, spans) for upload in uploads]


def _spans(result: Result) -> list[tuple[int, TextSpan]]:
    evidence = [read(one) for one in result.outcome.get("evidence", ())]
    return [(number, one) for number, one in enumerate(evidence, 1) if isinstance(one, TextSpan)]


def _shown(upload: Upload, spans: Sequence[tuple[int, TextSpan]]) -> Shown:
    name, icon = said(lambda: upload.name), UPLOAD_ICONS[UploadKind(upload.kind)]
    url = reverse("upload_content", args=[upload.pk])
    if upload.content_type in SHOWN_IN_PLACE:
        return Shown(str(upload.pk), name, icon, url, is_picture=True)
    source = Source(upload)
    if source.state != State.FITS:
        return Shown(str(upload.pk), name, icon, url, problem=BROKEN[source.state])
    if source.text is None:
        return Shown(str(upload.pk), name, icon, url)
    fitting = [(number, one) for number, one in spans if source.look(one) == State.FITS]
    mine = [(number, one) for number, one in fitting if one.upload == str(upload.pk)]
    return Shown(str(upload.pk), name, icon, url, text=marked(source.text, mine))


# --- what was said ----------------------------------------------------------------------------------------------------


def _others(item: ReviewItem) -> list[Said]:
    return [_said(review) for review in item.reviews.select_related("reader", "case").order_by("at")]


def _said(review: Review) -> Said:
    label = label_words(review.item.capability, review.label)
    return Said(review.reader.name, label, said(lambda: review.note), review.at, review.is_adjudication)


def choices(item: ReviewItem) -> list[Choice]:
    """In the order of the keys; nothing is chosen before the reader chooses."""
    classes = capabilities.capability_named(item.capability).classes
    return [*((name, card.words) for name, card in classes.items()), (CANNOT_TELL, SENT_BACK)]


def note_is_needed(item: ReviewItem) -> bool:
    return not is_blind_now(item) and bool(said_by_engine(item))


def just_held(by: Actor) -> dict[str, Any] | None:
    """The decision that may still be taken back."""
    mine = HeldDecision.objects.visible_to(by).filter(reader=by.user_id, final_at__gt=timezone.now())
    held = mine.select_related("item__case").order_by("-at").first()
    if held is None:
        return None
    item = held.item
    return {
        "item": item, "reference": item.case.reference if item.case else title_of(item.capability),
        "label": label_words(item.capability, held.label), "until": held.final_at,
    }  # fmt: skip
