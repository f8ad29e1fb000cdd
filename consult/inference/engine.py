"""Opens an engine of answers: its manifest says of which make it is. Called in workers only, on checked files."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from consult.inference import answering, rules
from consult.inference.schema import Answered, Asked
from consult.inference.urgency import Calibration

RULES, CALIBRATION = "rules.json", "calibration.json"


class Answerer(Protocol):
    def answer(self, asked: Asked) -> Answered: ...


class OtherRules(ValueError):
    """The rules in this code are not those whose figures and cases lie in the folder."""


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


_MAKES: Mapping[str, Callable[[Path], Answerer]] = {"rules": _rules}
