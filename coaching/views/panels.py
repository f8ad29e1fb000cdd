"""A practice as its page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.authorization.actor import Actor
from clinic.errors import Words
from coaching import access, asking, drawings, side_by_side, worded
from coaching.actions import practising
from coaching.inference import rules
from coaching.inference.progress import Verdict
from coaching.inference.schema import MeasureName, Question
from coaching.models import Attempt, AttemptState, LiveSession, Practice, Speaker
from coaching.usual import Past, past_of
from coaching.views import contents
from coaching.views.marks import GOOD, TO_TRY, Marks, Piece, RemarkLine
from coaching.views.rows import QuestionRow, question_row

LAST_ATTEMPTS = 8


@dataclass(frozen=True)
class MeasureLine:
    name: Words
    said: str
    why: Words
    seek: float | None
    until: float | None
    at: str
    usual: str
    change: Words
    arrow: str


@dataclass(frozen=True)
class ScoreLine:
    name: Words
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Told:
    """Everything about one attempt that has its feedback."""

    strength: RemarkLine | None
    actions: tuple[RemarkLine, ...]
    remarks: tuple[RemarkLine, ...]
    content: contents.Found
    scores: tuple[ScoreLine, ...]
    pieces: tuple[Piece, ...]
    measures: tuple[MeasureLine, ...]
    outline: drawings.Outline | None
    pace: drawings.Lines | None
    pauses: drawings.Bars | None
    pauses_words: str
    engine: dict[str, Any]
    ready_s: float | None


@dataclass(frozen=True)
class Panel:
    question: QuestionRow
    attempt: Attempt | None
    attempts: tuple[tuple[Attempt, str], ...]
    told: Told | None
    problem: Words
    sound_problem: Words
    heard_now: str
    stamp: str
    stages: tuple[tuple[str, Words], ...]
    follow_up: str
    drawn_for: str  # the role the next question is drawn for
    live: LiveSession | None
    may_agree: bool
    liveliness: Words
    expression: str
    may_answer: bool
    may_compare: bool


def newest(practice: Practice) -> Attempt | None:
    return (
        practice.attempts.exclude(state=AttemptState.DISCARDED).select_related("practice").order_by("-number").first()
    )


def address(attempt: Attempt) -> str:
    return reverse("practice_attempt", args=[attempt.practice_id, attempt.number])


def stamp(attempt: Attempt | None) -> str:
    """What the page shows changes when this does."""
    if attempt is None:
        return "none"
    return (
        f"{attempt.pk.hex[:8]}-{attempt.state}-{attempt.heard_to}-{bool(attempt.measured_at)}-{bool(attempt.heard_at)}"
    )


def keys() -> list[tuple[str, Words]]:
    return [("r", _("Record")), ("n", _("Next question")), ("c", _("Compare"))]


def panel_for(by: Actor, practice: Practice, attempt: Attempt | None) -> Panel:
    question, liked = asking.read(practice.asked), practising.preferences(by)
    every = access.attempts(by).filter(practice=practice).exclude(state=AttemptState.DISCARDED).without_words()
    return Panel(
        question=question_row(question, practice.language, practice.reason), attempt=attempt,
        attempts=tuple((one, _in_short(one)) for one in every.order_by("-number")),
        told=_told(by, liked, question, attempt) if attempt else None,
        problem=worded.WHY.get(attempt.problem, "") if attempt else "",
        sound_problem=worded.WHY.get(attempt.sound_problem, "") if attempt else "",
        heard_now=_heard_now(attempt), stamp=stamp(attempt), stages=_stages(attempt),
        follow_up=_follow_up(practice, attempt), drawn_for=liked.role,
        live=LiveSession.objects.visible_to(by).filter(practice=practice).first(),
        may_agree=practice.closed_at is None and asking.has_lawful_purpose(practice.site_id),
        liveliness=_liveliness(attempt), expression=_expression(attempt),
        may_answer=practice.closed_at is None and not _is_being_read(attempt),
        may_compare=side_by_side.known_of(by, practice).count() > 1,
    )  # fmt: skip


def _outline(liked: Speaker, attempt: Attempt) -> drawings.Outline | None:
    """Without pauses for who does not want to be told of them."""
    if not attempt.sounding:
        return None
    return drawings.outline(attempt.sounding, attempt.seconds, shows_pauses=liked.counts_disfluency)


def _is_being_read(attempt: Attempt | None) -> bool:
    """A recording that was left, by a reload or a crash, is gone on with where it is recorded."""
    return attempt is not None and attempt.is_under_way and attempt.state != AttemptState.RECORDING


def _in_short(attempt: Attempt) -> str:
    """Beside its number in the list."""
    figures = attempt.figures
    said = [f"{worded.MEASURES[name]}: {worded.value(name, figures[name.value])}"
            for name in (MeasureName.PAUSES, MeasureName.LONG_SENTENCES) if name.value in figures]  # fmt: skip
    return ", ".join(said)


def _heard_now(attempt: Attempt | None) -> str:
    if attempt is None or not attempt.is_under_way or attempt.forgotten_at:
        return ""
    return str((attempt.answer or {}).get("text", ""))


def _stages(attempt: Attempt | None) -> tuple[tuple[str, Words], ...]:
    if attempt is None or not attempt.is_under_way:
        return ()
    heard = "done" if attempt.heard_at else "now"
    measured = "done" if attempt.measured_at else "now" if attempt.state == AttemptState.READING else "wait"
    told = "now" if attempt.heard_at and attempt.measured_at else "wait"
    return ((heard, _("Words")), (measured, _("Delivery")), (told, _("Feedback")))


def _liveliness(attempt: Attempt | None) -> Words:
    return worded.LIVELINESS.get(_estimated(attempt).get("arousal", ""), "")


def _expression(attempt: Attempt | None) -> str:
    """What a remote service made of the voice, in its own names; and whether it may have kept it."""
    told = _estimated(attempt)
    named = ", ".join(f"{one['name']} {one['score']:.2f}" for one in told.get("remote", ()))
    said = [_("Hume names: %(named)s.") % {"named": named}] if named else []
    if told.get("left_there"):
        said.append(_("Hume did not confirm that it deleted the recording."))
    return " ".join(said)


def _estimated(attempt: Attempt | None) -> dict[str, Any]:
    return (attempt.expression if attempt and not attempt.forgotten_at else None) or {}


def _follow_up(practice: Practice, attempt: Attempt | None) -> str:
    """What the persona asks next, given what has not been said yet."""
    if not practice.persona or attempt is None or attempt.state != AttemptState.DONE or attempt.forgotten_at:
        return ""
    return str((attempt.read or {}).get("turn", {}).get("text", ""))


# --- what is told about an attempt ------------------------------------------------------------------------------------


def _told(by: Actor, liked: Speaker, question: Question, attempt: Attempt) -> Told | None:
    read = attempt.read if attempt.forgotten_at is None else None
    if not read:
        return None
    feedback = read["feedback"]
    actions = list(feedback["actions"])
    remarks = list(feedback["remarks"])
    marks = Marks(attempt, [(feedback["strength"], GOOD), *((one, TO_TRY) for one in actions),
                            *((one, GOOD) for one in remarks)], contents.spans_of(read["content"]))  # fmt: skip
    past = past_of(by, before=attempt)
    return Told(
        strength=marks.line(feedback["strength"]), actions=tuple(marks.line(one) for one in actions),
        remarks=tuple(marks.line(one) for one in remarks),
        content=contents.found_in(read["content"], question, attempt.practice.language, marks),
        scores=tuple(_scores(feedback)), pieces=tuple(marks.pieces()),
        measures=tuple(_measure(one, past) for one in read["measures"]),
        outline=_outline(liked, attempt),
        pace=drawings.pace(read["pace"], past.usual(MeasureName.SPEECH_RATE.value)),
        pauses=_pauses(past, attempt), pauses_words=_trend_words(past, attempt),
        engine=_engine(read), ready_s=_ready_s(attempt),
    )  # fmt: skip


def _engine(read: dict[str, Any]) -> dict[str, Any]:
    """Who said it, and why nobody better did."""
    name, _space, version = read["told_by"].rpartition(" ")
    is_rules = read["told_by"] == rules.NAME_AND_VERSION
    return {
        "name": name or version, "version": version if name else "", "digest": read.get("digest", ""),
        "is_remote": read.get("is_remote", False) and not is_rules,
        "why_not_better": worded.passed(read["passed"]),
    }  # fmt: skip


def _ready_s(attempt: Attempt) -> float | None:
    return (attempt.told_at - attempt.came_at).total_seconds() if attempt.told_at and attempt.came_at else None


def _scores(feedback: dict[str, Any]) -> Iterator[ScoreLine]:
    for name, words in (("content", _("Content")), ("delivery", _("Delivery"))):
        if score := feedback[name]:
            yield ScoreLine(words, score["value"], score["low"], score["high"])


def _measure(told: dict[str, Any], past: Past) -> MeasureLine:
    name = MeasureName(told["name"])
    moment = told["moments"][0] if told["moments"] else None
    band = past.usual(name.value)
    value = told["value"]
    return MeasureLine(
        name=worded.MEASURES[name], said="" if value is None else worded.value(name, value),
        why=worded.WHY.get(told["why"], "") if value is None else "",
        seek=moment["start_s"] if moment else None, until=moment["end_s"] if moment else None,
        at=worded.clock(moment["start_s"]) if moment else "",
        usual=f"{worded.value(name, band.low)} – {worded.value(name, band.high)}" if band else "",
        **_change(name, value, band),
    )  # fmt: skip


def _change(name: MeasureName, value: float | None, band: Any) -> dict[str, Any]:
    if value is None or band is None:
        return {"change": "", "arrow": ""}
    if value > band.high:
        return {"change": worded.HIGHER[name], "arrow": "arrow-up"}
    if value < band.low:
        return {"change": worded.LOWER[name], "arrow": "arrow-down"}
    return {"change": _("In your range"), "arrow": ""}


def _pauses(past: Past, attempt: Attempt) -> drawings.Bars | None:
    name = MeasureName.PAUSES.value
    if name not in attempt.figures:
        return None
    return drawings.bars([*past.values(name), attempt.figures[name]][-LAST_ATTEMPTS:])


def _trend_words(past: Past, attempt: Attempt) -> str:
    found = Past((*past.attempts, attempt)).trend(MeasureName.PAUSES.value)
    if found.verdict == Verdict.TOO_EARLY:
        return ""
    said = str(worded.verdict(MeasureName.PAUSES.value, found))
    return said if found.verdict == Verdict.NO_CLEAR_CHANGE else f"{said}: {worded.interval(found)}"


# --- side by side -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """Something of both attempts, and which way it went."""

    name: Words
    before: str
    now: str
    change: Words


def compared(by: Actor, practice: Practice, first: str, second: str) -> dict[str, Any]:
    found = side_by_side.compare(by, practice, first, second)
    liked, language = practising.preferences(by), practice.language
    scores = [one for one in found.figures if one.name in worded.SCORES]
    return {
        "question": question_row(asking.read(practice.asked), language), "known": found.known,
        "sides": [(one, _told(by, liked, asking.read(one.practice.asked), one)) for one in found.pair],
        "measures": [_row(one) for one in found.figures if one.name not in worded.SCORES],
        "content": [_row(one) for one in (*scores, *found.counts)],
        "points": [_point_row(one, language) for one in found.points],
    }  # fmt: skip


def _row(one: side_by_side.Figure) -> Row:
    before, now = worded.figure(one.name, one.before), worded.figure(one.name, one.now)
    return Row(worded.figure_name(one.name), before, now, _way(one))


def _point_row(one: side_by_side.Point, language: str) -> Row:
    text = worded.said(one.text, language)
    return Row(text, str(worded.MADE[one.before]), str(worded.MADE[one.now]), _gained(one.before, one.now))


def _way(one: side_by_side.Figure) -> Words:
    if one.before is None or one.now is None:
        return ""
    if one.before == one.now:
        return _("The same")
    if one.name in set(MeasureName):
        return (worded.HIGHER if one.now > one.before else worded.LOWER)[MeasureName(one.name)]
    return _("More") if one.now > one.before else _("Fewer")


def _gained(before: str, now: str) -> Words:
    worth = {"made": 2, "partly": 1, "missing": 0}
    if before not in worth or now not in worth or before == now:
        return _("The same") if before == now else ""
    return _("New") if worth[now] > worth[before] else _("No longer")
