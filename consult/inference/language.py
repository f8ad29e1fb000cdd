"""A language model as an engine of answers: it sums up what was said, and is believed as far as words bear it out.

Red flags, what is missing, what must be confirmed and whom to see when are the rules' and stand before and after it,
whatever it says. A sentence of it that is not borne out is left out, and the answer is flagged. Where it fails the
rules answer alone, and say so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from clinic.language.breaker import Breaker
from clinic.language.engines import LanguageEngine
from clinic.language.ladder import Ladder, NobodyAnswered, Question, Receipt
from clinic.language.retrying import Patience
from clinic.language.usage import NOTHING, Usage
from consult.inference import answering, wording
from consult.inference.grounding import Claim, grounded
from consult.inference.schema import Answered, Asked, Seen, Sentence
from consult.inference.sentences import must_stand, pictures, see
from consult.inference.urgency import Calibration
from consult.inference.visit import Visit, visit_of

OPEN, CLOSE = "<visit>", "</visit>"
FAILED, LEFT_OUT = "language_failed", "left_out"
MOST_SENTENCES, LONGEST_SENTENCE = 12, 300
LONGEST_S = 4.0  # then the rules answer: a red flag waits for no model, and people are told to do without after five
_SPOKEN = {"en": "English", "es": "Spanish"}
Call = Callable[[LanguageEngine, str, str, type[Any]], tuple[Any, Usage]]


class AskedSentence(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1, max_length=LONGEST_SENTENCE)
    quotes: list[str] = Field(default_factory=list, max_length=8)
    picture: int | None = None


class AskedAnswer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    sentences: list[AskedSentence] = Field(default_factory=list, max_length=MOST_SENTENCES)


@dataclass(frozen=True)
class Spoken:
    """The answer and what asking took; `failure` in the words of `clinic.language.failures`, where the rules did."""

    answered: Answered
    usage: Usage = NOTHING
    cost: float = 0.0
    left: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class LanguageAnswerer:
    """One model with one prompt. Whether patient data may go to it was asked before: the ladder of engines does."""

    engine: LanguageEngine
    prompt: str
    call: Call
    calibration: Calibration | None
    breakers: Mapping[str, Breaker] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def answer(self, asked: Asked) -> Answered:
        return self.ask(asked).answered

    def ask(self, asked: Asked) -> Spoken:
        visit = visit_of(asked, self.calibration)
        if not asked.heard.text.strip() and not asked.pictures:
            return Spoken(answering.answer(asked, self.calibration))
        try:
            data, receipt = self._ask(visit)
        except NobodyAnswered as nobody:
            only = nobody.passed[0]
            return Spoken(_by_rules(asked, self.calibration), only.usage, only.cost, failure=only.detail or only.why)
        return Spoken(spoken(visit, data), receipt.usage, receipt.cost, tuple(receipt.left))

    def _ask(self, visit: Visit) -> tuple[dict[str, Any], Receipt]:
        patience = replace(self.patience, retries=0, until=self.patience.clock() + LONGEST_S)
        ladder = Ladder([self.engine], self.call, lets_patient_data_leave=True, breakers=self.breakers,
                        patience=patience)  # fmt: skip
        instructions = f"{self.prompt}\nAnswer in {_SPOKEN[visit.language]}."
        told = ladder.ask(
            Question(instructions, framed(visit), AskedAnswer, holds_patient_data=True, may_be_empty=True)
        )
        return told.data, told.receipt


def _by_rules(asked: Asked, calibration: Calibration | None) -> Answered:
    told = answering.answer(asked, calibration)
    return replace(told, flags=(*told.flags, FAILED))


def framed(visit: Visit) -> str:
    """Between marks, which what was said cannot close."""
    said = visit.asked.heard.text.replace(OPEN, "[visit]").replace(CLOSE, "[/visit]")
    lines = [OPEN, said, CLOSE]
    for number, picture in enumerate(visit.asked.pictures, start=1):
        if picture.words and picture.is_usable:
            lines.append(f"Picture {number}: {' '.join(picture.words.split())}")
    return "\n".join(lines)


def spoken(visit: Visit, data: Mapping[str, Any]) -> Answered:
    """The rules' sentences around those of the model that are borne out."""
    believed, faults = [], []
    for each in data.get("sentences") or ():
        sentence, fault = _checked(visit, each)
        if sentence:
            believed.append(sentence)
        else:
            faults.append(f"{LEFT_OUT}:{fault}")
    return answering.put_together(visit, list(_in_order(visit, believed)), codes=dict.fromkeys(faults))


def _checked(visit: Visit, told: Mapping[str, Any]) -> tuple[Sentence | None, str]:
    picture = told.get("picture")
    claim = Claim(" ".join(told["text"].split()), tuple(told.get("quotes") or ()), picture - 1 if picture else None)
    found = grounded(claim, visit.told, visit.asked.pictures)
    if found.fault:
        return None, found.fault
    seen = () if claim.picture is None else (Seen(claim.picture),)
    return Sentence(_ended(claim.text), (*found.said, *seen)), ""


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _in_order(visit: Visit, believed: list[Sentence]) -> Iterator[tuple[int, Sentence]]:
    yield from must_stand(visit)
    if believed:
        yield from ((2, sentence) for sentence in believed)
    else:
        yield from answering.told_by_rules(visit)
    yield 1, see(visit)
    yield from pictures(visit)
    if not visit.flags:
        yield 5, wording.sentence("WORSE", visit.language)
