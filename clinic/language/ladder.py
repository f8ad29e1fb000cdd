"""From the best engine that may answer to the last, and for every one that did not the reason, in the receipt.

What holds patient data goes to a remote engine only where the site's policy lets it, and then without what identifies
the patient. No engine is reached but through `_why_not` and `_sent`, so no fallback goes around them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clinic.inference.identifiers import hide, restored
from clinic.language.breaker import Breaker, State
from clinic.language.degenerate import Degenerate, why_degenerate
from clinic.language.engines import LanguageEngine
from clinic.language.failures import CallFailed, Failure
from clinic.language.retrying import Patience, Tried, retried
from clinic.language.usage import NOTHING, Usage

# As the receipts of all engines say it, so that one page tells of both.
WITHOUT_IDENTIFIERS = "input without identifiers"
REMOTE, OUT_OF_SERVICE, BROKE = "remote_not_allowed", "out_of_service", "broke"


@dataclass(frozen=True)
class Question:
    """`schema` is a class of pydantic; `example` is what the instructions show, so that its echo is known."""

    instructions: str
    text: str
    schema: type[Any]
    holds_patient_data: bool
    example: Any = None
    may_be_empty: bool = False
    quotes_speech: bool = False  # a quotation may say "I am sorry", and is believed by what it quotes
    bears_out: Callable[[Any, str], bool] = lambda _data, _sent: True  # does the answer say something of what was sent


@dataclass(frozen=True)
class Passed:
    """An engine that would have answered before."""

    name: str
    rung: int
    why: str
    detail: str = ""
    is_remote: bool = False
    usage: Usage = NOTHING
    cost: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "digest": "", "rung": self.rung, "why": self.why, "detail": self.detail}


@dataclass(frozen=True)
class Receipt:
    """`left`: what left the building. `usage` and `cost` are of all engines asked, the failed calls too."""

    name: str
    rung: int
    is_remote: bool
    passed: tuple[Passed, ...]
    left: tuple[str, ...]
    usage: Usage
    cost: float
    failures: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "answered": {
                "name": self.name,
                "version": "",
                "digest": "",
                "rung": self.rung,
                "is_remote": self.is_remote,
            },
            "rollout": 0,
            "why_not_better": [each.as_json() for each in self.passed],
            "also_passed": [],
            "left": list(self.left),
            "usage": vars(self.usage),
            "cost": self.cost,
            "failures": list(self.failures),
        }  # fmt: skip


@dataclass(frozen=True)
class Told:
    """`data` is the answer as JSON, of the schema, with its identifiers."""

    data: Any
    receipt: Receipt


class NobodyAnswered(Exception):
    """The work goes to rules or to a person; `passed` says why to none of the engines."""

    def __init__(self, passed: Sequence[Passed]) -> None:
        super().__init__(", ".join(f"{each.name}: {each.why} {each.detail}".strip() for each in passed) or "no engine")
        self.passed = tuple(passed)


Call = Callable[[LanguageEngine, str, str, type[Any]], tuple[Any, Usage]]  # engine, instructions, text, schema


@dataclass
class Ladder:
    """Breakers outlive a question: give the same ones each time."""

    engines: Sequence[LanguageEngine]
    call: Call
    lets_patient_data_leave: bool
    breakers: Mapping[str, Breaker] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def ask(self, question: Question) -> Told:
        passed: list[Passed] = []
        for rung, engine in enumerate(self.engines):
            if why := self._why_not(engine, question):
                passed.append(Passed(engine.name, rung, why, is_remote=engine.is_remote))
                continue
            tried = Tried[Any]()
            try:
                data = self._sent(engine, question, tried)
            except CallFailed as failed:
                cost = tried.usage.cost(engine.price)
                passed.append(Passed(engine.name, rung, BROKE, failed.failure, engine.is_remote, tried.usage, cost))
            else:
                return Told(data, _receipt(engine, rung, passed, tried))
        raise NobodyAnswered(passed)

    def _why_not(self, engine: LanguageEngine, question: Question) -> str:
        if engine.is_remote and question.holds_patient_data and not self.lets_patient_data_leave:
            return REMOTE
        breaker = self.breakers.get(engine.name)
        return OUT_OF_SERVICE if breaker and not breaker.may_call() else ""

    def _sent(self, engine: LanguageEngine, question: Question, tried: Tried[Any]) -> Any:
        """To a remote engine the text goes without what identifies anybody, whatever the question says of itself."""
        if not engine.is_remote:
            return self._answered(engine, question, question.text, tried)
        hidden = hide(question.text)
        return restored(self._answered(engine, question, hidden.text, tried), hidden.map)

    def _answered(self, engine: LanguageEngine, question: Question, text: str, tried: Tried[Any]) -> Any:
        def call() -> tuple[Any, Usage]:
            return self._believed(engine, question, text)

        return retried(call, self.patience, tried).answer

    def _believed(self, engine: LanguageEngine, question: Question, text: str) -> tuple[Any, Usage]:
        """Every call is told to the breaker. An answer that says nothing is a failure of the engine; that no time was
        left to ask it is none."""
        breaker, hurried = self.breakers.get(engine.name), self._in_time(engine)
        try:
            data, usage = self.call(hurried, question.instructions, text, question.schema)
            if _why_unbelieved(data, question) or not question.bears_out(data, text):
                raise CallFailed(Failure.DEGENERATE, usage)
        except CallFailed as why:
            if breaker:
                breaker.failed()
                why.is_final = breaker.state is State.OPEN
            raise
        if breaker:
            breaker.succeeded()
        return data, usage

    def _in_time(self, engine: LanguageEngine) -> LanguageEngine:
        """A call ends when the time of whoever asks does: what hangs has failed like what refuses."""
        left_s = self.patience.left_s()
        if left_s <= 0:
            raise CallFailed(Failure.TIMEOUT)
        return replace(engine, longest_s=left_s) if left_s < engine.longest_s else engine


def _why_unbelieved(data: Any, question: Question) -> Degenerate | None:
    return why_degenerate(
        data, example=question.example, instructions=question.instructions, may_be_empty=question.may_be_empty,
        quotes_speech=question.quotes_speech,
    )  # fmt: skip


def _receipt(engine: LanguageEngine, rung: int, passed: Sequence[Passed], tried: Tried[Any]) -> Receipt:
    usage, cost = tried.usage, tried.usage.cost(engine.price)
    for each in passed:
        usage, cost = usage + each.usage, cost + each.cost
    has_left = engine.is_remote or any(each.is_remote and each.usage.calls for each in passed)
    left = (WITHOUT_IDENTIFIERS,) if has_left else ()
    failures = tuple(why.failure.value for why in tried.failures)
    return Receipt(engine.name, rung, engine.is_remote, tuple(passed), left, usage, cost, failures)
