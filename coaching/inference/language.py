"""A language model may add remarks to what the rules said. It is believed as far as it quotes what was said.

Strength, actions and scores stay those of the rules. Where the model fails or quotes nothing, the rules' feedback
stands as it is. Where somebody listens it may also put her next question into better words: what is asked about is a
point that the rules found open, and the rules' own words stand where its are not believed.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from clinic.language.breaker import Breaker
from clinic.language.engines import LanguageEngine
from clinic.language.ladder import Call, Ladder, NobodyAnswered, Receipt
from clinic.language.ladder import Question as Asking
from clinic.language.retrying import Patience
from clinic.language.usage import NOTHING, Usage
from coaching.inference.feedback import LONGEST, size
from coaching.inference.personas import Listening, Turn
from coaching.inference.phrases import forms
from coaching.inference.schema import Answer, Feedback, Question, Remark, Span

MOST_REMARKS, LONGEST_REMARK, LONGEST_TURN = 3, 280, 240
FEWEST_QUOTED = 3  # words
ABOUT = "language"
LEFT_OUT = "left_out"
_SPOKEN = {"en": "English", "es": "Spanish"}
_MARKS = re.compile(r"</?\s*(question|answer|rules|listener)\s*>", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


class AskedRemark(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1, max_length=LONGEST_REMARK)
    quote: str = Field(default="", max_length=400)


class AskedTurn(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str = Field(default="", max_length=LONGEST_TURN)
    about: str = Field(default="", max_length=80)


class AskedRemarks(BaseModel):
    model_config = ConfigDict(extra="ignore")

    remarks: list[AskedRemark] = Field(default_factory=list, max_length=8)
    next: AskedTurn | None = None


@dataclass(frozen=True)
class Spoken:
    """The feedback and what asking took; `dropped` says why remarks were left out, `failure` why nobody answered."""

    feedback: Feedback
    usage: Usage = NOTHING
    cost: float = 0.0
    left: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class LanguageCoach:
    """One model with one prompt. Whether answers may go to it was asked before: the ladder of engines does."""

    engine: LanguageEngine
    prompt: str
    call: Call
    breakers: Mapping[str, Breaker] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def ask(self, question: Question, answer: Answer, feedback: Feedback) -> Spoken:
        if not forms(answer.text):
            return Spoken(feedback)
        try:
            data, receipt = self._ask(question, answer, feedback)
        except NobodyAnswered as nobody:
            only = nobody.passed[0]
            return Spoken(feedback, only.usage, only.cost, failure=only.detail or only.why)
        said, dropped = believed(answer, data)
        return Spoken(merged(feedback, said), receipt.usage, receipt.cost, tuple(receipt.left), dropped)

    def _ask(self, question: Question, answer: Answer, feedback: Feedback) -> tuple[dict[str, Any], Receipt]:
        ladder = Ladder([self.engine], self.call, lets_patient_data_leave=True, breakers=self.breakers,
                        patience=self.patience)  # fmt: skip
        instructions = f"{self.prompt}\nAnswer in {_SPOKEN.get(feedback.language, 'English')}."
        told = ladder.ask(
            Asking(instructions, framed(question, answer, feedback), AskedRemarks, holds_patient_data=True,
                   may_be_empty=True, quotes_speech=True)
        )  # fmt: skip
        return told.data, told.receipt


def framed(question: Question, answer: Answer, feedback: Feedback, listening: Listening | None = None) -> str:
    """Between marks, which what was said cannot close."""
    asked = question.text.get(feedback.language) or next(iter(question.text.values()))
    rules = "\n".join(each.text for each in (feedback.strength, *feedback.actions))
    parts = [("question", asked), ("answer", answer.text), ("rules", rules)]
    if listening is not None:
        parts.append(
            ("listener", "\n".join((listening.name, *(f"{id}: {text}" for id, text in listening.open.items()))))
        )
    return "\n".join(f"<{name}>\n{_MARKS.sub(' ', text)}\n</{name}>" for name, text in parts)


def believed_turn(question: Question, answer: Answer, listening: Listening, data: Mapping[str, Any]) -> Turn | None:
    """One question about a point that is open, without a number that nobody said, and without what is never said."""
    told = data.get("next") or {}
    about, text = str(told.get("about", "")), " ".join(str(told.get("text", "")).split())
    if about not in listening.open or not text.endswith("?") or len(text) > LONGEST_TURN or not forms(text):
        return None
    said = " ".join((answer.text, *question.text.values(), listening.open[about]))
    is_new = not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(said))
    if is_new or any(word in text.casefold() for word in _unsaid()):
        return None
    return Turn(text, f"point:{about}")


def believed(answer: Answer, data: Mapping[str, Any]) -> tuple[tuple[Remark, ...], tuple[str, ...]]:
    """The remarks that quote what was said and speak of nothing else; and why others were left out."""
    said: list[Remark] = []
    dropped: list[str] = []
    for each in data.get("remarks") or ():
        text = " ".join(str(each.get("text", "")).split())
        span = quoted_at(answer.text, str(each.get("quote", "")))
        if span is None:
            dropped.append(f"{LEFT_OUT}:quote")
        elif not text or len(text) > LONGEST_REMARK or any(word in text.casefold() for word in _unsaid()):
            dropped.append(f"{LEFT_OUT}:words")
        else:
            said.append(Remark(text, (span,), ABOUT))
    return tuple(said), tuple(dropped)


def quoted_at(text: str, quote: str) -> Span | None:
    """Where the words of a quotation stand, one after the other; None where they do not, or where they are too few."""
    words = quote.split()
    if len(forms(quote)) < FEWEST_QUOTED:
        return None
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words) + r"(?!\w)"
    found = re.search(pattern, text, re.IGNORECASE)
    return Span(found.start(), found.end()) if found else None


def merged(feedback: Feedback, said: Iterable[Remark]) -> Feedback:
    """What the rules said, and as many remarks as there is room for. Never two of the same words."""
    kept: list[Remark] = []
    for remark in said:
        if len(kept) < MOST_REMARKS and not _is_there(remark, feedback, kept):
            grown = replace(feedback, remarks=(*kept, remark))
            if size(grown) <= LONGEST:
                kept.append(remark)
    return replace(feedback, remarks=tuple(kept))


def _is_there(remark: Remark, feedback: Feedback, kept: Sequence[Remark]) -> bool:
    told = {each.text.casefold() for each in (feedback.strength, *feedback.actions, *kept)}
    return remark.text.casefold() in told


@cache
def _unsaid() -> tuple[str, ...]:
    path = Path(__file__).parent / "data" / "unsaid.toml"
    words: list[str] = tomllib.loads(path.read_text(encoding="utf-8"))["words"]
    return tuple(word.casefold() for word in words)
