"""The lists of the rules, read once: concepts, scope, red flags, wording, output filter."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from consult.inference.phrases import Phrases

_FOLDER = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Concept:
    """`name` where an answer tells of it, by language."""

    key: str
    name: dict[str, str]
    weight: int
    is_history: bool


@dataclass(frozen=True)
class Knowledge:
    concepts: dict[str, Concept]
    phrases: Phrases


@cache
def told(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def concepts() -> Knowledge:
    listed = {key: facts for key, facts in told("concepts").items() if key != "words"}
    known = {
        key: Concept(key, facts.get("name", {}), facts.get("weight", 0), facts.get("history", False))
        for key, facts in listed.items()
    }
    groups = told("concepts")["words"]
    return Knowledge(known, Phrases.of({key: facts["say"] for key, facts in listed.items()}, groups))


@cache
def scope() -> Phrases:
    return Phrases.of(told("scope")["cues"])
