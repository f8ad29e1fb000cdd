"""What stands beside the film: whose turn it is, what she has said, and, once she has, what the engine says."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Refusal, Words
from clinic.holding import holder
from clinic.models import Result
from clinic.sealed_words import said
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of
from clinic.views.presenters.case_rows import patient_line
from radiology.actions import reads
from radiology.actions.reads import answer_of, engine_label
from radiology.blindness import is_concealed
from radiology.film_words import sentence
from radiology.findings import IMPRESSION_OF, LABEL_OF, RISK_WORDS
from radiology.models import Film, FilmRead, FilmState, Impression, ReadState, Stance


@dataclass(frozen=True)
class Spoken:
    """One reading as it is shown: hers, or a colleague's once it may be seen."""

    read: FilmRead
    findings: Words
    is_own: bool
    verdict: Any = None
    note: Words = ""


@dataclass(frozen=True)
class MapShown:
    url: str = ""
    words: Words = ""
    is_waiting: bool = False


@dataclass(frozen=True)
class Panel:
    film: Film
    step: str  # opening, unreadable, take, held, read, decide, done, look
    patient: str
    problem: Any = None
    gate: list[Any] = field(default_factory=list)
    offer: dict[str, Any] = field(default_factory=dict)
    is_refused: bool = False
    why_not: Refusal | None = None
    held_by: str = ""
    is_blind: bool = False
    has_answer: bool = False
    is_awaited: bool = False
    own: Spoken | None = None
    others: list[Spoken] = field(default_factory=list)
    card: AiCard | None = None
    members: list[tuple[str, str]] = field(default_factory=list)
    precision: str = ""
    map: MapShown = MapShown()
    stances: list[dict[str, Any]] = field(default_factory=list)
    seconds_left: int = 0
    may_overrule: bool = False
    may_add: bool = False


def panel_for(by: Actor, film: Film) -> Panel:
    result, own = answer_of(film), _own(by, film)
    hidden = is_concealed(film, by)
    step = _step(by, film, own)
    shown = None if hidden or result is None else result
    card = card_of(shown, by, reviewed=review_standing.of(shown)) if shown else None
    return Panel(
        film=film, step=step, patient=patient_line(film.case.patient, film.case.age_years),
        problem=sentence(film.problem) if film.problem else None,
        gate=[sentence(code) for code in film.reasons], offer=dict(film.gate.get("offer") or {}),
        is_refused=film.state == FilmState.REFUSED and not film.is_overridden,
        why_not=_why_not(by, film), held_by=holder(by, film), is_blind=hidden, has_answer=result is not None,
        is_awaited=result is None and film.state == FilmState.READY, own=own,
        others=[] if step in ("take", "held", "read") else _others(by, film),
        card=replace(card, detail=_risk(shown)) if card and shown else None,
        members=_members(shown), precision=_precision(shown), map=_map(film, shown),
        stances=_stances(own, engine_label(shown)) if step == "decide" else [],
        seconds_left=_seconds_left(film), may_overrule=by.can(Permission.FILM_READ),
        may_add=by.can(Permission.UPLOAD_ADD),
    )  # fmt: skip


def _step(by: Actor, film: Film, own: Spoken | None) -> str:
    if film.state == FilmState.OPENING:
        return "opening"
    if film.state == FilmState.UNREADABLE:
        return "unreadable"
    if not by.can(Permission.FILM_READ):
        return "look"
    if own is not None:
        return "done" if own.verdict else "decide"
    if film.read_state == ReadState.DONE:
        return "done"
    is_mine = film.claimed_by_id == by.user_id and film.claimed_by_id is not None
    return "read" if is_mine else "held" if holder(by, film) else "take"


def _why_not(by: Actor, film: Film) -> Refusal | None:
    try:
        reads.check_may_read(by, film)
    except Refusal as refusal:
        return refusal
    return None


def _own(by: Actor, film: Film) -> Spoken | None:
    read = film.reads.filter(reader=by.user_id).select_related("verdict", "reader").first()
    return _spoken(film, read, is_own=True) if read else None


def _others(by: Actor, film: Film) -> list[Spoken]:
    """A colleague's reading is no secret once one's own is sealed, or where nobody waits for another."""
    rows = film.reads.exclude(reader=by.user_id).select_related("verdict", "reader").order_by("position")
    return [_spoken(film, read, is_own=False) for read in rows]


def _spoken(film: Film, read: FilmRead, *, is_own: bool) -> Spoken:
    read.film = film  # whose patient's key opens it
    verdict = getattr(read, "verdict", None)
    if verdict is not None:
        verdict.read = read
    return Spoken(read, said(lambda: read.findings), is_own, verdict, said(lambda: verdict.note) if verdict else "")


def _risk(result: Result) -> Words:
    return RISK_WORDS.get(str(result.facets.get("risk")), "")


def _opened(result: Result | None) -> dict[str, Any]:
    try:
        return dict(result.outcome) if result else {}
    except sealing.Unreadable:
        return {}


def _members(result: Result | None) -> list[tuple[str, str]]:
    """What each net said of the answer that was given, before the mean and calibration."""
    label = engine_label(result)
    told = _opened(result).get("members") or {}
    return [(name, f"{chances[label]:.2f}") for name, chances in told.items() if label in chances]


def _precision(result: Result | None) -> str:
    return str(_opened(result).get("precision") or "")


def _map(film: Film, result: Result | None) -> MapShown:
    if result is None or not result.facets.get("has_map"):
        return MapShown()
    test = Result.objects.filter(run=film.map_run_id).first() if film.map_run_id else None
    if test is None:
        return MapShown(words=_("The map is being tested."), is_waiting=True)
    facts = {"beaten": test.facets["beaten"], "masks": test.facets["masks"]}
    if not test.facets["is_passed"]:
        return MapShown(words=_("No reliable map: it beat %(beaten)d of %(masks)d random masks.") % facts)
    return MapShown(reverse("film_map", args=[film.pk]),
                    _("Passed its test: beat %(beaten)d of %(masks)d random masks.") % facts)  # fmt: skip


def _stances(own: Spoken | None, said_by_engine: str) -> list[dict[str, Any]]:
    """Only those that fit what she and the engine said; of equal weight, none chosen before."""
    if own is None or not said_by_engine:
        return [{"value": Stance.ALONE.value, "words": _("Conclude without an engine"), "key": "1"}]
    is_same = LABEL_OF.get(Impression(own.read.impression)) == said_by_engine
    first = (Stance.AGREES, _("Agree")) if is_same else (Stance.DISAGREES, _("Disagree"))
    choices = [first, (Stance.CHANGES, _("Change my reading"))]
    return [{"value": value.value, "words": words, "key": str(n), "is_plain": value == Stance.AGREES,
             "engine_impression": IMPRESSION_OF[said_by_engine].value if said_by_engine in IMPRESSION_OF else ""}
            for n, (value, words) in enumerate(choices, 1)]  # fmt: skip


def _seconds_left(film: Film) -> int:
    return max(0, int((film.claimed_until - timezone.now()).total_seconds())) if film.claimed_until else 0
