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
    """`name` where an answer tells of it, by language. `is_near`: it only counts beside the words it goes with."""

    key: str
    name: dict[str, str]
    weight: int
    is_history: bool
    is_near: bool = False


@dataclass(frozen=True)
class Knowledge:
    concepts: dict[str, Concept]
    phrases: Phrases


@cache
def told(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    return frozenset(told("words")[name].split())


@cache
def words_of_medicines() -> frozenset[str]:
    return frozenset(told("medicines")["names"].split())


@cache
def concepts() -> Knowledge:
    listed = {key: facts for key, facts in told("concepts").items() if key != "words"}
    known = {key: _concept(key, facts) for key, facts in listed.items()}
    groups = told("concepts")["words"]
    return Knowledge(known, Phrases.of({key: facts["say"] for key, facts in listed.items()}, groups))


@cache
def scope() -> Phrases:
    return Phrases.of(told("scope")["cues"])


def _concept(key: str, facts: dict[str, Any]) -> Concept:
    weight, is_history, is_near = facts.get("weight", 0), facts.get("history", False), facts.get("near", False)
    return Concept(key, facts.get("name", {}), weight, is_history, is_near)
