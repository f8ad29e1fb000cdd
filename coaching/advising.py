"""What is said about an attempt: by the rules always, and by a language engine on top, where one answers in time.

The rules' feedback is there before anybody else is asked, so whoever fails costs time and nothing else; and time is
limited too. Who was asked, and why it did not answer, goes into the receipt.
"""

import logging
import time
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
from coaching.inference.personas import Listening, Turn
from coaching.inference.schema import DISFLUENCY, Answer, Content, Delivery, Feedback, MeasureName, Question, Sounding
from coaching.models import Attempt, Engines, Speaker
from coaching.outcomes import NOT_REACHED, NOTHING_ADDED

WITHIN_S = 8.0  # for all language engines together: with it feedback is there within 12 s whoever fails
GRACE_S = 0.5  # for a call to notice that its time is over
PROMPT = Path(__file__).parent / "prompts" / "v2.md"
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
    turn: Turn | None = None  # what the listener says next, where one listens


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
    if found is not None:
        before = _said_before(attempt)
        said = replace(said, turn=_turn(attempt, question, found, before))
        if speaker.engines != Engines.RULES:
            said = _by_language(attempt, speaker, question, answer, said, _listening(attempt, question, found, before))
    read = keeping.read(told_by=said.by, passed=said.passed, delivery=delivered, content=found, feedback=said.feedback)
    read |= {"digest": said.digest, "is_remote": said.is_remote,
             "turn": {"text": said.turn.text, "about": said.turn.about} if said.turn else {}}  # fmt: skip
    return Advised(said.by, said.passed, read, keeping.figures(delivered, found, said.feedback),
                   keeping.weak(found, delivered, answer.language))  # fmt: skip


def _said_before(attempt: Attempt) -> list[str]:
    """What the listener has asked about at this practice, where somebody listens."""
    if attempt.practice.persona not in personas.personas():
        return []
    before = attempt.practice.attempts.filter(number__lt=attempt.number, forgotten_at=None).exclude(read=None)
    return [told["about"] for one in before.order_by("number") if (told := (one.read or {}).get("turn"))]


def _turn(attempt: Attempt, question: Question, found: Content, before: list[str]) -> Turn | None:
    """What she says next by the rules, where somebody listens: about what was not said, and nothing twice."""
    persona = attempt.practice.persona
    if persona not in personas.personas():
        return None
    return personas.next_turn(persona, question, found, before, attempt.practice.language)


def _listening(attempt: Attempt, question: Question, found: Content, before: list[str]) -> Listening | None:
    persona = attempt.practice.persona
    if persona not in personas.personas():
        return None
    return personas.listening(persona, question, found, before, attempt.practice.language)


def _by_rules(question: Question, answer: Answer, delivered: Delivery | None) -> tuple[Feedback, Content | None]:
    """The last rung says little, and says it whatever happens."""
    try:
        found = content.read(answer, question)
        return feedback.compose(question, answer, found, delivered, answer.language), found
    except Exception as problem:
        log.error("coaching_rules_broke", extra={"reason": type(problem).__name__})
        return feedback.basic(question, answer.language), None


def _by_language(attempt: Attempt, speaker: Speaker, question: Question, answer: Answer, by_rules: Said,
                 listening: Listening | None) -> Said:  # fmt: skip
    """On top of what the rules say; whoever did not answer is named, and the rules' word stands."""
    engines = [one for one in engines_from(Environment()) if speaker.engines == Engines.BEST or not one.is_remote]
    if not engines or not answer.text.strip():
        return by_rules
    asked: list[str] = []
    wish = Asking(f"{PROMPT.read_text()}\nAnswer in {SPOKEN[by_rules.feedback.language]}.",
                  language.framed(question, answer, by_rules.feedback, listening), language.AskedRemarks,
                  holds_patient_data=True, may_be_empty=True, quotes_speech=True)  # fmt: skip
    waiting = _pool.submit(_ask, engines, may_leave(attempt.site_id), wish, asked)
    try:
        told = waiting.result(timeout=WITHIN_S + GRACE_S)
    except NobodyAnswered as nobody:
        return replace(by_rules, passed=_named(nobody.passed, asked))
    except TookTooLong:
        waiting.cancel()
        return replace(by_rules, passed=tuple(f"{one.name}: {_too_late(one.name, list(asked))}" for one in engines))
    return _believed(question, answer, by_rules, listening, told, _named(told.receipt.passed, asked))


def _believed(question: Question, answer: Answer, by_rules: Said, listening: Listening | None, told: Told,
              passed: tuple[str, ...]) -> Said:  # fmt: skip
    """Remarks as far as they quote her, and the next question where it asks about what is open."""
    remarks, dropped = language.believed(answer, told.data)
    turn = language.believed_turn(question, answer, listening, told.data) if listening else None
    receipt = told.receipt
    if not remarks and turn is None:  # then nothing of it stands, and the feedback is the rules'
        why = NO_QUOTATION if dropped else NOTHING_ADDED
        return replace(by_rules, passed=(*passed, f"{receipt.name}: {why}"))
    return Said(language.merged(by_rules.feedback, remarks), receipt.name, passed=passed,
                is_remote=receipt.is_remote, turn=turn or by_rules.turn)  # fmt: skip


def _too_late(name: str, asked: list[str]) -> str:
    """Time was over: the last that was asked was too slow, those before it broke, and the others were never asked."""
    if name not in asked:
        return NOT_REACHED
    return TOO_SLOW if name == asked[-1] else BROKE


def _named(passed: Sequence[Passed], asked: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{one.name}: {_why(one, asked)}" for one in passed)


def _why(one: Passed, asked: Sequence[str]) -> str:
    if one.why == BROKE and one.name not in asked:
        return NOT_REACHED
    return one.detail or one.why


def _ask(engines: Sequence[LanguageEngine], leaves: bool, wish: Asking, asked: list[str]) -> Told:
    """In a thread of its own, which touches no database. She may name a patient: what leaves is what policy allows.

    `asked` names them as they are asked. Each but the last has half of the time that is left, so that one that hangs
    leaves some to those behind it.
    """
    from clinic.language import asking as providers  # brings the clients of all providers along

    patience = replace(ONCE, until=time.monotonic() + WITHIN_S)
    last = next((one.name for one in reversed(engines) if leaves or not one.is_remote), "")

    def call(engine: LanguageEngine, *told: Any) -> Any:
        asked.append(engine.name)
        share = engine.longest_s if engine.name == last else min(engine.longest_s, patience.left_s() / 2)
        return providers.call(replace(engine, longest_s=share), *told)

    breakers = {one.name: breaker.of_process(one.name) for one in engines}
    ladder = Ladder(engines, call, lets_patient_data_leave=leaves, breakers=breakers, patience=patience)
    return ladder.ask(wish)
