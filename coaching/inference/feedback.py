"""One strength, three actions, two scores: what would help most, said kindly, with the words or moment it rests on.

Nothing is said about accent, about a stammer, about moods. A measure that is not there is not mentioned.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from coaching.inference.content import coverage
from coaching.inference.matching import Heard
from coaching.inference.schema import (
    Answer,
    Category,
    Cite,
    Content,
    Delivery,
    Feedback,
    Made,
    Measure,
    MeasureName,
    Moment,
    PointFound,
    Question,
    Remark,
    Score,
    Span,
)

LONGEST = 1_200
ACTIONS = 3
SHORT = 15  # words
LONGEST_QUOTE, LONGEST_POINT = 60, 130
FEWEST_QUOTED = 4  # words
MOST_OF_A_KIND = 2  # actions about the same kind of thing
_Z = 1.959964
_DATA = Path(__file__).parent / "data"

# What an action is expected to add, on the scale on which a whole rubric is 1. Set by hand; the order is what matters.
_STEP, _STEP_MORE, _JARGON, _JARGON_MORE, _DELIVERY = 0.09, 0.01, 0.05, 0.03, 0.16
_EMPATHY = {Category.BAD_NEWS: 0.18}
_ASKING = {Category.HISTORY: 0.20, Category.BAD_NEWS: 0.12, Category.COLLEAGUE: 0.09}
_RATES = frozenset({MeasureName.PAUSES})  # counted, and judged by the minute
_UNSAID = frozenset({MeasureName.VOICE_BREAKS})


@dataclass(frozen=True, slots=True)
class Advice:
    gain: float
    kind: str
    remark: Remark


def compose(question: Question, answer: Answer, content: Content, delivery: Delivery | None, language: str) -> Feedback:
    """Works for whatever was answered, also for nothing."""
    speech = _Speech(question, answer, content, delivery, language)
    if not speech.heard.tokens:
        strength, actions = _of_nothing(speech)
    else:
        strength, actions = _strength(speech), _actions(speech)
    return _fitted(
        Feedback(
            language,
            strength,
            actions,
            content_score(content) if speech.heard.tokens else None,
            delivery_score(delivery, answer.language),
        )
    )


def basic(question: Question, language: str) -> Feedback:
    """The last rung: what somebody can look at herself, where nothing could be looked at for her."""
    nowhere: tuple[Cite, ...] = (Span(0, 0),)
    actions = tuple(
        Remark(_said(language, "basic_action", point=point_in_words(question, id, language)), nowhere, f"point:{id}")
        for id in _ids(question, ACTIONS)
    )
    return _fitted(Feedback(language, Remark(_said(language, "basic_strength"), nowhere, "basic"), actions, None, None))


def content_score(content: Content) -> Score:
    """The share of the points made, of 100, with Wilson's interval for so few points."""
    return _score(coverage(content), len(content.points))


def delivery_score(delivery: Delivery | None, language: str) -> Score | None:
    """How many of the measures lie where an answer is easy to follow; None where nothing was measured."""
    if delivery is None or delivery.sounding.problem:
        return None
    credits = [credit for measure in delivery.measures if (credit := _credit(measure, delivery, language)) is not None]
    return _score(sum(credits) / len(credits), len(credits)) if credits else None


def _score(share: float, n: int) -> Score:
    if n == 0:
        return Score(0.0, 0.0, 100.0, 0)
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    low, high = max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))
    return Score(round(100 * share, 1), round(100 * low, 1), round(100 * high, 1), n)


@dataclass(frozen=True)
class _Speech:
    question: Question
    answer: Answer
    content: Content
    delivery: Delivery | None
    language: str

    @cached_property
    def heard(self) -> Heard:
        return Heard(self.answer.text)

    def quote(self, span: Span) -> str:
        return quoted(self.answer.text, span)

    def wide(self, span: Span) -> Span:
        """With its neighbours, where it is a word or two: "insulin" alone is no quotation."""
        inside = [
            number for number, token in enumerate(self.heard.tokens) if span.at <= token.at and token.to <= span.to
        ]
        if not inside or len(inside) >= FEWEST_QUOTED:
            return span
        first, last = inside[0], inside[-1]
        sentence = self.heard.sentence[first]
        while last - first + 1 < FEWEST_QUOTED:
            before, after = first - 1, last + 1
            if before >= 0 and self.heard.sentence[before] == sentence and last - first < FEWEST_QUOTED - 2:
                first = before
            elif after < len(self.heard.tokens) and self.heard.sentence[after] == sentence:
                last = after
            elif before >= 0 and self.heard.sentence[before] == sentence:
                first = before
            else:
                break
        return self.heard.span(first, last)

    def remark(self, text: str, about: str, *cites: Cite, **words: str) -> Remark:
        return Remark(_said(self.language, text, **words), cites, about)

    def opening(self) -> Span:
        return _some(self.heard, 0)

    def closing(self) -> Span:
        return _some(self.heard, max(0, len(self.heard.tokens) - 6))

    @property
    def is_off_topic(self) -> bool:
        return coverage(self.content) == 0


# --- the strength ---


def _strength(speech: _Speech) -> Remark:
    content = speech.content
    if content.empathy and speech.question.category is Category.BAD_NEWS:
        span = content.empathy[0]
        return speech.remark("strength_empathy", "empathy", span, words=speech.quote(span))
    for made, text in ((Made.MADE, "strength_point"), (Made.PARTLY, "strength_partly")):
        found = [point for point in content.points if point.made is made and point.spans]
        if found:
            best = max(found, key=lambda point: min(_longest(point).to - _longest(point).at, LONGEST_QUOTE))
            span = speech.wide(_longest(best))
            told = point_in_words(speech.question, best.id, speech.language)
            return speech.remark(text, f"point:{best.id}", span, words=speech.quote(span), point=told)
    if content.steps and all(step.is_there for step in content.steps):
        span = speech.opening()
        return speech.remark("strength_steps", "steps", span, words=speech.quote(span))
    if content.empathy:
        span = content.empathy[0]
        return speech.remark("strength_empathy", "empathy", span, words=speech.quote(span))
    span = speech.opening()
    return speech.remark("strength_begun", "begun", span, words=speech.quote(span))


def _longest(point: PointFound) -> Span:
    return max(point.spans, key=lambda span: span.to - span.at)


# --- the actions ---


def _actions(speech: _Speech) -> tuple[Remark, ...]:
    chosen: list[Remark] = []
    kinds: dict[str, int] = {}
    advice = sorted(_all_advice(speech), key=lambda each: -each.gain)
    for each in advice:
        if len(chosen) < ACTIONS and kinds.get(each.kind, 0) < MOST_OF_A_KIND:
            kinds[each.kind] = kinds.get(each.kind, 0) + 1
            chosen.append(each.remark)
    rest = [each.remark for each in advice if each.remark not in chosen]
    return tuple((*chosen, *rest, *_practice(speech))[:ACTIONS])


def _all_advice(speech: _Speech) -> Iterator[Advice]:
    opening = speech.opening()
    if speech.is_off_topic:
        remark = speech.remark("off_topic", "off_topic", opening, words=speech.quote(opening))
        yield Advice(3.0, "whole", remark)
    if len(speech.heard.tokens) < SHORT:
        yield Advice(2.0, "whole", speech.remark("short", "short", opening, words=speech.quote(opening)))
    yield from _points(speech)
    yield from _steps(speech)
    yield from _manner(speech)
    yield from _delivery(speech)


def _points(speech: _Speech) -> Iterator[Advice]:
    """What is missing, the earlier point of a rubric first: they stand in the order in which they are said."""
    each_is = 1 / max(1, len(speech.content.points))
    last, is_first = speech.opening(), True
    for number, point in enumerate(speech.content.points):
        told = point_in_words(speech.question, point.id, speech.language)
        about = f"point:{point.id}"
        if point.made is Made.MISSING:
            text = "off_topic_point" if speech.is_off_topic else "missing" if is_first else "missing_more"
            is_first = False
            remark = speech.remark(text, about, last, words=speech.quote(last), point=told)
            yield Advice(each_is - number * 1e-3, "point", remark)
            continue
        if point.spans:
            last = speech.wide(max(point.spans, key=lambda span: span.to))
        if point.made is Made.PARTLY and point.spans:
            span = speech.wide(point.spans[0])
            remark = speech.remark("partly", about, span, words=speech.quote(span), point=told)
            yield Advice(each_is / 2 - number * 1e-3, "point", remark)


def _steps(speech: _Speech) -> Iterator[Advice]:
    """The first step that is not there. Where nothing is there, the points say enough."""
    missing = [step for step in speech.content.steps if not step.is_there]
    if not missing or speech.is_off_topic:
        return
    structure, step = speech.content.structure, missing[0].id
    texts = _step_sentences().get(structure, {}).get(step)
    if texts:
        at = speech.opening() if step == speech.content.steps[0].id else speech.closing()
        about = f"step:{structure}.{step}"
        yield Advice(_STEP + _STEP_MORE * len(missing), "step", Remark(texts[speech.language], (at,), about))


def _manner(speech: _Speech) -> Iterator[Advice]:
    content, category = speech.content, speech.question.category
    if content.jargon:
        first = content.jargon[0]
        gain = _JARGON + _JARGON_MORE * len(content.jargon)
        yield Advice(
            gain,
            "manner",
            speech.remark("jargon", "jargon", first.span, words=speech.quote(first.span), plain=first.plain),
        )
    at = speech.wide(_news(content) or speech.opening())
    if speech.is_off_topic:
        return
    if not content.empathy and category in _EMPATHY:
        yield Advice(_EMPATHY[category], "manner", speech.remark("empathy", "empathy", at, words=speech.quote(at)))
    if not content.questions and category in _ASKING:
        yield Advice(_ASKING[category], "manner", speech.remark("questions", "questions", at, words=speech.quote(at)))


def _news(content: Content) -> Span | None:
    """What may hit somebody: the words that tell it, or else the first that make a point."""
    for step in content.steps:
        if step.id == "knowledge" and step.spans:
            return step.spans[-1]
    return next((span for point in content.points for span in point.spans), None)


def _delivery(speech: _Speech) -> Iterator[Advice]:
    delivery = speech.delivery
    if delivery is None or delivery.sounding.problem:
        return
    whole = Moment(0.0, delivery.sounding.seconds)
    for measure in delivery.measures:
        credit = _credit(measure, delivery, speech.answer.language)
        if credit is None or credit >= 1:
            continue
        low, high = _band(measure.name, speech.answer.language)
        value = judged(measure, delivery)
        text = f"{measure.name.value}_{'low' if value < low else 'high'}"
        if text not in _sentences(speech.language):
            continue
        limit = low if value < low else high
        cites = measure.moments[:2] or (whole,)
        remark = speech.remark(
            text, f"delivery:{measure.name.value}", *cites, value=f"{value:.0f}", limit=f"{limit:.0f}"
        )
        yield Advice(_DELIVERY * (1 - credit), "delivery", remark)


def _practice(speech: _Speech) -> Iterator[Remark]:
    """For answers to which little can be added."""
    span = speech.closing()
    words = speech.quote(span)
    if speech.question.follow_ups:
        follow_up = _in(speech.language, speech.question.follow_ups[0])
        yield speech.remark("practise_follow_up", "practise", span, words=words, follow_up=_clipped(follow_up, 160))
    yield speech.remark("practise_shorter", "practise", span, words=words)
    yield speech.remark("practise_aloud", "practise", span, words=words)
    yield speech.remark("practise_aloud", "practise", speech.opening(), words=speech.quote(speech.opening()))


def _of_nothing(speech: _Speech) -> tuple[Remark, tuple[Remark, ...]]:
    seconds = speech.answer.seconds
    at: Cite = Moment(0.0, seconds) if seconds else Span(0, len(speech.answer.text))
    ids = _ids(speech.question, ACTIONS - 1)
    told = [(point_in_words(speech.question, id, speech.language), f"point:{id}") for id in ids]
    return speech.remark("strength_empty", "empty", at), (
        speech.remark("empty_1", "empty", at),
        *(speech.remark("empty_2", about, at, point=text) for text, about in told),
    )


# --- measures ---


def _credit(measure: Measure, delivery: Delivery, language: str) -> float | None:
    """1 where it is easy to follow, falling to 0 as far beyond as a half of the band is wide; None where not judged."""
    if measure.value is None or measure.name in _UNSAID:
        return None
    low, high = _band(measure.name, language)
    value = judged(measure, delivery)
    beyond = max(low - value, value - high, 0.0)
    reach = (high - low) / 2 if low == 0 or value > high else low / 2
    return max(0.0, 1 - beyond / reach)


def judged(measure: Measure, delivery: Delivery) -> float:
    value = float(measure.value or 0.0)
    return 60 * value / max(delivery.sounding.seconds, 1.0) if measure.name in _RATES else value


def _band(name: MeasureName, language: str) -> tuple[float, float]:
    bands = _bands()[name.value]
    low, high = bands.get(language, bands["en"])
    return low, high


# --- words ---


def quoted(text: str, span: Span, longest: int = LONGEST_QUOTE) -> str:
    """The words of a span on one line, cut between words where they are many."""
    return _clipped(" ".join(text[span.at : span.to].split()), longest)


def _clipped(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    kept = text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:")
    return f"{kept}…"


def _some(heard: Heard, first: int, most: int = 6) -> Span:
    """A few words from `first` on."""
    if not heard.tokens:
        return Span(0, 0)
    return heard.span(first, min(first + most, len(heard.tokens)) - 1)


def point_in_words(question: Question, id: str, language: str) -> str:
    text = _in(language, next(point.text for point in question.points if point.id == id)).strip().rstrip(".")
    is_word = len(text) > 1 and text[1].islower()
    return _clipped(text[0].lower() + text[1:] if is_word else text, LONGEST_POINT)


def _in(language: str, texts: Mapping[str, str]) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _ids(question: Question, many: int) -> list[str]:
    """The first points of a rubric, from the front again where there are too few."""
    return [question.points[number % len(question.points)].id for number in range(many)]


def _said(language: str, text: str, **words: str) -> str:
    return _sentences(language)[text].format(**words)


def _fitted(feedback: Feedback) -> Feedback:
    """Everything said is short by its making; this is the promise checked, not a knife."""
    if (found := size(feedback)) > LONGEST:
        raise ValueError(f"feedback of {found} characters")
    return feedback


def size(feedback: Feedback) -> int:
    """Characters in all, what a language engine added counted in."""
    return sum(len(remark.text) for remark in (feedback.strength, *feedback.actions, *feedback.remarks))


def _sentences(language: str) -> dict[str, str]:
    told: dict[str, dict[str, str]] = _wording()
    return told.get(language) or told["en"]


@cache
def _wording() -> dict[str, Any]:
    return tomllib.loads((_DATA / "wording.toml").read_text(encoding="utf-8"))


def _step_sentences() -> dict[str, dict[str, dict[str, str]]]:
    return _wording()["steps"]  # type: ignore[no-any-return]


@cache
def _bands() -> dict[str, dict[str, list[float]]]:
    return tomllib.loads((_DATA / "bands.toml").read_text(encoding="utf-8"))
