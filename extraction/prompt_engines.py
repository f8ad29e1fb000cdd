"""Engines that are asked in words. Each registers itself with a way to open it; only workers do.

What answers is whichever comes first; an installation without one says so, and nothing pretends.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from clinic.errors import Code, Refusal
from clinic.pipeline import load
from extraction.inference.schema import Extraction


class NotOfTheSchema(ValueError):
    """It answered, and the answer has not the shape that was asked for."""


class SaysNothing(ValueError):
    """It answered in the right shape with nothing in it: placeholders, the example given back, a refusal."""


@dataclass(frozen=True)
class Used:
    """What all calls of a reader took, those that failed among them."""

    read_tokens: int = 0
    written_tokens: int = 0
    dollars: float = 0.0


class PromptReader(Protocol):
    """An engine opened with one prompt. Raises `NotOfTheSchema` and `SaysNothing`."""

    @property
    def used(self) -> Used: ...
    def read(self, text: str) -> Extraction: ...


@dataclass(frozen=True)
class PromptEngine:
    name: str
    opener: str  # 'app.module:function' (text of the prompt) -> PromptReader
    is_remote: bool = False

    def open(self, prompt: str) -> PromptReader:
        reader: PromptReader = load(self.opener)(prompt)
        return reader


_engines: dict[str, PromptEngine] = {}


def register(engine: PromptEngine) -> None:
    _engines[engine.name] = engine


def register_first() -> None:
    """The best model that the environment names; nothing where it names none."""
    for model in settings.LANGUAGE_ENGINES[:1]:
        register(PromptEngine(model.name, "extraction.language_engines:open_first", model.is_remote))


def unregister(name: str) -> None:
    _engines.pop(name, None)


def configured() -> PromptEngine | None:
    return next(iter(_engines.values()), None)


def named(name: str) -> PromptEngine | None:
    return _engines.get(name)


def needed() -> PromptEngine:
    found = configured()
    if found is None:
        raise Refusal(Code.NO_LANGUAGE_ENGINE)
    return found
