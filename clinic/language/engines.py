"""The language engines of an installation, the best first, as its environment names them."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from clinic.environment import Environment
from clinic.language.usage import FREE, Price
from clinic.outgoing import addresses


class Provider(StrEnum):
    OLLAMA = "ollama"
    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GROQ = "groq"
    BEDROCK = "bedrock"


_URLS = {
    Provider.OLLAMA: "http://127.0.0.1:11434/v1",
    Provider.ANTHROPIC: "https://api.anthropic.com",
    Provider.OPENAI: "https://api.openai.com/v1",
    Provider.GROQ: "https://api.groq.com/openai/v1",
    Provider.BEDROCK: "",  # the region says where
}
_ENGINES = "ROUNDS_LANGUAGE_ENGINES"


@dataclass(frozen=True)
class LanguageEngine:
    provider: Provider
    model: str
    url: str
    is_remote: bool
    key: str = field(default="", repr=False)
    region: str = ""
    price: Price = FREE
    longest_s: float = math.inf  # of a whole call: whoever has little time left asks with less

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.model}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or f"bedrock-runtime.{self.region}.amazonaws.com"


def engines_from(environment: Environment) -> tuple[LanguageEngine, ...]:
    """`ROUNDS_LANGUAGE_ENGINES=ollama/llama3.1:8b, anthropic/claude-haiku-4-5`, keys in ROUNDS_ANTHROPIC_KEY ..."""
    named = [each.strip() for each in environment.text(_ENGINES).split(",") if each.strip()]
    found = (_engine(environment, each) for each in named)
    return tuple(engine for engine in found if engine)


def _engine(environment: Environment, named: str) -> LanguageEngine | None:
    provider, _, model = named.partition("/")
    if provider not in set(Provider) or not model:
        environment.problems.append(
            f"{_ENGINES} names {named!r}: it must be one of {', '.join(Provider)}, a slash, a model."
        )
        return None
    kind, prefix = Provider(provider), f"ROUNDS_{provider.upper()}"
    url, key = addresses.from_environment(environment, f"{prefix}_URL", _URLS[kind]), environment.text(f"{prefix}_KEY")
    if kind not in (Provider.OLLAMA, Provider.BEDROCK) and not key:
        environment.problems.append(f"{_ENGINES} names {named!r}, and {prefix}_KEY is empty.")
        return None
    region = environment.text("ROUNDS_BEDROCK_REGION", "us-east-1") if kind is Provider.BEDROCK else ""
    return LanguageEngine(kind, model, url, _is_remote(environment, url), key, region, _price(environment, prefix))


def _price(environment: Environment, prefix: str) -> Price:
    """Dollars for a million tokens, read and written: `3, 15`."""
    said = environment.text(f"{prefix}_PRICE")
    try:
        read, written = (float(part) for part in said.split(",")) if said else (0.0, 0.0)
    except ValueError:
        environment.problems.append(f"{prefix}_PRICE is {said!r}: it must be two numbers, for tokens read and written.")
        return FREE
    return Price(read, written)


def _is_remote(environment: Environment, url: str) -> bool:
    """Only this machine is local, and what the site itself names: a model's name says nothing about where it runs."""
    return not addresses.destination(url, local_hosts=environment.listing(addresses.LOCAL_HOSTS)).is_local
