"""Opens an engine of answers: its manifest says of which make it is. Called in workers only, on checked files."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from clinic.environment import Environment
from clinic.language import breaker
from clinic.language.engines import engines_from
from consult.inference import answering, rules
from consult.inference.language import Call, LanguageAnswerer
from consult.inference.schema import Answered, Asked
from consult.inference.urgency import Calibration

RULES, CALIBRATION, LANGUAGE, PROMPT = "rules.json", "calibration.json", "language.json", "prompt.md"


class Answerer(Protocol):
    def answer(self, asked: Asked) -> Answered: ...


class OtherRules(ValueError):
    """The rules in this code are not those whose figures and cases lie in the folder."""


class NotConfigured(ValueError):
    """The installation's environment does not name this model, so nobody knows where to ask it."""


class RulesEngine:
    def __init__(self, calibration: Calibration | None) -> None:
        self.calibration = calibration

    def answer(self, asked: Asked) -> Answered:
        return answering.answer(asked, self.calibration)


def load(folder: Path, manifest: Mapping[str, Any]) -> Answerer:
    return _MAKES[manifest["backend"]](folder)


def _rules(folder: Path) -> Answerer:
    """The rules are code: the folder says of which, by the digest over every rule and every list."""
    told = json.loads((folder / RULES).read_text())
    if told["digest"] != rules.digest():
        raise OtherRules(f"made for rules {told['digest'][:12]}, these are {rules.digest()[:12]}")
    return RulesEngine(Calibration.of(folder))


def _language(folder: Path) -> Answerer:
    """Which model and which prompt stand in the folder; where the model is asked, and with which key, does not."""
    from clinic.language.asking import call  # brings the clients of all providers along

    named = json.loads((folder / LANGUAGE).read_text())["model"]
    return answerer_of(named, (folder / PROMPT).read_text(), call, Calibration.of(folder))


def answerer_of(named: str, prompt: str, call: Call, calibration: Calibration | None) -> LanguageAnswerer:
    """`named` as `provider/model`. Its breaker lives as long as this process."""
    found = next((one for one in engines_from(Environment()) if one.name == named), None)
    if found is None:
        raise NotConfigured(named)
    return LanguageAnswerer(found, prompt, call, calibration, {found.name: breaker.of_process(found.name)})


_MAKES: Mapping[str, Callable[[Path], Answerer]] = {"rules": _rules, "language": _language}
