"""What is said about an attempt: by the rules always, and by a language engine on top, where one answers in time.

The rules' feedback is there before anybody else is asked, so whoever fails costs time and nothing else; and time is
limited too. Who was asked, and why it did not answer, goes into the receipt.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clinic.engines.ladder import may_leave
from clinic.environment import Environment
from clinic.language import breaker
from clinic.language.engines import LanguageEngine, engines_from
from clinic.language.ladder import BROKE, Ladder, NobodyAnswered, Passed, Told
from clinic.language.ladder import Question as Asking
from clinic.language.retrying import Patience
from coaching import asking, keeping
from coaching.inference import content, delivery, feedback, language, personas, rules
from coaching.inference.schema import DISFLUENCY, Answer, Content, Delivery, Feedback, MeasureName, Question, Sounding
from coaching.models import Attempt, Engines, Speaker
from coaching.outcomes import NOT_REACHED

WITHIN_S = 8.0  # for all language engines together: with it feedback is there within 12 s whoever fails
PROMPT = Path(__file__).parent / "prompts" / "v1.md"
SPOKEN = {"en": "English", "es": "Spanish"}
BASIC, TOO_SLOW, NO_QUOTATION = "basic", "too_slow", "no_quotation"
ONCE = Patience(retries=0)
log = logging.getLogger("rounds.coaching")
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="coach")


@dataclass(frozen=True)
class Said:
    """Feedback, whose it is, and who was asked before without giving any."""

    feedback: Feedback
    by: str
    digest: str = ""
    passed: tuple[str, ...] = ()
    is_remote: bool = False


@dataclass(frozen=True)
class Advised:
    told_by: str
    passed: tuple[str, ...]
    read: dict[str, Any]
    figures: dict[str, float]
    weak: dict[str, list[str]]

    @property
    def characters(self) -> int:
        told = self.read["feedback"]
        return sum(len(one["text"]) for one in (told["strength"], *told["actions"], *told["remarks"]))


def advise(
    attempt: Attempt, answer: Answer, sounding: Sounding | None, *, report: Callable[[str, int], None]
) -> Advised:
    question = asking.read(attempt.practice.asked)
    speaker = Speaker.objects.of(site_id=attempt.site_id, person_id=attempt.person_id)
    off = frozenset[MeasureName]() if speaker.counts_disfluency else DISFLUENCY
    delivered = delivery.deliver(sounding, answer, off) if sounding else None
    by_rules, found = _by_rules(question, answer, delivered)
    report("ask", 60)
    said = Said(by_rules, rules.NAME_AND_VERSION, rules.digest()) if found else Said(by_rules, BASIC)
    if found is not None and speaker.engines != Engines.RULES:
        said = _by_language(attempt, speaker, question, answer, said)
    read = keeping.read(told_by=said.by, passed=said.passed, delivery=delivered, content=found, feedback=said.feedback)
    read |= {"digest": said.digest, "is_remote": said.is_remote, "turn": _turn(attempt, question, found)}
    return Advised(said.by, said.passed, read, keeping.figures(delivered, found, said.feedback),
                   keeping.weak(found, delivered, answer.language))  # fmt: skip


def _turn(attempt: Attempt, question: Question, found: Content | None) -> dict[str, str]:
    """What the persona says next, where one listens: she asks about what was not said, and nothing twice."""
    persona = attempt.practice.persona
    if found is None or persona not in personas.personas():
        return {}
    before = attempt.practice.attempts.filter(number__lt=attempt.number, forgotten_at=None).exclude(read=None)
    said = [told["about"] for one in before.order_by("number") if (told := (one.read or {}).get("turn"))]
    turn = personas.next_turn(persona, question, found, said, attempt.practice.language)
    return {"text": turn.text, "about": turn.about}


def _by_rules(question: Question, answer: Answer, delivered: Delivery | None) -> tuple[Feedback, Content | None]:
    """The last rung says little, and says it whatever happens."""
    try:
        found = content.read(answer, question)
        return feedback.compose(question, answer, found, delivered, answer.language), found
    except Exception as problem:
        log.error("coaching_rules_broke", extra={"reason": type(problem).__name__})
        return feedback.basic(question, answer.language), None


def _by_language(attempt: Attempt, speaker: Speaker, question: Question, answer: Answer, by_rules: Said) -> Said:
    """On top of what the rules say; whoever did not answer is named, and the rules' word stands."""
    engines = [one for one in engines_from(Environment()) if speaker.engines == Engines.BEST or not one.is_remote]
    if not engines or not answer.text.strip():
        return by_rules
    asked: list[str] = []
    waiting = _pool.submit(_ask, engines, may_leave(attempt.site_id), question, answer, by_rules.feedback, asked)
    try:
        told = waiting.result(timeout=WITHIN_S)
    except NobodyAnswered as nobody:
        return replace(by_rules, passed=_named(nobody.passed))
    except TookTooLong:
        waiting.cancel()
        return replace(by_rules, passed=tuple(f"{one.name}: {_too_late(one.name, list(asked))}" for one in engines))
    remarks, _dropped = language.believed(answer, told.data)
    if not remarks:  # nothing it said quotes her: then nothing of it stands, and the feedback is the rules'
        return replace(by_rules, passed=(*_named(told.receipt.passed), f"{told.receipt.name}: {NO_QUOTATION}"))
    merged, receipt = language.merged(by_rules.feedback, remarks), told.receipt
    return Said(merged, receipt.name, passed=_named(receipt.passed), is_remote=receipt.is_remote)


def _too_late(name: str, asked: list[str]) -> str:
    """Time was over: the last that was asked was too slow, those before it broke, and the others were never asked."""
    if name not in asked:
        return NOT_REACHED
    return TOO_SLOW if name == asked[-1] else BROKE


def _named(passed: Sequence[Passed]) -> tuple[str, ...]:
    return tuple(f"{one.name}: {one.detail or one.why}" for one in passed)


def _ask(engines: Sequence[LanguageEngine], leaves: bool, question: Question, answer: Answer, by_rules: Feedback,
         asked: list[str]) -> Told:  # fmt: skip
    """In a thread of its own, which touches no database. She may name a patient: what leaves is what policy allows.
    `asked` names them as they are asked."""
    from clinic.language import asking as providers  # brings the clients of all providers along

    def call(engine: LanguageEngine, *told: Any) -> Any:
        asked.append(engine.name)
        return providers.call(engine, *told)

    breakers = {one.name: breaker.of_process(one.name) for one in engines}
    ladder = Ladder(engines, call, lets_patient_data_leave=leaves, breakers=breakers, patience=ONCE)
    wish = Asking(f"{PROMPT.read_text()}\nAnswer in {SPOKEN[by_rules.language]}.",
                  language.framed(question, answer, by_rules), language.AskedRemarks, holds_patient_data=True,
                  may_be_empty=True)  # fmt: skip
    return ladder.ask(wish)
