"""What stands beside the film: whose turn it is, what she has said, and, once she has, what the engine says."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Refusal, Words
from clinic.holding import holder
from clinic.models import Result
from clinic.sealed_words import said
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of
from clinic.views.presenters.case_rows import patient_line
from radiology import telling
from radiology.actions import reads
from radiology.actions.reads import engine_label
from radiology.blindness import is_concealed
from radiology.film_words import sentence
from radiology.findings import LABEL_OF, RISK_WORDS
from radiology.models import Film, FilmRead, FilmState, Impression, ReadState, Stance, TextState
from radiology.telling import AnswerTold, MapTold


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
class TextShown:
    """There may be writing in the picture: a person looks."""

    words: Words
    picture: str  # its address
    may_decide: bool


@dataclass(frozen=True)
class Panel:
    film: Film
    step: str  # opening, unreadable, withheld, take, held, read, decide, done, look
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
    may_overrule: bool = False
    text: TextShown | None = None
    may_add: bool = False


def panel_for(by: Actor, film: Film) -> Panel:
    shown, spoken = telling.answer_for(by, film), [_spoken(by, read) for read in telling.reads_for(by, film)]
    own = next((one for one in spoken if one.is_own), None)
    step, has_answer = _step(by, film, own), film.chest_run_id is not None
    return Panel(
        film=film, step=step,
        patient=patient_line(film.case.patient, film.case.age_years),
        problem=sentence(film.problem) if film.problem else None,
        gate=[sentence(code) for code in film.reasons], offer=dict(film.gate.get("offer") or {}),
        is_refused=film.state == FilmState.REFUSED and not film.is_overridden,
        why_not=_why_not(by, film), held_by=holder(by, film), is_blind=is_concealed(film, by), has_answer=has_answer,
        is_awaited=not has_answer and film.state == FilmState.READY, own=own,
        others=[one for one in spoken if not one.is_own], card=_card(by, shown.result) if shown else None,
        members=_members(shown) if shown else [], precision=str(shown.outcome.get("precision") or "") if shown else "",
        map=_map(film, shown.map) if shown and shown.map else MapShown(),
        stances=_stances(own, engine_label(shown.result if shown else None)) if step == "decide" else [],
        text=_text(by, film), may_overrule=by.can(Permission.FILM_READ), may_add=by.can(Permission.UPLOAD_ADD),
    )  # fmt: skip


def _card(by: Actor, result: Result) -> AiCard | None:
    card = card_of(result, by, reviewed=review_standing.of(result))
    return replace(card, detail=_risk(result)) if card else None


def _step(by: Actor, film: Film, own: Spoken | None) -> str:
    if film.state == FilmState.OPENING:
        return "opening"
    if film.state in (FilmState.UNREADABLE, FilmState.WITHHELD):
        return str(film.state)
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


def _spoken(by: Actor, read: FilmRead) -> Spoken:
    verdict = getattr(read, "verdict", None)
    note = said(lambda: verdict.note) if verdict else ""
    return Spoken(read, said(lambda: read.findings), read.reader_id == by.user_id, verdict, note)


def _risk(result: Result) -> Words:
    return RISK_WORDS.get(str(result.facets.get("risk")), "")


def _members(shown: AnswerTold) -> list[tuple[str, str]]:
    """What each net said of the answer that was given, before the mean and calibration."""
    label = engine_label(shown.result)
    told = shown.outcome.get("members") or {}
    return [(name, f"{chances[label]:.2f}") for name, chances in told.items() if label in chances]


_TEXT_WORDS = {
    TextState.TEXT: gettext_lazy("There is writing in the picture. It may name the patient."),
    TextState.DECLARED: gettext_lazy("The file says that there is writing in the picture; none was found."),
    TextState.UNCHECKED: gettext_lazy("Writing in the picture could not be looked for."),
}


def _text(by: Actor, film: Film) -> TextShown | None:
    if not film.awaits_look_at_text:
        return None
    words = _TEXT_WORDS.get(TextState(film.text_state), _TEXT_WORDS[TextState.TEXT])
    return TextShown(words, reverse("film_text_picture", args=[film.pk]), by.can(Permission.FILM_READ))


def _map(film: Film, told: MapTold) -> MapShown:
    facts = {"beaten": told.beaten, "masks": told.masks}
    match told.verdict:
        case telling.WAITING:
            return MapShown(words=_("The map is being tested."), is_waiting=True)
        case telling.FAILED:
            return MapShown(words=_("No reliable map: it beat %(beaten)d of %(masks)d random masks.") % facts)
    words = _("Passed its test: beat %(beaten)d of %(masks)d random masks.") % facts
    return MapShown(reverse("film_map", args=[film.pk]), words)


def _stances(own: Spoken | None, said_by_engine: str) -> list[dict[str, Any]]:
    """Only those that fit what she and the engine said; of equal weight, none chosen before."""
    if own is None or not said_by_engine:
        return [{"value": Stance.ALONE.value, "words": _("Conclude without an engine"), "key": "1"}]
    is_same = LABEL_OF.get(Impression(own.read.impression)) == said_by_engine
    first = (Stance.AGREES, _("Agree")) if is_same else (Stance.DISAGREES, _("Disagree"))
    choices = [first, (Stance.CHANGES, _("Change my reading"))]
    return [{"value": value.value, "words": words, "key": str(n)} for n, (value, words) in enumerate(choices, 1)]
