"""People who ask further, by rules: first about what was not said, then the follow-ups of the question."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from coaching.inference.feedback import point_in_words
from coaching.inference.matching import COMMON
from coaching.inference.phrases import forms, stem
from coaching.inference.schema import Content, Made, Question

MOST_TURNS = 4
_QUOTED = re.compile('["«»“”]')
THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Persona:
    id: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the persona says, and about what: "follow_up:0", "point:risks", or "thanks" when she has done."""

    text: str
    about: str

    @property
    def is_last(self) -> bool:
        return self.about == THANKS


@dataclass(frozen=True, slots=True)
class Listening:
    """Who listens, and what she has not heard yet and not asked about: the words of points by their ids."""

    name: str
    open: Mapping[str, str]


def listening(
    persona: str, question: Question, content: Content, said: Sequence[str], language: str
) -> Listening | None:
    """None where nothing is open, or where she has asked often enough."""
    left = {
        point.id: point_in_words(question, point.id, language)
        for point in content.points if point.made is not Made.MADE and f"point:{point.id}" not in said
    }  # fmt: skip
    if not left or len(said) >= MOST_TURNS:
        return None
    name = personas()[persona].name
    return Listening(name.get(language) or name["en"], left)


@cache
def personas() -> Mapping[str, Persona]:
    return MappingProxyType({id: Persona(id, MappingProxyType(told["name"])) for id, told in _told().items()})


def next_turn(persona: str, question: Question, content: Content, said: Sequence[str], language: str) -> Turn:
    """`said`: the `about` of her turns so far; `content`: of all answers to this question together.

    A point that is open is asked about with the follow-up that speaks of it, where there is one.
    """
    turn = len(said)
    open_points = [
        point.id for point in content.points if point.made is not Made.MADE and f"point:{point.id}" not in said
    ]
    left = [number for number in range(len(question.follow_ups)) if f"follow_up:{number}" not in said]
    if turn >= MOST_TURNS or not (open_points or left):
        return Turn(_line(persona, THANKS, language, turn), THANKS)
    near = _nearest(question, open_points, left)
    if near is not None:
        return _follow(persona, question, near, language, turn)
    asks_about_points = sum(about.startswith("point:") for about in said)
    if open_points and (asks_about_points * 2 <= turn or not left):
        told = point_in_words(question, open_points[0], language)
        return Turn(_line(persona, "open", language, turn).format(point=told), f"point:{open_points[0]}")
    return _follow(persona, question, left[0], language, turn)


def _follow(persona: str, question: Question, number: int, language: str, turn: int) -> Turn:
    texts = question.follow_ups[number]
    asked = texts.get(language) or next(iter(texts.values()))
    return Turn(f"{_line(persona, 'follow', language, turn)} {_as_said(asked)}", f"follow_up:{number}")


def _as_said(follow_up: str) -> str:
    """A question can be said as it stands. What is told of a third person stands in brackets, as in a play."""
    is_question = follow_up.endswith("?") and not _QUOTED.search(follow_up)
    return follow_up if is_question and "." not in follow_up else f"({follow_up})"


def _nearest(question: Question, open_points: Sequence[str], left: Sequence[int]) -> int | None:
    """The follow-up that shares most words with what is open, if it shares two with a point."""
    wanted = [
        _words(" ".join((*point.text.values(), *point.says))) for point in question.points if point.id in open_points
    ]
    shared = {
        number: max((len(_words(" ".join(question.follow_ups[number].values())) & each) for each in wanted), default=0)
        for number in left
    }
    best = max(left, key=lambda number: (shared[number], -number), default=None)
    return best if best is not None and shared[best] >= 2 else None


def _words(text: str) -> set[str]:
    return {stem(form) for form in forms(text) if form not in COMMON}


def _line(persona: str, kind: str, language: str, turn: int) -> str:
    told = _told()[persona][kind]
    lines: list[str] = told.get(language) or told["en"]
    return lines[turn % len(lines)]


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "personas.toml").read_text(encoding="utf-8"))
