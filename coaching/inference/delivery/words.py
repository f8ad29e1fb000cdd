"""What needs the words: how fast they come, which of them fill, how long sentences are, when the matter begins."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from coaching.inference.delivery.sentences import CUT_BY_S, Words, sentences_of
from coaching.inference.delivery.wordlists import (
    BEGINNINGS,
    FILLERS,
    FILLING_BEFORE_A_STOP,
    PHRASES,
    SMALL,
)
from coaching.inference.schema import Answer, Measure, MeasureName, Moment, Sounding, SpokenWord

TOO_FEW_WORDS, NO_TIMES, NO_SENTENCE_ENDS, NO_POINT = "too_few_words", "no_times", "no_sentence_ends", "no_point_found"
FEWEST_WORDS, LEAST_S = 10, 3.0
LONG_SENTENCE = 25
POINT_WORDS = 3  # content words that make a sentence say something
_WINDOW_S, _EVERY_S, _MOST_POINTS = 15.0, 5.0, 120
_MOST_MOMENTS, _MOST_SENTENCES, _AROUND_S = 20, 5, 0.3
_BARE = re.compile(r"^[^\w']+|[^\w']+$")

Pace = tuple[tuple[float, float], ...]


def bare(word: SpokenWord) -> str:
    return _BARE.sub("", word.text.lower().replace("’", "'"))


def time_of(words: Words) -> Moment | None:
    """From the first to the last; None where nobody knows when they were said."""
    start, end = words[0].start_s, words[-1].end_s
    return None if start is None or end is None or end < start else Moment(start, end)


def speech_rate(answer: Answer, sounding: Sounding, pace: Pace) -> Measure:
    """The fastest and the slowest window to listen to, the one that is further from the whole first."""
    seconds = _seconds(answer, sounding)
    if len(answer.words) < FEWEST_WORDS or seconds < LEAST_S:
        return Measure(MeasureName.SPEECH_RATE, None, why=TOO_FEW_WORDS)
    rate = 60 * len(answer.words) / seconds
    outer = {min(pace, key=_of_pace), max(pace, key=_of_pace)} if pace else set()
    ends = sorted(outer, key=lambda each: -abs(each[1] - rate))
    half = _WINDOW_S / 2
    moments = tuple(Moment(max(0.0, round(at - half, 2)), round(at + half, 2)) for at, _ in ends)
    return Measure(MeasureName.SPEECH_RATE, round(rate, 1), moments)


def _of_pace(point: tuple[float, float]) -> float:
    return point[1]


def _seconds(answer: Answer, sounding: Sounding) -> float:
    """What lies before the first and after the last word is not counted, where that is known."""
    spoken = time_of(answer.words) if answer.words else None
    if spoken is not None:
        return spoken.end_s - spoken.start_s
    return answer.seconds if answer.seconds is not None else sounding.seconds


def pace_of(answer: Answer) -> Pace:
    """Words a minute in windows of 15 s, each at its middle."""
    spoken = time_of(answer.words) if answer.words else None
    if spoken is None or spoken.end_s - spoken.start_s < LEAST_S:
        return ()
    middles = np.array([(word.start_s + word.end_s) / 2 for word in answer.words
                        if word.start_s is not None and word.end_s is not None])  # fmt: skip
    width = min(_WINDOW_S, spoken.end_s - spoken.start_s)
    every = max(_EVERY_S, (spoken.end_s - spoken.start_s) / _MOST_POINTS)
    starts = np.arange(spoken.start_s, spoken.end_s - width + 1e-6, every)
    counts = [int(((middles >= start) & (middles < start + width)).sum()) for start in starts]
    return tuple((round(float(start) + width / 2, 2), round(60 * count / width, 1))
                 for start, count in zip(starts, counts, strict=True))  # fmt: skip


def fillers(answer: Answer, sounding: Sounding) -> Measure:
    seconds = _seconds(answer, sounding)
    if len(answer.words) < FEWEST_WORDS or seconds < LEAST_S:
        return Measure(MeasureName.FILLERS, None, why=TOO_FEW_WORDS)
    found = tuple(fillers_in(answer, sounding.pauses))
    times = (time_of(each) for each in found)
    moments = [Moment(max(0.0, round(time.start_s - _AROUND_S, 2)), round(time.end_s + _AROUND_S, 2))
               for time in times if time is not None]  # fmt: skip
    return Measure(MeasureName.FILLERS, round(60 * len(found) / seconds, 2), tuple(moments[:_MOST_MOMENTS]))


def fillers_in(answer: Answer, pauses: Sequence[Moment] = ()) -> Iterator[Words]:
    """Each as the words it is made of."""
    tokens = [bare(word) for word in answer.words]
    at = 0
    while at < len(tokens):
        count = _fills(answer, tokens, at, pauses)
        if count:
            yield answer.words[at : at + count]
        at += max(1, count)


def _fills(answer: Answer, tokens: list[str], at: int, pauses: Sequence[Moment]) -> int:
    """How many words from here on are one filler; 0 where they are none."""
    language = answer.language if answer.language in FILLERS else "en"
    if tokens[at] in FILLERS[language]:
        return 1
    for phrase in PHRASES[language]:
        end = at + len(phrase.words)
        if tuple(tokens[at:end]) == phrase.words:
            before, after = tokens[at - 1] if at else "", tokens[end] if end < len(tokens) else ""
            if _stands_between_commas(answer, at, end):
                return len(phrase.words)
            return 0 if before in phrase.not_after or after in phrase.not_before else len(phrase.words)
    is_one = tokens[at] in FILLING_BEFORE_A_STOP[language] and at + 1 < len(tokens)
    return int(is_one and _is_cut_off(answer, tokens, at, pauses))


def _stands_between_commas(answer: Answer, at: int, end: int) -> bool:
    words = answer.words
    before = answer.text[words[at - 1].at : words[at].at] if at else ","
    after = answer.text[words[end - 1].at : words[end].at] if end < len(words) else ""
    return "," in before and "," in after


def _is_cut_off(answer: Answer, tokens: list[str], at: int, pauses: Sequence[Moment]) -> bool:
    """A comma or another filler right behind it, or half a silence: the word leads nowhere."""
    word, after = answer.words[at], answer.words[at + 1]
    if "," in answer.text[word.at : after.at] or "…" in answer.text[word.at : after.at]:
        return at > 0 and _stands_between_commas(answer, at, at + 1)
    language = answer.language if answer.language in FILLERS else "en"
    if tokens[at + 1] in FILLERS[language]:
        return True
    if word.end_s is None or after.start_s is None:
        return False
    return after.start_s - word.end_s >= CUT_BY_S


def longest_sentence(answer: Answer, sounding: Sounding) -> Measure:
    """The longest first, then others that are long."""
    if len(answer.words) < FEWEST_WORDS:
        return Measure(MeasureName.LONG_SENTENCES, None, why=TOO_FEW_WORDS)
    sentences = sentences_of(answer, sounding.pauses)
    if sentences is None:
        return Measure(MeasureName.LONG_SENTENCES, None, why=NO_SENTENCE_ENDS)
    ordered = sorted(sentences, key=len, reverse=True)
    long = [ordered[0], *(each for each in ordered[1:_MOST_SENTENCES] if len(each) > LONG_SENTENCE)]
    moments = tuple(time for each in long if (time := time_of(each)) is not None)
    return Measure(MeasureName.LONG_SENTENCES, float(len(ordered[0])), moments)


def time_to_point(answer: Answer, sounding: Sounding) -> Measure:
    """From the first word on: who thinks before she speaks loses nothing."""
    if len(answer.words) < FEWEST_WORDS:
        return Measure(MeasureName.OPENING, None, why=TOO_FEW_WORDS)
    if any(word.start_s is None or word.end_s is None for word in answer.words):
        return Measure(MeasureName.OPENING, None, why=NO_TIMES)
    sentences = sentences_of(answer, sounding.pauses) or (answer.words,)
    point = next((word for each in sentences if (word := _point_in(each, answer.language)) is not None), None)
    begin = answer.words[0].start_s
    if point is None or point.start_s is None or begin is None:
        return Measure(MeasureName.OPENING, None, why=NO_POINT)
    until = Moment(round(begin, 2), round(max(point.end_s or 0.0, begin), 2))
    return Measure(MeasureName.OPENING, round(point.start_s - begin, 2), (until,))


def _point_in(sentence: Words, language: str) -> SpokenWord | None:
    """Its first word after the ways to begin, where enough words of content follow."""
    language = language if language in FILLERS else "en"
    tokens = [bare(word) for word in sentence]
    at = _after_beginnings(tokens, language)
    content = [token for token in tokens[at:] if token and token not in SMALL[language] | FILLERS[language]]
    return sentence[at] if len(content) >= POINT_WORDS else None


def _after_beginnings(tokens: list[str], language: str) -> int:
    at = 0
    while at < len(tokens):
        if tokens[at] in FILLERS[language] or not tokens[at]:
            at += 1
            continue
        found = BEGINNINGS[language].match(" ".join(tokens[at:]))
        if not found:
            return at
        at += len(found.group().split())
    return at
