"""What an answer said, as its page shows it: each point and step with the words that make it, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clinic.errors import Words
from coaching import worded
from coaching.inference.content import TO_PATIENTS
from coaching.inference.schema import Made, Question
from coaching.views.marks import CiteLink, Marks

NOTHING: Mapping[str, Any] = {"points": (), "steps": (), "structure": "", "jargon": (), "empathy": (), "questions": ()}


@dataclass(frozen=True)
class PointLine:
    made: str
    words: str
    quotes: tuple[CiteLink, ...]


@dataclass(frozen=True)
class StepLine:
    name: Words
    is_there: bool
    quotes: tuple[CiteLink, ...]


@dataclass(frozen=True)
class JargonLine:
    quotes: tuple[CiteLink, ...]
    plain: str


@dataclass(frozen=True)
class Found:
    """`is_to_patient`: where nothing was found of jargon, empathy or questions, that is worth saying."""

    points: tuple[PointLine, ...] = ()
    structure: Words = ""
    steps: tuple[StepLine, ...] = ()
    jargon: tuple[JargonLine, ...] = ()
    empathy: tuple[CiteLink, ...] = ()
    questions: tuple[CiteLink, ...] = ()
    is_to_patient: bool = False

    @property
    def made(self) -> int:
        return sum(point.made == Made.MADE for point in self.points)

    @property
    def steps_there(self) -> int:
        return sum(step.is_there for step in self.steps)


def spans_of(kept: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Every place that something of the content rests on."""
    found = kept or NOTHING
    for one in (*found["points"], *found["steps"]):
        yield from one["spans"]
    yield from (one["span"] for one in found["jargon"])
    yield from found["empathy"]
    yield from found["questions"]


def found_in(kept: Mapping[str, Any] | None, question: Question, language: str, marks: Marks) -> Found:
    if not kept:
        return Found()
    texts = {point.id: point.text for point in question.points}

    def quotes(spans: Iterable[Mapping[str, Any]]) -> tuple[CiteLink, ...]:
        return tuple(marks.quote(span) for span in spans)

    return Found(
        points=tuple(PointLine(one["made"], worded.said(texts[one["id"]], language), quotes(one["spans"]))
                     for one in kept["points"] if one["id"] in texts),
        structure=worded.STRUCTURES.get(kept["structure"], ""),
        steps=tuple(StepLine(worded.step(kept["structure"], one["id"]), one["is_there"], quotes(one["spans"]))
                    for one in kept["steps"]),
        jargon=tuple(JargonLine(quotes([one["span"]]), one["plain"]) for one in kept["jargon"]),
        empathy=quotes(kept["empathy"]), questions=quotes(kept["questions"]),
        is_to_patient=question.category in TO_PATIENTS,
    )  # fmt: skip
