"""Which providers of language models can be asked from here, and why the others cannot."""

import os
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import boto3

from clinic.environment import Environment
from clinic.language.engines import LanguageEngine, Provider, engines_from

USUAL = {
    Provider.OLLAMA: "llama3.1:8b",
    Provider.ANTHROPIC: "claude-haiku-4-5",
    Provider.OPENAI: "gpt-4.1-mini",
    Provider.GROQ: "llama-3.3-70b-versatile",
    Provider.BEDROCK: "anthropic.claude-3-5-haiku-20241022-v1:0",
}
REACHED_WITHIN_S = 3


def engine_of(provider: Provider) -> LanguageEngine:
    """The first that the installation names, else the usual model of whoever has a key. Raises LookupError with why."""
    named = next((one for one in engines_from(Environment()) if one.provider is provider), None)
    if reason := _why_not(provider, named):
        raise LookupError(reason)
    return named or _usual(provider)


def _why_not(provider: Provider, named: LanguageEngine | None) -> str:
    if provider is Provider.OLLAMA:
        return _unreachable((named or _usual(provider)).url)
    if provider is Provider.BEDROCK:
        return "" if boto3.Session().get_credentials() else "no AWS credentials are set"
    key = f"ROUNDS_{provider.upper()}_KEY"
    return "" if Environment().text(key) else f"{key} is not set"


def _usual(provider: Provider) -> LanguageEngine:
    name = "ROUNDS_LANGUAGE_ENGINES"
    environment = Environment({**os.environ, name: f"{provider}/{USUAL[provider]}"})
    (engine,) = engines_from(environment)
    return engine


def _unreachable(url: str) -> str:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), REACHED_WITHIN_S).close()
    except OSError as why:
        return f"nobody answers at {url} ({why}); ROUNDS_OLLAMA_URL says where"
    return ""


def with_wrong_key(engine: LanguageEngine) -> LanguageEngine:
    return replace(engine, key="made-up-and-refused")


def with_no_model(engine: LanguageEngine) -> LanguageEngine:
    return replace(engine, model="made-up-model-that-is-nowhere")
