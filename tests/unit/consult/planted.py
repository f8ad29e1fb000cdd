"""The planted cases, and what the rules make of one."""

import json
from pathlib import Path
from typing import Any

from consult.inference.heard import understood
from consult.inference.red_flags import holding
from consult.inference.schema import Asked, Heard, Patient, Said

FOLDER = Path(__file__).parents[2] / "planted" / "consult"


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()]


def heard(text: str, *unsure: str, language: str = "en") -> Heard:
    places = [(text.index(word), word) for word in unsure]
    return Heard(text, language, tuple(Said(start, start + len(word), word) for start, word in places))


def asked(text: str, *unsure: str, language: str = "en", **facts: Any) -> Asked:
    return Asked(heard(text, *unsure, language=language), **facts)


def fired(case: dict[str, Any]) -> set[str]:
    patient = Patient(case.get("age"), case.get("sex", "unknown"))
    return {held.rule.about for held in holding(understood(Heard(case["text"], case["language"]), patient))}


def fires(text: str, **patient: Any) -> set[str]:
    return {held.rule.about for held in holding(understood(Heard(text), Patient(**patient)))}
