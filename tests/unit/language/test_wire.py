import json
import threading
from http.server import ThreadingHTTPServer

import httpx2
import pytest
from pydantic import BaseModel

from clinic.language import asking
from clinic.language.engines import LanguageEngine, Provider
from clinic.language.failures import CallFailed, Failure
from clinic.language.ladder import Ladder, NobodyAnswered, Question
from clinic.language.retrying import Patience
from clinic.language.usage import Usage
from tests.unit.language import servers

pytestmark = pytest.mark.slow


class Facts(BaseModel):
    problem: str


INSTRUCTIONS, TEXT = "List the problem.", "Mr. Okwuosa has gout."
SPEAKS = {
    Provider.OPENAI: servers.openai, Provider.GROQ: servers.openai, Provider.OLLAMA: servers.openai,
    Provider.ANTHROPIC: servers.anthropic, Provider.BEDROCK: servers.bedrock,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")


def engine_at(url: str, provider: Provider = Provider.OPENAI, *, is_remote: bool = True) -> LanguageEngine:
    url = f"{url}/v1" if SPEAKS[provider] is servers.openai else url
    return LanguageEngine(provider, "a-model", url, is_remote, key="a key", region="us-east-1")


@pytest.mark.parametrize("provider", list(Provider))
def test_each_provider_when_asked_then_speaks_its_format_and_answers_from_the_text(provider):
    with servers.served(SPEAKS[provider]) as url:
        data, usage = asking.call(engine_at(url, provider), INSTRUCTIONS, TEXT, Facts)
    assert (data, usage) == ({"problem": "gout"}, Usage(1, 120, 7))


@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, Failure.KEY),
        (404, Failure.NOT_FOUND),
        (429, Failure.RATE_LIMIT),
        (500, Failure.SERVER),
        (503, Failure.OVERLOADED),
    ],
)
def test_each_provider_when_it_refuses_then_the_reason_is_ours_and_it_was_asked_once(provider, status, failure):
    asked = []
    refusing = servers.failing(status)

    def answer(*request):
        asked.append(request)
        return refusing(*request)

    with servers.served(answer) as url, pytest.raises(CallFailed) as why:
        asking.call(engine_at(url, provider), INSTRUCTIONS, TEXT, Facts)
    assert why.value.failure in ({failure, Failure.SERVER} if status == 503 else {failure})
    assert len(asked) == 1


def test_a_provider_that_says_when_to_come_back_then_it_is_told():
    answer = servers.failing(429, headers={"retry-after": "7"})
    with servers.served(answer) as url, pytest.raises(CallFailed) as why:
        asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)
    assert why.value.retry_after_s == 7


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>no</html>",
        b"{",
        b"[]",
        b"{}",
        b'{"choices": []}',
        json.dumps({"choices": [{"message": {}}]}).encode(),
    ],
)
def test_a_body_that_is_no_answer_then_garbage_and_no_other_fault(body):
    with servers.served(servers.saying(body)) as url, pytest.raises(CallFailed) as why:
        asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)
    assert why.value.failure is Failure.GARBAGE


def test_an_answer_that_is_not_of_the_schema_then_garbage_and_its_tokens_are_counted(monkeypatch):
    monkeypatch.setattr(servers, "read_from", lambda text: {"other": 3})
    with servers.served(servers.openai) as url, pytest.raises(CallFailed) as why:
        asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)
    assert (why.value.failure, why.value.usage) == (Failure.GARBAGE, Usage(1, 120, 7))


def test_a_server_that_says_nothing_then_a_timeout(monkeypatch):
    monkeypatch.setattr(asking, "READ_S", 0.1)
    done = threading.Event()

    def silent(*request):
        done.wait(5)
        return servers.openai(*request)

    with servers.served(silent) as url, pytest.raises(CallFailed) as why:
        try:
            asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)
        finally:
            done.set()
    assert why.value.failure is Failure.TIMEOUT
    used = why.value.usage
    assert (used.calls, used.written_tokens) == (1, 0) and used.read_tokens == used.estimated_tokens
    assert used.estimated_tokens >= len(INSTRUCTIONS + TEXT) / 4


def test_a_call_that_nobody_takes_then_a_timeout_and_nothing_was_read(monkeypatch):
    def unreachable(*_args, **_kwargs):
        raise httpx2.ConnectTimeout("nobody there")

    monkeypatch.setattr(httpx2.AsyncClient, "send", unreachable)
    with pytest.raises(CallFailed) as why:
        asking.call(engine_at("http://127.0.0.1:9"), INSTRUCTIONS, TEXT, Facts)
    assert (why.value.failure, why.value.usage) == (Failure.TIMEOUT, Usage(1, 0, 0))


def test_an_answer_that_drips_then_the_whole_call_ends(monkeypatch):
    monkeypatch.setattr(asking, "LONGEST_S", 0.2)
    done = threading.Event()

    def dripping(*request):
        done.wait(5)
        return servers.openai(*request)

    with servers.served(dripping) as url, pytest.raises(CallFailed) as why:
        try:
            asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)
        finally:
            done.set()
    assert why.value.failure is Failure.TIMEOUT


def test_nobody_at_the_address_then_no_connection():
    server = ThreadingHTTPServer(("127.0.0.1", 0), None)  # type: ignore[arg-type]
    port = server.server_address[1]
    server.server_close()
    with pytest.raises(CallFailed) as why:
        asking.call(engine_at(f"http://127.0.0.1:{port}"), INSTRUCTIONS, TEXT, Facts)
    assert why.value.failure is Failure.CONNECTION


def test_a_server_that_sends_us_elsewhere_then_nothing_goes_there():
    elsewhere = []

    def other(*request):
        elsewhere.append(request)
        return servers.openai(*request)

    with servers.served(other) as there:
        moved = servers.failing(307, headers={"location": f"{there}/v1/chat/completions"})
        with servers.served(moved) as url, pytest.raises(CallFailed):
            asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)
    assert elsewhere == []


def test_a_proxy_of_the_environment_then_is_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with servers.served(servers.openai) as url:
        assert asking.call(engine_at(url), INSTRUCTIONS, TEXT, Facts)[0] == {"problem": "gout"}


def test_the_whole_ladder_over_the_wire_then_no_identifier_in_what_the_remote_server_saw():
    seen = []

    def watching(path, headers, asked):
        seen.append(json.dumps(asked))
        return servers.openai(path, headers, asked)

    with servers.served(servers.failing(500)) as broken, servers.served(watching) as url:
        engines = (engine_at(broken, Provider.OLLAMA, is_remote=False), engine_at(url, Provider.GROQ))
        ladder = Ladder(
            engines, asking.call, lets_patient_data_leave=True, patience=Patience(sleep=lambda seconds: None)
        )
        told = ladder.ask(Question(INSTRUCTIONS, "Mr. Okwuosa has a letter from Dr. Okwuosa.", Facts, True))
    assert told.data == {"problem": "a letter from Dr. Okwuosa"}
    assert len(seen) == 1 and "okwuosa" not in seen[0].lower()
    assert [each.usage.calls for each in told.receipt.passed] == [4]


def test_a_remote_server_that_may_not_be_asked_when_the_local_one_keeps_failing_then_sees_no_connection():
    connections = []

    def counting(*request):
        connections.append(request)
        return servers.openai(*request)

    with servers.served(servers.failing(500)) as broken, servers.served(counting) as url:
        engines = (engine_at(broken, Provider.OLLAMA, is_remote=False), engine_at(url, Provider.ANTHROPIC))
        ladder = Ladder(engines, asking.call, lets_patient_data_leave=False, patience=Patience(retries=0))
        for _ in range(25):
            with pytest.raises(NobodyAnswered):
                ladder.ask(Question(INSTRUCTIONS, TEXT, Facts, holds_patient_data=True))
    assert connections == []
