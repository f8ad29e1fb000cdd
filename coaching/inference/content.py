"""What an answer says: which points, which steps, in whose words. By rules: a finding shows the words it rests on."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from coaching.inference.matching import COMMON, Found, Heard, apart, found_of, point_made
from coaching.inference.phrases import forms, stem
from coaching.inference.schema import (
    Answer,
    Category,
    Content,
    Jargon,
    Made,
    Moment,
    PointFound,
    Question,
    Span,
    StepFound,
)

TO_PATIENTS = frozenset({Category.CONSENT, Category.BAD_NEWS, Category.HISTORY, Category.RISK})
MOST_JARGON, MOST_QUESTIONS, MOST_EMPATHY = 12, 24, 8
_AFTER_ASKING = 7  # words that a question is shown with
_EXPLAINED_WITHIN = 15
_DATA = Path(__file__).parent / "data"


def read(answer: Answer, question: Question) -> Content:
    """Everything that is found; nothing in it is a judgement yet."""
    heard = Heard(answer.text)
    name = structure_of(question.category)
    points = tuple(PointFound(point.id, *point_made(heard, point, answer.language)) for point in question.points)
    return Content(
        points=points,
        structure=name,
        steps=tuple(_step(heard, name, step, answer.language, points) for step in steps_of(name)),
        jargon=tuple(jargon(heard, answer.language)) if question.category in TO_PATIENTS else (),
        empathy=apart((each.span for each in _empathy(heard, answer.language)), MOST_EMPATHY),
        questions=tuple(asked(heard, answer.language)),
    )  # fmt: skip


def coverage(content: Content) -> float:
    """0 to 1; a point half made counts half."""
    worth = {Made.MADE: 1.0, Made.PARTLY: 0.5, Made.MISSING: 0.0}
    return sum(worth[point.made] for point in content.points) / max(1, len(content.points))


def structure_of(category: Category) -> str:
    name: str = _structures()["categories"][category.value]
    return name


def steps_of(structure: str) -> tuple[str, ...]:
    return tuple(_structures()[structure])


def moment_of(answer: Answer, span: Span) -> Moment | None:
    """When these words were said, where that is known."""
    times = [
        (word.start_s, word.end_s)
        for word in answer.words
        if word.at < span.to and span.at < word.to and word.start_s is not None and word.end_s is not None
    ]
    return Moment(min(start for start, _ in times), max(end for _, end in times)) if times else None


def _step(heard: Heard, structure: str, step: str, language: str, points: Sequence[PointFound]) -> StepFound:
    """By its own phrases, or by a point that is this step."""
    phrases = _structures()[structure][step]
    whole, _ = found_of(heard, [f"{tongue}: {text}" for tongue, texts in phrases.items() for text in texts], language)
    same = set(_structures()["points"][structure].get(step, ()))
    by_points = [span for point in points if point.made is Made.MADE and point.id in same for span in point.spans]
    spans = apart([*(found.span for found in whole), *by_points], 2)
    return StepFound(step, bool(spans), spans)


def _empathy(heard: Heard, language: str) -> list[Found]:
    """These are set phrases: their words stand together."""
    return found_of(heard, _manner("empathy"), language, slack=1)[0]


def jargon(heard: Heard, language: str) -> Iterator[Jargon]:
    """Words of the trade, longest terms first, each place once."""
    taken: set[int] = set()
    found: list[Jargon] = []
    for term, (stems, plain) in _jargon(language).items():
        for first in _sequences(heard.stems, stems):
            places = set(range(first, first + len(stems)))
            if not places & taken and not _is_explained(heard, first, plain):
                taken |= places
                found.append(Jargon(heard.span(first, first + len(stems) - 1), term, plain))
    yield from sorted(found, key=lambda each: each.span.at)[:MOST_JARGON]


def _is_explained(heard: Heard, place: int, plain: str) -> bool:
    """Are half the plain words there beside the term?"""
    wanted = {stem(form) for form in forms(plain) if form not in COMMON}
    near = set(heard.stems[max(0, place - _EXPLAINED_WITHIN) : place + _EXPLAINED_WITHIN])
    return bool(wanted) and 2 * len(wanted & near) >= len(wanted)


def asked(heard: Heard, language: str) -> Iterator[Span]:
    """Where a question begins, to the end of its sentence or a few words on."""
    words = [token.form for token in heard.tokens]
    starts = sorted(set(chain.from_iterable(_sequences(words, each) for each in _asks(language))))
    beyond = -1
    for number, first in enumerate(starts):
        if first <= beyond or number >= MOST_QUESTIONS:
            continue
        following = [start for start in starts if start > first + 1]
        last = first
        while (
            last + 1 < len(words) and last - first < _AFTER_ASKING and heard.sentence[last + 1] == heard.sentence[first]
        ):
            last += 1
        if following:
            last = min(last, following[0] - 1)
        beyond = last
        yield heard.span(first, last)


def _sequences(words: Sequence[str], wanted: Sequence[str]) -> Iterator[int]:
    for first in range(len(words) - len(wanted) + 1):
        if tuple(words[first : first + len(wanted)]) == tuple(wanted):
            yield first


@cache
def _structures() -> dict[str, Any]:
    return tomllib.loads((_DATA / "structures.toml").read_text(encoding="utf-8"))


@cache
def _manner(name: str) -> tuple[str, ...]:
    told = tomllib.loads((_DATA / "manner.toml").read_text(encoding="utf-8"))[name]
    return tuple(f"{language}: {text}" for language, texts in told.items() for text in texts)


@cache
def _asks(language: str) -> tuple[tuple[str, ...], ...]:
    told = tomllib.loads((_DATA / "manner.toml").read_text(encoding="utf-8"))["asks"]
    return tuple(tuple(forms(text)) for text in told.get(language, ()))


@cache
def _jargon(language: str) -> Mapping[str, tuple[tuple[str, ...], str]]:
    told = tomllib.loads((_DATA / "jargon.toml").read_text(encoding="utf-8")).get(language, {})
    longest_first = sorted(told, key=lambda term: -len(term.split()))
    return {term: (tuple(stem(form) for form in forms(term)), told[term]) for term in longest_first}
