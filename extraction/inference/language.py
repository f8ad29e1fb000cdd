"""A language model as an engine of facts: asked piece by piece, believed only as far as the document bears it out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clinic.language.breaker import Breaker
from clinic.language.engines import LanguageEngine
from clinic.language.failures import Failure
from clinic.language.ladder import Ladder, NobodyAnswered, Question, Receipt
from clinic.language.retrying import Patience
from clinic.language.usage import NOTHING, Usage
from extraction.inference import rules
from extraction.inference.asked import AskedExtraction, placed
from extraction.inference.grounding import grounded
from extraction.inference.items import PATIENT, items
from extraction.inference.schema import KINDS, Extraction, Item, Patient, TextEvidence

UNSECONDED = "nothing_unseconded"  # a flag: it found nothing, and the rules cannot read the text either
PIECE, OVERLAP = 12_000, 600  # characters asked about at once, and how far the next begins before its end
OPEN, CLOSE = "<document>", "</document>"
Call = Callable[[LanguageEngine, str, str, type[Any]], tuple[Any, Usage]]


class NoAnswer(Exception):
    """Why, in the words of `Failure`; the next engine, the rules or a person go on."""

    def __init__(self, failure: str, usage: Usage = NOTHING, cost: float = 0.0) -> None:
        super().__init__(failure)
        self.failure, self.usage, self.cost = failure, usage, cost

    @property
    def is_about_the_answer(self) -> bool:
        return self.failure in (Failure.DEGENERATE, Failure.GARBAGE)

    @property
    def is_empty(self) -> bool:
        return self.failure == Failure.DEGENERATE


@dataclass(frozen=True)
class Asked:
    """What was found, and what asking took; tokens of failed calls are in it."""

    facts: Extraction
    usage: Usage = NOTHING
    cost: float = 0.0
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class LanguageReader:
    """One model with one prompt. Whether patient data may go to it was asked before: the ladder of engines does."""

    engine: LanguageEngine
    prompt: str
    call: Call
    breakers: Mapping[str, Breaker] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def with_prompt(self, prompt: str) -> "LanguageReader":
        return replace(self, prompt=prompt)

    def within(self, until: float) -> "LanguageReader":
        """By `time.monotonic`: whoever is asked next needs time too."""
        return replace(self, patience=replace(self.patience, until=until))

    def read(self, text: str) -> Extraction:
        return self.ask(text).facts

    def ask(self, text: str) -> Asked:
        found: list[Extraction] = []
        usage, cost, left = NOTHING, 0.0, set[str]()
        for start, end in pieces(text):
            try:
                answer, receipt = self._ask(text[start:end])
            except NoAnswer as why:
                raise NoAnswer(why.failure, usage + why.usage, cost + why.cost) from None
            found.append(placed(answer, text, start=start, end=end))
            usage, cost, left = usage + receipt.usage, cost + receipt.cost, left | set(receipt.left)
        return Asked(_seconded(merged(found), text), usage, cost, tuple(sorted(left)))

    def _ask(self, part: str) -> tuple[dict[str, Any], Receipt]:
        ladder = Ladder([self.engine], self.call, lets_patient_data_leave=True, breakers=self.breakers,
                        patience=self.patience)  # fmt: skip
        question = Question(self.prompt, framed(part), AskedExtraction, holds_patient_data=True, may_be_empty=True,
                            bears_out=bears_out)  # fmt: skip
        try:
            told = ladder.ask(question)
        except NobodyAnswered as nobody:
            only = nobody.passed[0]
            raise NoAnswer(only.detail or only.why, only.usage, only.cost) from None
        return told.data, told.receipt


def framed(part: str) -> str:
    """Between marks, which the document itself cannot close."""
    return f"{OPEN}\n{part.replace(OPEN, '[document]').replace(CLOSE, '[/document]')}\n{CLOSE}"


def unframed(sent: str) -> str:
    return sent.removeprefix(f"{OPEN}\n").removesuffix(f"\n{CLOSE}")


def bears_out(answer: dict[str, Any], sent: str) -> bool:
    """An answer says something of the document: a fact that stands there. The example given back, placeholders and
    inventions do not. That there is nothing is believed where the rules find nothing either."""
    part = unframed(sent)
    if any(answer.get(kind) for kind in KINDS) or any((answer.get(PATIENT) or {}).values()):
        return _has_items(grounded(placed(answer, part), part))
    return not _has_items(rules.extract(part))


def _has_items(told: Extraction) -> bool:
    return next(items(told), None) is not None


def _seconded(told: Extraction, text: str) -> Extraction:
    """Nothing found in a language that the rules do not read: nobody but the model says so."""
    if _has_items(told) or rules.OTHER_LANGUAGE not in rules.extract(text).flags:
        return told
    return told.model_copy(update={"flags": (*told.flags, UNSECONDED)})


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Overlapping, and ended where a line ends if one is near."""
    start = 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        if end < len(text) and (pause := text.rfind("\n", end - OVERLAP, end)) > start:
            end = pause
        yield start, end
        if end == len(text):
            return
        start = max(end - OVERLAP, start + 1)


def merged(found: list[Extraction]) -> Extraction:
    """One answer from those of all pieces: what stands in two pieces at the same place is one fact."""
    if len(found) == 1:
        return found[0]
    told: dict[str, Any] = {kind: tuple(_once(getattr(each, kind) for each in found)) for kind in KINDS}
    facts = {name: next((value for each in found if (value := getattr(each.patient, name))), None)
             for name in Patient.model_fields}  # fmt: skip
    flags = dict.fromkeys(flag for each in found for flag in each.flags)
    return Extraction(patient=Patient(**facts), flags=tuple(flags), **told)


def _once(lists: Iterator[tuple[Item, ...]]) -> Iterator[Item]:
    known: set[tuple[int, int]] = set()
    for each in lists:
        fresh = [item for item in each if _place(item) not in known]
        known |= {_place(item) for item in fresh}
        yield from fresh


def _place(item: Item) -> tuple[int, int]:
    first = next((one for one in item.evidence if isinstance(one, TextEvidence)), None)
    return (first.start, first.end) if first else (-1, -1)
