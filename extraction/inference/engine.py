"""Opens an engine of facts: its manifest says of which make it is. Called in workers only, on checked files."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from clinic.environment import Environment
from clinic.language import breaker
from clinic.language.engines import engines_from
from extraction.inference import rules
from extraction.inference.language import Asked, Call, LanguageReader
from extraction.inference.schema import Extraction

RULES, LANGUAGE, PROMPT = "rules.json", "language.json", "prompt.md"
OTHER_LANGUAGE = rules.OTHER_LANGUAGE  # a flag: it read nothing, because it cannot read this


class FactReader(Protocol):
    def read(self, text: str) -> Extraction: ...
    def ask(self, text: str) -> Asked: ...


class OtherRules(ValueError):
    """The rules in this code are not those whose figures and cases lie in the folder."""


class NotConfigured(ValueError):
    """The installation's environment does not name this model, so nobody knows where to ask it."""


class RulesEngine:
    def read(self, text: str) -> Extraction:
        return rules.extract(text)

    def ask(self, text: str) -> Asked:
        return Asked(self.read(text))


def load(folder: Path, manifest: Mapping[str, Any]) -> FactReader:
    return _MAKES[manifest["backend"]](folder)


def _rules(folder: Path) -> FactReader:
    """The rules are code: the folder says of which, by the digest over every rule and every list."""
    told = json.loads((folder / RULES).read_text())
    if told["digest"] != rules.digest():
        raise OtherRules(f"made for rules {told['digest'][:12]}, these are {rules.digest()[:12]}")
    return RulesEngine()


def _language(folder: Path) -> FactReader:
    """Which model and which prompt stand in the folder; where the model is asked, and with which key, does not."""
    from clinic.language.asking import call  # brings the clients of all providers along

    named = json.loads((folder / LANGUAGE).read_text())["model"]
    return reader_of(named, (folder / PROMPT).read_text(), call)


def reader_of(named: str, prompt: str, call: Call) -> LanguageReader:
    """`named` as `provider/model`. Its breaker lives as long as this process."""
    found = next((one for one in engines_from(Environment()) if one.name == named), None)
    if found is None:
        raise NotConfigured(named)
    return LanguageReader(found, prompt, call, {found.name: breaker.of_process(found.name)})


_MAKES: Mapping[str, Callable[[Path], FactReader]] = {"rules": _rules, "language": _language}
