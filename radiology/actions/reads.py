"""Reading a film: taking it in hand, sealing one's own reading, then the last word beside the engine's answer."""

import logging
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, holding
from clinic.actions import claims, reviews, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.evidence import Box
from clinic.models import Result, ReviewItem
from clinic.models.reviews import CANNOT_TELL, OPEN_STATES
from clinic.review_queue import is_blind_now
from radiology.actions.films import lock
from radiology.blindness import is_concealed
from radiology.findings import LABEL_OF
from radiology.models import (
    Certainty,
    Film,
    FilmRead,
    FilmVerdict,
    Impression,
    ReadState,
    Reason,
    Stance,
)
from radiology.policy import policy_of
from radiology.worklist import films_of, free_for, in_order

MOST_REGIONS = 10
LOOKED_THROUGH = 20
log = logging.getLogger("rounds.radiology")


# --- in hand ----------------------------------------------------------------------------------------------------------


def take(*, by: Actor, film: Film) -> Film:
    """Locked for a quarter of an hour. What she held before goes back to the list."""
    _require_reader(by)
    with audit.act(by, "film.claimed") as doing:
        locked = lock(film)
        check_may_read(by, locked)
        holding.take(locked, by)
        locked.save(update_fields=holding.COLUMNS)
        Film.objects.filter(claimed_by=by.myself).exclude(pk=locked.pk).update(**holding.FREE)
        doing.about(locked, case=locked.case)
    return locked


def take_next(*, by: Actor, show: str = "") -> Film | None:
    """The most pressing that is free; what another takes in the same moment is passed over."""
    films = in_order(free_for(films_of(by, show), by), policy_of(by.here))
    for film in films[:LOOKED_THROUGH]:
        try:
            return take(by=by, film=film)
        except Refusal as refusal:
            if refusal.code not in (Code.CLAIMED_BY_OTHER, Code.READ_ALREADY, Code.NO_PICTURE):
                raise
    return None


def give_back(*, by: Actor, film: Film) -> Film:
    _require_reader(by)
    with audit.act(by, "film.released") as doing:
        locked = lock(film)
        holding.demand_held(locked, by)
        holding.put_back(locked)
        locked.save(update_fields=holding.COLUMNS)
        doing.about(locked, case=locked.case)
    return locked


def check_may_read(by: Actor, film: Film) -> None:
    if not film.is_open:
        raise Refusal(Code.NO_PICTURE)
    if film.reads.filter(reader=by.myself).exists() or film.read_state == ReadState.DONE:
        raise Refusal(Code.READ_ALREADY)


def _require_reader(by: Actor) -> None:
    by.require(Permission.FILM_READ)
    if by.key_id is not None:
        raise Refusal(Code.PERSON_NEEDED)


# --- her own reading --------------------------------------------------------------------------------------------------


def seal(*, by: Actor, film: Film, impression: str, certainty: str, findings: str = "",
         regions: Iterable[dict[str, Any]] = ()) -> FilmRead:  # fmt: skip
    """Written into the chain before the engine's answer opens for her. It is never changed: a change of mind is her
    last word, beside it."""
    _require_reader(by)
    with audit.act(by, "film.read_sealed") as doing:
        locked = lock(film)
        check_may_read(by, locked)
        holding.demand_held(locked, by)
        result = answer_of(locked)
        read = FilmRead(
            site_id=locked.site_id, film=locked, reader_id=by.myself,
            position=1 if locked.read_state == ReadState.WAITING else 2,
            impression=_one_of(Impression, impression, "impression"),
            certainty=_one_of(Certainty, certainty, "certainty"), findings=findings.strip() or None,
            regions=_regions(regions) or None, seconds=_seconds_in_hand(locked),
            was_blind=_is_blind(locked, by, result), blind_rule=policy_of(locked.site_id).blind, result=result,
            audit_event_id=doing.id,
        )  # fmt: skip
        read.save(force_insert=True)
        timeline.add(doing, case=locked.case, kind="film_read", subject_id=read.pk, position=read.position)
        _settle_blind_review(by, locked, read)
        doing.about(locked, case=locked.case, fields=("impression", "certainty", "findings", "regions"), read=read.pk,
                    impression=read.impression, certainty=read.certainty, blind=read.was_blind)  # fmt: skip
    return read


def answer_of(film: Film) -> Result | None:
    return Result.objects.select_related("case").filter(run=film.chest_run_id).first() if film.chest_run_id else None


def _is_blind(film: Film, by: Actor, result: Result | None) -> bool:
    return result is None or is_concealed(film, by)


def _seconds_in_hand(film: Film) -> float:
    return round((timezone.now() - film.claimed_at).total_seconds(), 1) if film.claimed_at else 0.0


def _one_of(choices: Any, value: str, name: str) -> str:
    if value not in choices.values:
        raise Refusal(Code.INVALID, fields={name: [_("Choose one of the listed answers.")]})
    return value


def _regions(told: Iterable[dict[str, Any]]) -> list[dict[str, float]]:
    """Boxes in shares of the film as it stands upright."""
    found = [_region(one) for one in told]
    if len(found) > MOST_REGIONS:
        raise Refusal(Code.INVALID, fields={"regions": [_("At most %d regions.") % MOST_REGIONS]})
    return found


def _region(told: Any) -> dict[str, float]:
    try:
        sides = {name: float(told[name]) for name in ("left", "top", "width", "height")}
    except (KeyError, TypeError, ValueError):
        sides = {"left": 0.0, "top": 0.0, "width": 0.0, "height": 0.0}
    if not Box(upload="", sha256="", **sides).is_sound:  # type: ignore[arg-type]
        raise Refusal(Code.INVALID, fields={"regions": [_("A box within the film.")]})
    return sides


# --- beside the engine ------------------------------------------------------------------------------------------------


def conclude(*, by: Actor, film: Film, stance: str, impression: str = "", reason: str = "", note: str = "",
             is_for_teaching: bool = False) -> FilmVerdict:  # fmt: skip
    """Her last word, with the engine's answer before her, or without where there is none."""
    _require_reader(by)
    with audit.act(by, "film.concluded") as doing:
        locked = lock(film)
        read = FilmRead.objects.filter(film=locked, reader=by.myself).first()
        if read is None:
            raise Refusal(Code.READ_FIRST)
        read.film = locked  # whose key seals the note
        if FilmVerdict.objects.filter(read=read).exists():
            raise Refusal(Code.ALREADY_DECIDED)
        said = engine_label(answer_of(locked))
        verdict = _verdict(read, said, stance, impression, reason, note, is_for_teaching)
        verdict.save(force_insert=True)
        _go_on(locked, read)
        timeline.add(doing, case=locked.case, kind="film_concluded", subject_id=read.pk, stance=verdict.stance,
                     impression=verdict.impression)  # fmt: skip
        _settle_review(by, locked, verdict.impression, verdict.note or _reason_words(verdict))
        doing.about(locked, case=locked.case, fields=("note",) if verdict.note else (), read=read.pk,
                    stance=verdict.stance, impression=verdict.impression, reason=verdict.reason)  # fmt: skip
    return verdict


def engine_label(result: Result | None) -> str:
    return str(result.facets.get("label") or "") if result else ""


def _verdict(read: FilmRead, said: str, stance: str, impression: str, reason: str, note: str,
             is_for_teaching: bool) -> FilmVerdict:  # fmt: skip
    final = _final(read, said, stance, impression)
    words = note.strip()
    if stance in (Stance.CHANGES, Stance.DISAGREES):
        _one_of(Reason, reason, "reason")
        if reason == Reason.FREE and not words:
            raise Refusal(Code.INVALID, fields={"note": [_("Say why in your own words.")]})
    return FilmVerdict(
        site_id=read.site_id, read=read, impression=final, stance=stance, note=words or None, engine_label=said,
        reason=reason if stance in (Stance.CHANGES, Stance.DISAGREES) else "", is_for_teaching=is_for_teaching,
    )  # fmt: skip


def _final(read: FilmRead, said: str, stance: str, impression: str) -> str:
    """What stands in the end, as the button says it; nobody is made to agree by a slip."""
    own = Impression(read.impression)
    match _one_of(Stance, stance, "stance"):
        case Stance.ALONE if not said:
            return own.value
        case Stance.AGREES if said and LABEL_OF.get(own) == said:
            return own.value
        case Stance.DISAGREES if said and LABEL_OF.get(own) != said:
            return own.value
        case Stance.CHANGES if said:
            changed = _one_of(Impression, impression, "impression")
            if changed != own:
                return changed
            raise Refusal(Code.INVALID, fields={"impression": [_("That is what you said before.")]})
    raise Refusal(Code.INVALID, fields={"stance": [_("This does not fit what you and the engine said.")]})


def _go_on(film: Film, read: FilmRead) -> None:
    wants_second = film.needs_second and read.position == 1
    film.read_state = ReadState.SECOND if wants_second else ReadState.DONE
    holding.put_back(film)
    film.save(update_fields=["read_state", *holding.COLUMNS])


def _reason_words(verdict: FilmVerdict) -> str:
    return str(verdict.get_reason_display() or verdict.get_stance_display())


# --- the review queue -------------------------------------------------------------------------------------------------


def _settle_blind_review(by: Actor, film: Film, read: FilmRead) -> None:
    """Where the queue wants a blind reader, this reading is one: it was sealed without the answer."""
    item = _open_item(film)
    if item is not None and is_blind_now(item) and read.was_blind:
        _decide(by, item, read.impression, str(Impression(read.impression).label))


def _settle_review(by: Actor, film: Film, impression: str, note: str) -> None:
    item = _open_item(film)
    if item is not None and not is_blind_now(item):
        _decide(by, item, impression, note)


def _open_item(film: Film) -> ReviewItem | None:
    if film.chest_run_id is None:
        return None
    return ReviewItem.objects.filter(run=film.chest_run_id, state__in=OPEN_STATES).first()


def _decide(by: Actor, item: ReviewItem, impression: str, note: str) -> None:
    """One film, one decision: what was said here is not asked again in the queue. Where the queue's own rules want
    another reader it stays there."""
    try:
        with audit.together():
            claims.claim(by=by, item=item)
            label = LABEL_OF.get(Impression(impression), CANNOT_TELL)
            reviews.decide(by=by, item=item, label=label, note=note, looked=("opened", "chose"))
    except Refusal as why:
        log.info("film_stays_in_review", extra={"code": why.code.value})
