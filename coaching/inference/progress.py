"""Is somebody getting better, or is it chance? And what to practise next, with the reason.

What is compared is a person with herself: the last sessions with those before. A change is told where the interval of
the difference leaves 0 out, and "no clear change" otherwise. Time between sessions does not enter: practice does.
"""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy import stats

from coaching.inference.drawing import next_question
from coaching.inference.schema import Category, MeasureName, Question

RECENT = 12  # sessions that are compared with those before
FEWEST = 4  # on either side
FEWEST_FOR_RANGE = 6
ERRS = 0.05  # of learners whose sessions did not change, at one look
OF_WORSE = 0.1  # of these errors: where one side is better, a wrong "worse" costs more than a missed one
_USUAL = 1.645 * 1.4826  # middle nine tenths, out of the median distance to the median


class Verdict(StrEnum):
    TOO_EARLY = "too_early"
    NO_CLEAR_CHANGE = "no_clear_change"
    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"  # where neither side is the better one
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class UsualRange:
    middle: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The difference of the recent sessions from those before, with its interval; in the unit of the measure."""

    verdict: Verdict
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    before: int = 0
    recent: int = 0


def usual_range(values: Sequence[float]) -> UsualRange | None:
    """Where most sessions of this person lie; a single odd one does not widen it. None before there are six."""
    if len(values) < FEWEST_FOR_RANGE:
        return None
    middle = statistics.median(values)
    reach = _USUAL * statistics.median(abs(value - middle) for value in values)
    return UsualRange(middle, middle - reach, middle + reach, len(values))


def trend(values: Sequence[float], good: int = 1) -> Trend:
    """`values` a session, the oldest first. `good` is 1 where more is better, -1 where less is, 0 where neither is."""
    recent = min(RECENT, len(values) // 2)
    before = values[: len(values) - recent]
    late = values[len(values) - recent :]
    if min(len(before), len(late)) < FEWEST:
        return Trend(Verdict.TOO_EARLY, before=len(before), recent=len(late))
    difference = statistics.fmean(late) - statistics.fmean(before)
    low, high = _interval(difference, before, late, good)
    return Trend(_verdict(low, high, good), difference, low, high, len(before), len(late))


def _interval(difference: float, before: Sequence[float], late: Sequence[float], good: int) -> tuple[float, float]:
    """Welch's, of 95 %: the two sides need not spread alike. Where one direction is the better one most of the error is
    spent on it: of twelve sessions that are one standard deviation better more are found, and as few are invented."""
    parts = [(statistics.variance(side) / len(side), len(side) - 1) for side in (before, late)]
    total = sum(part for part, _ in parts)
    if total == 0:
        return difference, difference
    freedom = total**2 / sum(part**2 / free for part, free in parts)
    upward, downward = {1: (1 - OF_WORSE, OF_WORSE), -1: (OF_WORSE, 1 - OF_WORSE), 0: (0.5, 0.5)}[good]
    below, above = (float(stats.t.isf(ERRS * share, freedom)) * math.sqrt(total) for share in (upward, downward))
    return difference - below, difference + above


def _verdict(low: float, high: float, good: int) -> Verdict:
    if low <= 0 <= high:
        return Verdict.NO_CLEAR_CHANGE
    side = 1 if low > 0 else -1
    if good == 0:
        return Verdict.HIGHER if side > 0 else Verdict.LOWER
    return Verdict.BETTER if side == good else Verdict.WORSE


# --- what to practise ---


class Reason(StrEnum):
    """Why a question is recommended; `Recommended.subject` names the category, the step or the measure."""

    WEAK_CATEGORY = "weak_category"
    WEAK_STEP = "weak_step"
    WEAK_MEASURE = "weak_measure"
    NEW_CATEGORY = "new_category"
    HARDER = "harder"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer, oldest first where there are several. `score` of the content; `missing` steps as "star.result"."""

    question: str
    category: Category
    score: float | None
    missing: tuple[str, ...] = ()
    outside: tuple[MeasureName, ...] = ()


@dataclass(frozen=True, slots=True)
class WeakSpot:
    reason: Reason
    subject: str
    share: float  # of the answers looked at, or how far below a full score
    n: int


@dataclass(frozen=True, slots=True)
class Recommended:
    question: str
    reason: Reason
    subject: str


LOOKED_AT = 6  # answers, the latest
_ENOUGH = 3
_LOW_SCORE, _OFTEN = 60.0, 0.5


def weak_spots(attempts: Sequence[Attempt]) -> tuple[WeakSpot, ...]:
    """What came back in at least half of the latest answers, the most often first. One answer is no weakness."""
    found = [*_weak_categories(attempts), *_weak_steps(attempts), *_weak_measures(attempts)]
    return tuple(sorted(found, key=lambda spot: (-spot.share, spot.reason, spot.subject)))


def recommended(
    questions: Collection[Question], attempts: Sequence[Attempt], seed: int | str, most: int = 5
) -> tuple[Recommended, ...]:
    """At most `most` questions, each with its reason, none twice; what was answered last comes last."""
    chosen: dict[str, Recommended] = {}
    done = [attempt.question for attempt in attempts]
    for reason, subject, fitting in _wishes(questions, attempts):
        drawn = next_question([each.id for each in fitting if each.id not in chosen], done, seed)
        if drawn and len(chosen) < most:
            chosen[drawn.id] = Recommended(drawn.id, reason, subject)
    return tuple(chosen.values())


def _wishes(
    questions: Collection[Question], attempts: Sequence[Attempt]
) -> Iterable[tuple[Reason, str, list[Question]]]:
    """What a question should help with, and the questions that do."""
    practised = Counter(attempt.category for attempt in attempts)
    by_category: dict[Category, list[Question]] = defaultdict(list)
    for question in questions:
        by_category[question.category].append(question)
    where = {step: attempt.category for attempt in attempts for step in attempt.missing}
    for spot in weak_spots(attempts):
        if spot.reason is Reason.WEAK_CATEGORY:
            yield spot.reason, spot.subject, by_category[Category(spot.subject)]
        elif spot.reason is Reason.WEAK_STEP:
            yield spot.reason, spot.subject, by_category[where[spot.subject]]
        else:
            yield spot.reason, spot.subject, [question for question in questions if question.difficulty == 1]
    for category in Category:
        if by_category[category] and not practised[category]:
            yield Reason.NEW_CATEGORY, category.value, _easiest(by_category[category])
    for category, _ in practised.most_common():
        level = max(
            (_difficulty(questions, each.question) for each in attempts if each.category is category), default=1
        )
        harder = [question for question in by_category[category] if question.difficulty > level]
        yield Reason.HARDER, category.value, harder or by_category[category]


def _easiest(questions: Sequence[Question]) -> list[Question]:
    lowest = min(question.difficulty for question in questions)
    return [question for question in questions if question.difficulty == lowest]


def _difficulty(questions: Collection[Question], id: str) -> int:
    return next((question.difficulty for question in questions if question.id == id), 1)


def _weak_categories(attempts: Sequence[Attempt]) -> Iterable[WeakSpot]:
    scores: dict[Category, list[float]] = defaultdict(list)
    for attempt in attempts:
        if attempt.score is not None:
            scores[attempt.category].append(attempt.score)
    for category, told in scores.items():
        latest = told[-LOOKED_AT:]
        if len(latest) >= _ENOUGH and (mean := statistics.fmean(latest)) < _LOW_SCORE:
            yield WeakSpot(Reason.WEAK_CATEGORY, category.value, 1 - mean / 100, len(latest))


def _weak_steps(attempts: Sequence[Attempt]) -> Iterable[WeakSpot]:
    for category in {attempt.category for attempt in attempts}:
        latest = [attempt.missing for attempt in attempts if attempt.category is category][-LOOKED_AT:]
        yield from _often(Reason.WEAK_STEP, latest)


def _weak_measures(attempts: Sequence[Attempt]) -> Iterable[WeakSpot]:
    return _often(Reason.WEAK_MEASURE, [tuple(name.value for name in each.outside) for each in attempts][-LOOKED_AT:])


def _often(reason: Reason, latest: Sequence[Sequence[str]]) -> Iterable[WeakSpot]:
    if len(latest) < _ENOUGH:
        return
    for subject, times in Counter(each for told in latest for each in set(told)).items():
        if times / len(latest) >= _OFTEN:
            yield WeakSpot(reason, subject, times / len(latest), len(latest))
