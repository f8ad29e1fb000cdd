"""What the page of a consult shows: warnings first, then what was recorded and shown, the answer, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import progress
from clinic.answer_telling import AnswerTold, told_to
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Words
from clinic.evidence import read
from clinic.models import Result, RunState, Upload
from clinic.progress import Stage
from clinic.sources import Sources
from clinic.templatetags.figures import took
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of
from clinic.views.presenters.case_page import May
from clinic.views.presenters.case_rows import patient_line, question_of
from clinic.views.presenters.evidence_links import EvidenceLink, numbered
from consult import kinds, readiness, standing, taking, timing, wording
from consult.answering import ANSWERS
from consult.inference.rules import describe
from consult.models import Consult, ConsultAnswer, Part, PartState, Sort
from consult.standing import Standing
from consult.timing import Bar, Timing

NAMES: dict[str, str | Promise] = {
    "recording": gettext_lazy("Recording"),
    "sending": gettext_lazy("File: on its way"),
    Sort.VOICE: gettext_lazy("Voice to text"),
    Sort.PICTURE: gettext_lazy("Photo: quality and kind"),
    "answer": gettext_lazy("Answer with sources"),
}
Facts = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A sentence and the numbers of what it rests on."""

    text: str
    links: tuple[EvidenceLink, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()  # each with what it says


@dataclass(frozen=True)
class Flag:
    rule: str
    title: str
    act: str
    links: tuple[EvidenceLink, ...]


@dataclass(frozen=True)
class Urgency:
    words: Words
    probability: float | None
    is_in: bool


@dataclass(frozen=True)
class Answer:
    number: int
    card: AiCard
    lines: list[Line]
    flags: list[Flag]
    urgency: list[Urgency]
    is_calibrated: bool
    calibrated_on: int
    why: list[Line]
    questions: list[str]
    note: list[tuple[Words, list[Line]]]
    characters: int
    language: Words
    doubts: list[Words]
    links: list[EvidenceLink]
    result: Any
    item_url: str = ""
    seen_by: str = ""
    seen_at: Any = None


@dataclass(frozen=True)
class Picture:
    part: Part
    url: str
    is_shown: bool
    words: Words
    tone: str
    tips: list[Words] = field(default_factory=list)


@dataclass(frozen=True)
class Panel:
    question: Words
    patient: str
    may: May
    may_answer: bool
    may_read_again: bool
    may_stop: bool
    answer: Answer | None
    pictures: list[Picture]
    timing: Timing | None
    is_under_way: bool
    is_person_needed: bool
    is_outdated: bool
    missing: list[Words]
    left_out: list[Part]
    failures: list[tuple[Part, Words]]
    not_ready: list[str | Promise]

    @property
    def has_warnings(self) -> bool:
        flags = self.answer.flags if self.answer else ()
        called = self.is_person_needed or self.is_outdated
        return bool(flags or called or self.missing or self.left_out or self.failures or self.not_ready)

    @cached_property
    def stages(self) -> list[Stage]:
        now = timezone.now()
        return [_stage(bar, now) for bar in (self.timing.bars if self.timing else ())]


def panel_for(by: Actor, consult: Consult, stands: Standing) -> Panel:
    parts, latest = stands.parts, stands.latest
    told = told_to(by, latest.run_id) if latest else None
    may_ask = by.can(Permission.RUN_REQUEST)
    return Panel(
        question=question_of(consult.case), patient=patient_line(consult.case.patient, consult.case.age_years),
        may=May.of(by, consult.case), may_answer=may_ask and stands.can_be_answered, may_read_again=may_ask,
        may_stop=stands.is_at_work and by.can(Permission.RUN_CANCEL),
        answer=_answer(by, latest, told) if latest and told else None, pictures=_pictures(parts),
        timing=timing.timing_of(parts, stands.answers, NAMES), is_under_way=stands.is_under_way,
        is_person_needed=stands.is_person_needed, is_outdated=stands.is_outdated,
        missing=[wording.missing(sort, parts) for sort in stands.asked.missing] if stands.asked else [],
        left_out=taking.left_out(latest, parts) if latest else [],
        failures=[(one, wording.failure(one)) for one in parts if one.is_unread],
        not_ready=readiness.missing(consult),
    )  # fmt: skip


def keys() -> list[Facts]:
    lines = (("r", _("record or stop")), ("t", _("type")), ("p", _("photo")), ("v", _("speak the answer")))
    return [{"keys": keys, "words": words} for keys, words in lines]


# --- the answer -----------------------------------------------------------------------------------------------------


def _answer(by: Actor, asked: ConsultAnswer, told: AnswerTold) -> Answer | None:
    card = card_of(told.result, by, reviewed=review_standing.of(told.result))
    if card is None:
        return None
    outcome, facets = told.outcome, told.result.facets
    numbers = _Numbers(by, outcome)
    flags = [Flag(one["rule"], one["title"], one["act"], numbers.of(one)) for one in outcome.get("red_flags", ())]
    lines = [numbers.line(one) for one in outcome.get("sentences", ())]
    probabilities = outcome.get("probabilities") or {}
    inside = outcome.get("prediction_set") or ()
    return Answer(
        number=asked.number, card=card, lines=lines, flags=flags,
        urgency=[Urgency(one.words, probabilities.get(name), name in inside) for name, one in ANSWERS.classes.items()],
        is_calibrated=bool(facets.get("is_calibrated")), calibrated_on=int(outcome.get("calibrated_on") or 0),
        why=[numbers.line(one) for one in outcome.get("why", ())], questions=list(outcome.get("questions", ())),
        note=_note(numbers, outcome), characters=int(facets.get("characters") or 0),
        language=wording.LANGUAGES.get(str(facets.get("language")), ""),
        doubts=[*wording.doubts(facets.get("doubts") or ()), *wording.blocked(facets.get("blocked") or ())],
        links=numbers.all, result=told.result, item_url=_item_url(by, card),
        seen_by=asked.seen_by.name if asked.seen_by else "", seen_at=asked.seen_at,
    )  # fmt: skip


def _item_url(by: Actor, card: AiCard) -> str:
    reviewed = card.reviewed
    return reviewed.item_url if reviewed and reviewed.waits and by.can(Permission.REVIEW_WORK) else ""


class _Numbers:
    """Each place in a file has one number on the page, however many sentences rest on it. Files are read once."""

    def __init__(self, by: Actor, outcome: Facts) -> None:
        told = [*outcome.get("red_flags", ()), *outcome.get("sentences", ()), *outcome.get("why", ()),
                *(line["said"] for line in outcome.get("note", ()))]  # fmt: skip
        places = {str(place): read(place) for one in told for place in one["evidence"]}
        rows = Upload.objects.visible_to(by)
        links = numbered(Sources.of(rows, places.values()), places.values())
        self.language = str(outcome.get("language") or "en")
        self._by_place = dict(zip(places, links, strict=True))
        self.all = links

    def of(self, one: Facts) -> tuple[EvidenceLink, ...]:
        return tuple(self._by_place[str(place)] for place in one["evidence"])

    def line(self, one: Facts) -> Line:
        rules = tuple((rule, describe(rule, self.language)) for rule in one.get("rules", ()))
        return Line(one["text"], self.of(one), rules)


def _note(numbers: _Numbers, outcome: Facts) -> list[tuple[Words, list[Line]]]:
    found: dict[str, list[Line]] = {}
    for line in outcome.get("note", ()):
        found.setdefault(line["section"], []).append(numbers.line(line["said"]))
    return [(words, found[name]) for name, words in wording.SECTIONS.items() if name in found]


# --- pictures and progress ------------------------------------------------------------------------------------------


def _pictures(parts: Sequence[Part]) -> list[Picture]:
    shown = [one for one in parts if one.sort == Sort.PICTURE and one.state != PartState.GIVEN_UP]
    looks = Result.objects.filter(kind=kinds.LOOK, run__inputs__upload__in=[one.upload_id for one in shown])
    facets: dict[Any, Facts] = dict(looks.order_by("at").values_list("run__inputs__upload", "facets"))
    return [_picture(one, facets.get(one.upload_id, {})) for one in shown]


def _picture(part: Part, facets: Facts) -> Picture:
    words, tone, tips = wording.picture(part, facets)
    return Picture(
        part=part, url=reverse("upload_content", args=[part.upload_id]) if part.upload_id else "",
        is_shown=part.upload is not None and part.upload.kind == "image", words=words, tone=tone, tips=tips,
    )  # fmt: skip


def _stage(bar: Bar, now: Any) -> Stage:
    """With how long it takes yet, where that can be told from the latest like it."""
    if bar.ended or bar.run is None or bar.run.is_final:
        return Stage(bar.name, bar.state, took(bar.seconds(now)) if bar.ended else _("under way"))
    is_queued = bar.run.state == RunState.QUEUED
    return Stage(bar.name, "wait" if is_queued else bar.state, progress.note(bar.run),
                 None if is_queued else bar.run.percent)  # fmt: skip


# --- the trace ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    bar: Bar
    left: float  # shares of the whole, in percent
    width: float
    waited: float
    took: str


@dataclass(frozen=True)
class Trace:
    bars: list[Drawn]
    span: str
    wall: str
    saved: str
    has_saved: bool


def trace_of(consult: Consult) -> Trace | None:
    stands = standing.of(consult)
    found = timing.timing_of(stands.parts, stands.answers, NAMES)
    if found is None:
        return None
    now = timezone.now()
    return Trace([_drawn(bar, found, now) for bar in found.bars], took(found.span_s), took(found.wall_s),
                 took(found.saved_s), found.saved_s > 0)  # fmt: skip


def _drawn(bar: Bar, whole: Timing, now: Any) -> Drawn:
    share = 100 / whole.span_s
    return Drawn(
        bar, left=round((bar.began - whole.began).total_seconds() * share, 2),
        width=max(0.4, round(bar.seconds(now) * share, 2)), waited=round(bar.waited_s * share, 2),
        took=took(bar.seconds(now)),
    )  # fmt: skip
