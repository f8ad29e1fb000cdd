"""One call to one engine through pydantic-ai: the provider's wire format, the schema, and what went wrong in our words.

Imported by workers and commands only: it brings the providers' clients along. Its own retries and those of the clients
are off (`retrying` does that, and counts), redirects are not followed, proxies of the environment are not used, and
nothing is sent to another host than the engine's.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import boto3
import httpx2
from anthropic import AsyncAnthropic
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from openai import AsyncOpenAI
from pydantic_ai import Agent, capture_run_messages, exceptions
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import ToolOutput
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.bedrock import BedrockProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from clinic.language.engines import LanguageEngine, Provider
from clinic.language.failures import CallFailed, Failure
from clinic.language.usage import CALL, Usage, guessed
from clinic.outgoing.addresses import destination
from clinic.outgoing.clients import CONNECT_S, client_later

READ_S, LONGEST_S = 30.0, 90.0  # the last is of a whole call: an answer may drip
LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
MOST_TOKENS_WRITTEN = 8_192
_NO_KEY = "none"  # a local server asks for none, its client wants one


def call(engine: LanguageEngine, instructions: str, text: str, schema: type[Any]) -> tuple[Any, Usage]:
    """The answer as JSON, of the schema, and what it used; else `CallFailed`, with what that used."""
    return asyncio.run(_call(engine, instructions, text, schema))


async def _call(engine: LanguageEngine, instructions: str, text: str, schema: type[Any]) -> tuple[Any, Usage]:
    with capture_run_messages() as messages:
        try:
            async with asyncio.timeout(min(LONGEST_S, engine.longest_s)), _model(engine) as model:
                agent = Agent(
                    model, output_type=ToolOutput(schema, name="answer"), instructions=instructions, retries=0
                )
                told = await agent.run(text, model_settings=_SETTINGS)
        except Exception as why:
            failure, used = _failure(why), _used(messages)
            if failure is Failure.TIMEOUT and not used.tokens and not _never_arrived(why):
                used += guessed(instructions, text, json.dumps(schema.model_json_schema()))
            raise CallFailed(failure, used, getattr(why, "retry_after", None)) from None
    return told.output.model_dump(mode="json"), _used(messages)


_SETTINGS = ModelSettings(temperature=0.0, max_tokens=MOST_TOKENS_WRITTEN)


def _used(messages: list[ModelMessage]) -> Usage:
    answers = [message.usage for message in messages if isinstance(message, ModelResponse)]
    return CALL + Usage(0, sum(each.input_tokens for each in answers), sum(each.output_tokens for each in answers))


# Clients.


@asynccontextmanager
async def _model(engine: LanguageEngine) -> AsyncIterator[Model]:
    if engine.provider is Provider.BEDROCK:
        yield BedrockConverseModel(engine.model, provider=BedrockProvider(bedrock_client=_bedrock(engine)))
        return
    async with _http(engine) as client:
        if engine.provider is Provider.ANTHROPIC:
            anthropic = AsyncAnthropic(api_key=engine.key, base_url=engine.url, max_retries=0, http_client=client)
            yield AnthropicModel(engine.model, provider=AnthropicProvider(anthropic_client=anthropic))
        else:
            key = engine.key or _NO_KEY
            openai = AsyncOpenAI(api_key=key, base_url=engine.url, max_retries=0, http_client=client)
            yield OpenAIChatModel(engine.model, provider=OpenAIProvider(openai_client=openai))


def _http(engine: LanguageEngine) -> httpx2.AsyncClient:
    async def not_too_large(response: httpx2.Response) -> None:
        if int(response.headers.get("content-length") or 0) > LARGEST_ANSWER_BYTES:
            raise httpx2.ReadError("too large an answer")

    to = destination(engine.url, local_hosts=() if engine.is_remote else (engine.host,))
    return client_later(to, read_s=min(READ_S, engine.longest_s), hooks={"response": [not_too_large]})


def _bedrock(engine: LanguageEngine) -> Any:
    """Credentials come the way AWS gives them; a key of ours would be one more to lose."""
    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=min(READ_S, engine.longest_s),
        retries={"total_max_attempts": 1},
        proxies={},
        region_name=engine.region,
    )
    return boto3.client("bedrock-runtime", config=config, endpoint_url=engine.url or None)


# What went wrong.


def _never_arrived(why: BaseException | None) -> bool:
    """Nobody took the call, so nobody read what was to be sent."""
    while why is not None:
        if isinstance(why, httpx2.ConnectTimeout | httpx2.PoolTimeout | ConnectTimeoutError):
            return True
        why = why.__cause__ or why.__context__
    return False


_OF = (  # the narrower first
    (exceptions.ModelQuotaExceededError, Failure.QUOTA),
    (exceptions.ModelRateLimitError, Failure.RATE_LIMIT),
    (exceptions.ModelUnavailableError, Failure.OVERLOADED),
    (exceptions.ModelServerError, Failure.SERVER),
    (exceptions.ModelTimeoutError, Failure.TIMEOUT),
    (exceptions.ModelConnectionError, Failure.CONNECTION),
    (exceptions.ModelContextWindowExceededError, Failure.TOO_LONG),
    (exceptions.ModelAuthenticationError, Failure.KEY),
    (exceptions.ModelNotFoundError, Failure.NOT_FOUND),
    (exceptions.ModelRequestRejectedError, Failure.REJECTED),
    (exceptions.ContentFilterError, Failure.FILTERED),
    (exceptions.OutputTokenLimitExceeded, Failure.TOO_LONG),
    (exceptions.UnexpectedModelBehavior, Failure.GARBAGE),
    (TimeoutError, Failure.TIMEOUT),
    (httpx2.TimeoutException, Failure.TIMEOUT),
    (httpx2.TransportError, Failure.CONNECTION),
    (ValueError, Failure.GARBAGE),
)
_OF_STATUS = {401: Failure.KEY, 403: Failure.KEY, 404: Failure.NOT_FOUND, 408: Failure.TIMEOUT, 429: Failure.RATE_LIMIT}


def _failure(why: BaseException) -> Failure:
    if isinstance(why, exceptions.ModelHTTPError):
        return _of_kind(why) or _of_status(why.status_code)
    unread = Failure.GARBAGE if isinstance(why, exceptions.ModelAPIError) else Failure.UNKNOWN
    return _of_kind(why) or unread


def _of_kind(why: BaseException) -> Failure | None:
    return next((failure for kind, failure in _OF if isinstance(why, kind)), None)


def _of_status(status: int) -> Failure:
    if status in _OF_STATUS:
        return _OF_STATUS[status]
    return Failure.SERVER if status >= 500 else Failure.REJECTED
