"""What a person decides about a result. A decision is a row that is never changed; what follows from it (agreement,
a third person, the last word) is worked out under the item's lock, so that of two readers one is the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, capabilities, holding, pipeline
from clinic.actions import corrections, notifications, timeline
from clinic.actions.claims import check_is_claimed, check_may_read, lock
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import EntryKind, FlagReason, HeldDecision, ItemState, NoticeKind, Review, ReviewItem, Site
from clinic.models.reviews import CANNOT_TELL
from clinic.review_policy import rules_of
from clinic.review_queue import is_blind_now

TAKEN_BACK_WITHIN = timedelta(seconds=10)
LOCK_WHILE_HELD = timedelta(minutes=1)  # beyond that: until whoever makes it final has come by
LOOKING = ("scrolled", "opened", "evidence", "chose", "confirmed")
HELD_AT_ONCE = 200
CONCLUDED = ("state", "reasons", "decided_label", "decided_at", "claimed_by", "claimed_at", "claimed_until")


@dataclass(frozen=True)
class Decision:
    """What a reader says, checked."""

    label: str
    note: str | None
    looked: dict[str, Any]


def decide(*, by: Actor, item: ReviewItem, label: str, note: str = "", looked: Iterable[str] = ()) -> Review:
    """Final at once. Between readers who differ it is the last word."""
    _require_hand(by)
    with audit.act(by, "review.decided") as doing:
        locked = lock(item)
        decision = _checked(by, locked, label, note, looked)
        return _write(doing, locked, decision)


def hold(*, by: Actor, item: ReviewItem, label: str, note: str = "", looked: Iterable[str] = ()) -> HeldDecision:
    """The same, but for a few seconds it may be taken back; only then it is written, and seen by anybody."""
    _require_hand(by)
    with audit.act(by, "review.held") as doing:
        locked = lock(item)
        decision = _checked(by, locked, label, note, looked)
        now = timezone.now()
        held = HeldDecision(
            site_id=locked.site_id, item=locked, reader_id=by.myself, label=decision.label, note=decision.note,
            looked=decision.looked, at=now, final_at=now + TAKEN_BACK_WITHIN,
        )  # fmt: skip
        held.save(force_insert=True)
        locked.claimed_until = held.final_at + LOCK_WHILE_HELD
        locked.save(update_fields=["claimed_until"])
        doing.about(locked, case=locked.case, fields=("label", "note") if decision.note else ("label",))
    return held


def undo(*, by: Actor, item: ReviewItem) -> ReviewItem:
    """Back in the reader's hands as if nothing had been said. What is final stays."""
    with audit.act(by, "review.undone") as doing:
        locked = lock(item)
        taken_back, _rows = HeldDecision.objects.filter(item=locked, reader=by.myself).delete()
        if not taken_back:
            raise Refusal(Code.TOO_LATE_TO_UNDO)
        doing.about(locked, case=locked.case)
    return locked


def make_final() -> int:
    """What nobody took back, of every site."""
    return sum(_make_final_at(site) for site in Site.objects.filter(closed_at=None))


def _make_final_at(site: Site) -> int:
    with scope(site=site.pk):
        due = HeldDecision.objects.filter(site=site, final_at__lte=timezone.now())
        return sum(
            _make_one_final(held) for held in due.select_related("item", "reader").order_by("final_at")[:HELD_AT_ONCE]
        )


def _make_one_final(held: HeldDecision) -> int:
    """In the name of the reader, whose decision it is; who carried it out is told beside it."""
    reader = Actor.person(user_id=held.reader_id, label=held.reader.name, site_id=held.site_id, roles=frozenset())
    with audit.act(reader, "review.decided") as doing:
        locked = lock(held.item)
        is_ours, _rows = HeldDecision.objects.filter(pk=held.pk).delete()
        if not is_ours or not locked.is_open:
            doing.nothing_happened()
            doing.about(locked)
            return 0
        held.item = locked  # whose key opens the note
        _write(doing, locked, Decision(held.label, held.note, held.looked))
        doing.facts["carried_out_by"] = "system:scheduler"
    return 1


def _require_hand(by: Actor) -> None:
    """A program asks and reads; it does not decide on a patient's result."""
    by.require(Permission.REVIEW_WORK)
    if by.key_id is not None:
        raise Refusal(Code.NOT_ALLOWED, detail=_("A program does not decide on a result: a person does."))


# --- is it a decision? ------------------------------------------------------------------------------------------------


def _checked(by: Actor, item: ReviewItem, label: str, note: str, looked: Iterable[str]) -> Decision:
    check_is_claimed(item, by)
    check_may_read(by, item)
    capability = capabilities.capability_named(item.capability)
    if label not in (*capability.classes, CANNOT_TELL):
        raise Refusal(Code.INVALID, fields={"label": [_("Choose one of the listed answers.")]})
    if capability.before_deciding and label != CANNOT_TELL:
        pipeline.load(capability.before_deciding)(item)
    words = note.strip()
    if not words and needs_note(item, label):
        raise Refusal(Code.INVALID, fields={"note": [_("Say why: you differ from the engine, or send it back.")]})
    return Decision(label, words or None, _looked(item, looked))


def needs_note(item: ReviewItem, label: str) -> bool:
    """A blind reader cannot know that she differs."""
    if label == CANNOT_TELL:
        return True
    return not is_blind_now(item) and bool(said_by_engine(item)) and label != said_by_engine(item)


def said_by_engine(item: ReviewItem) -> str:
    return str(item.result.facets.get("label") or "") if item.result else ""


def _looked(item: ReviewItem, told: Iterable[str]) -> dict[str, Any]:
    """How long it was open is measured here, not told by the browser."""
    seconds = (timezone.now() - item.claimed_at).total_seconds() if item.claimed_at else 0.0
    did = sorted({one for one in told if one in LOOKING})
    rules = rules_of(item.site_id, item.capability)
    if item.risk >= rules.risky_from and (seconds < rules.dwell_s or not did):
        raise Refusal(Code.NOT_LOOKED, facts={"seconds_needed": rules.dwell_s})
    return {"seconds": round(seconds, 1), "did": did}


# --- what follows from it ---------------------------------------------------------------------------------------------


def _write(doing: Act, item: ReviewItem, decision: Decision) -> Review:
    said = said_by_engine(item)
    is_judgement = item.state == ItemState.ADJUDICATION
    review = Review(
        site_id=item.site_id, item=item, result=item.result, case=item.case, reader_id=doing.by.myself,
        is_adjudication=is_judgement, was_blind=is_blind_now(item), label=decision.label,
        agrees=decision.label == said if said and decision.label != CANNOT_TELL else None, note=decision.note,
        looked=decision.looked,
    )  # fmt: skip
    review.save(force_insert=True)
    _conclude(doing, item, review)
    corrections.learn(by=doing.by, review=review)
    doing.about(item, case=item.case, fields=("label", "note") if decision.note else ("label",), review=review.pk,
                state=item.state, adjudication=is_judgement)  # fmt: skip
    return review


def _conclude(doing: Act, item: ReviewItem, review: Review) -> None:
    holding.put_back(item)
    labels = [review.label] if review.is_adjudication else list(item.reviews.values_list("label", flat=True))
    if review.is_adjudication or (len(labels) >= item.readers and len(set(labels)) == 1):
        _settle(doing, item, review.label)
    elif len(labels) >= item.readers:
        _call_a_third(doing, item)
    item.save(
        update_fields=["state", "reasons", "decided_label", "decided_at", "claimed_by", "claimed_at", "claimed_until"]
    )


def _settle(doing: Act, item: ReviewItem, label: str) -> None:
    item.state, item.decided_label, item.decided_at = ItemState.DECIDED, label, timezone.now()
    if item.case:
        timeline.add(doing, case=item.case, kind=EntryKind.REVIEW_DECIDED, subject_id=item.pk,
                     capability=item.capability, label=label)  # fmt: skip
    kind = NoticeKind.REVIEW_RETURNED if label == CANNOT_TELL else NoticeKind.REVIEW_DECIDED
    for person_id in {pk for pk in (item.sent_by_id, item.run.requested_by_id) if pk}:
        notifications.send(by=doing.by, person_id=person_id, kind=kind, case=item.case, site_id=item.site_id,
                           run_id=item.run_id)  # fmt: skip


def _call_a_third(doing: Act, item: ReviewItem) -> None:
    item.state = ItemState.ADJUDICATION
    item.reasons = [*item.reasons, FlagReason.DISAGREEMENT.value]
    if item.case:
        timeline.add(doing, case=item.case, kind=EntryKind.REVIEW_DIFFERED, subject_id=item.pk,
                     capability=item.capability)  # fmt: skip
