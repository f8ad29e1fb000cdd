from typing import Any

import pytest
from pydantic import BaseModel

from clinic.environment import Environment
from clinic.language import ladder
from clinic.language.breaker import LEAST_CALLS, Breaker, State
from clinic.language.engines import LanguageEngine, Provider, engines_from
from clinic.language.failures import CallFailed, Failure
from clinic.language.ladder import Ladder, NobodyAnswered, Question
from clinic.language.retrying import Patience
from clinic.language.usage import CALL, Price, Usage


class Facts(BaseModel):
    problem: str


TEXT = "Mr. Okwuosa (MRN: 44-71-2) has gout."
LOCAL = LanguageEngine(Provider.OLLAMA, "small", "http://127.0.0.1:11434/v1", is_remote=False)
REMOTE = LanguageEngine(Provider.ANTHROPIC, "large", "https://api.anthropic.com", is_remote=True, price=Price(3, 15))
OTHER = LanguageEngine(Provider.OPENAI, "other", "https://api.openai.com/v1", is_remote=True)


class Wire:
    """What would have been sent, and to whom. Fails as it is told; else says back what it was sent."""

    def __init__(self, **failures: Failure) -> None:
        self.failures, self.sent = failures, list[tuple[str, str]]()

    def __call__(self, engine: LanguageEngine, instructions: str, text: str, schema: type[Any]) -> tuple[Any, Usage]:
        self.sent.append((engine.model, text))
        if engine.model in self.failures:
            raise CallFailed(self.failures[engine.model], CALL + Usage(0, 1_000_000, 0))
        return {"problem": text}, Usage(1, 100, 10)


def question(text: str = TEXT, *, holds_patient_data: bool = True) -> Question:
    return Question("List the problem.", text, Facts, holds_patient_data)


def rungs(wire: Wire, *engines: LanguageEngine, may_leave: bool = False, **options: Any) -> Ladder:
    return Ladder(engines, wire, may_leave, patience=Patience(sleep=lambda seconds: None), **options)


def test_patient_data_when_policy_keeps_it_then_the_remote_engine_is_passed_over_and_the_receipt_says_so():
    wire = Wire()
    told = rungs(wire, REMOTE, LOCAL).ask(question())
    assert [model for model, _ in wire.sent] == ["small"]
    assert told.receipt.as_json()["why_not_better"] == [
        {"name": "anthropic/large", "digest": "", "rung": 0, "why": ladder.REMOTE, "detail": ""}
    ]
    assert (told.receipt.is_remote, told.receipt.left) == (False, ())


def test_a_thousand_forced_failures_of_the_local_engine_then_nothing_goes_to_the_one_that_may_not_be_asked():
    wire = Wire(small=Failure.SERVER)
    asked = rungs(wire, LOCAL, REMOTE, OTHER)
    for number in range(1_000):
        with pytest.raises(NobodyAnswered) as nobody:
            asked.ask(question(f"{TEXT} {number}"))
        assert [each.why for each in nobody.value.passed] == [ladder.BROKE, ladder.REMOTE, ladder.REMOTE]
    assert {model for model, _ in wire.sent} == {"small"}


def test_patient_data_when_policy_lets_it_leave_then_without_identifiers_and_the_answer_has_them_again():
    wire = Wire()
    told = rungs(wire, REMOTE, may_leave=True).ask(question())
    assert wire.sent == [("large", "Mr. [NAME_1] (MRN: [RECORD_1]) has gout.")]
    assert told.data == {"problem": TEXT}
    assert told.receipt.left == (ladder.WITHOUT_IDENTIFIERS,)


def test_a_text_that_is_said_to_hold_no_patient_data_then_is_stripped_all_the_same():
    wire = Wire()
    rungs(wire, REMOTE).ask(question(holds_patient_data=False))
    assert "Okwuosa" not in wire.sent[0][1]


def test_a_local_engine_then_reads_the_text_as_it_is():
    wire = Wire()
    rungs(wire, LOCAL).ask(question())
    assert wire.sent == [("small", TEXT)]


def test_a_better_engine_that_breaks_then_what_it_cost_and_that_something_left_stand_in_the_receipt():
    wire = Wire(large=Failure.SERVER)
    receipt = rungs(wire, REMOTE, LOCAL, may_leave=True).ask(question()).receipt
    assert (receipt.name, receipt.left) == ("ollama/small", (ladder.WITHOUT_IDENTIFIERS,))
    assert receipt.usage.calls == 5
    assert receipt.cost == pytest.approx(12.0)
    assert receipt.passed[0].detail == Failure.SERVER


def test_an_answer_that_says_nothing_then_goes_to_the_next_engine_and_is_not_asked_for_again():
    def empty(engine, instructions, text, schema):
        return {"problem": "N/A" if engine is LOCAL else "gout"}, CALL

    told = rungs(empty, LOCAL, REMOTE, may_leave=True).ask(question())  # type: ignore[arg-type]
    assert told.data == {"problem": "gout"}
    assert [each.detail for each in told.receipt.passed] == [Failure.DEGENERATE]
    assert told.receipt.passed[0].usage.calls == 1


def test_an_engine_that_keeps_failing_then_is_left_alone_and_work_goes_on():
    changes: list[State] = []
    breakers = {LOCAL.name: Breaker(clock=lambda: 0.0, announce=changes.append)}
    wire = Wire(small=Failure.CONNECTION)
    asked = rungs(wire, LOCAL, OTHER, may_leave=True, breakers=breakers)
    whys = [asked.ask(question()).receipt.passed[0].why for _ in range(8)]
    assert whys == [ladder.BROKE] * 5 + [ladder.OUT_OF_SERVICE] * 3
    assert [model for model, _ in wire.sent].count("small") == LEAST_CALLS
    assert changes == [State.OPEN]


def test_a_breaker_that_opens_between_retries_then_the_rest_of_them_is_not_made():
    breaker = Breaker(clock=lambda: 0.0)
    for _ in range(LEAST_CALLS - 1):
        breaker.failed()
    wire = Wire(small=Failure.CONNECTION)
    with pytest.raises(NobodyAnswered):
        rungs(wire, LOCAL, breakers={LOCAL.name: breaker}).ask(question())
    assert len(wire.sent) == 1


def test_an_engine_that_no_time_is_left_for_then_is_not_asked_and_its_breaker_counts_no_failure():
    breaker, wire = Breaker(clock=lambda: 0.0), Wire()
    for _call in range(LEAST_CALLS):
        breaker.succeeded()
    asked = Ladder([LOCAL], wire, lets_patient_data_leave=False, breakers={LOCAL.name: breaker},
                   patience=Patience(retries=0, until=1.0, clock=lambda: 2.0))  # fmt: skip

    for _question in range(LEAST_CALLS * 2):
        with pytest.raises(NobodyAnswered) as nobody:
            asked.ask(question())

    assert (wire.sent, breaker.state) == ([], State.CLOSED)
    assert [each.detail for each in nobody.value.passed] == [Failure.TIMEOUT]


def test_nobody_that_answers_then_the_words_tell_why_and_nothing_of_the_text():
    wire = Wire(small=Failure.KEY)
    with pytest.raises(
        NobodyAnswered, match=r"ollama/small: broke key_refused, anthropic/large: remote_not_allowed"
    ) as why:
        rungs(wire, LOCAL, REMOTE).ask(question())
    assert "Okwuosa" not in str(why.value)


def told_by(**values: str) -> tuple[Environment, tuple[LanguageEngine, ...]]:
    environment = Environment(values)
    return environment, engines_from(environment)


def test_engines_of_the_environment_then_in_their_order_with_where_they_are():
    _, engines = told_by(
        ROUNDS_LANGUAGE_ENGINES="ollama/llama3.1:8b, anthropic/claude, bedrock/us.model", ROUNDS_ANTHROPIC_KEY="k",
        ROUNDS_ANTHROPIC_PRICE="3, 15", ROUNDS_BEDROCK_REGION="eu-west-1",
    )  # fmt: skip
    assert [(each.name, each.is_remote, each.host) for each in engines] == [
        ("ollama/llama3.1:8b", False, "127.0.0.1"),
        ("anthropic/claude", True, "api.anthropic.com"),
        ("bedrock/us.model", True, "bedrock-runtime.eu-west-1.amazonaws.com"),
    ]
    assert engines[1].price == Price(3, 15)
    assert "'k'" not in repr(engines[1])


@pytest.mark.parametrize(
    ("url", "local_hosts", "is_remote"),
    [
        ("http://localhost:11434/v1", "", False),
        ("http://[::1]:11434/v1", "", False),
        ("http://10.0.0.7:11434/v1", "", True),
        ("http://10.0.0.7:11434/v1", "10.0.0.7", False),
        ("https://ollama.example.org/v1", "", True),
        ("https://localhost.example.org/v1", "", True),
    ],
)
def test_an_ollama_elsewhere_then_is_remote_unless_the_site_names_the_host(url, local_hosts, is_remote):
    _, (engine,) = told_by(
        ROUNDS_LANGUAGE_ENGINES="ollama/m", ROUNDS_OLLAMA_URL=url, ROUNDS_LANGUAGE_LOCAL_HOSTS=local_hosts
    )
    assert engine.is_remote is is_remote


@pytest.mark.parametrize("named", ["ollama", "mystery/m", "anthropic/claude", "/m"])
def test_an_engine_that_cannot_be_asked_then_is_a_problem_in_words(named):
    environment, engines = told_by(ROUNDS_LANGUAGE_ENGINES=named)
    assert engines == ()
    assert named in environment.problems[0]
