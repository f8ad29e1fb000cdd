"""Opens an engine of facts: its manifest says of which make it is. Called in workers only, on checked files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from extraction.inference import rules
from extraction.inference.schema import Extraction

RULES = "rules.json"
OTHER_LANGUAGE = rules.OTHER_LANGUAGE  # a flag: it read nothing, because it cannot read this


class FactReader(Protocol):
    def read(self, text: str) -> Extraction: ...


class OtherRules(ValueError):
    """The rules in this code are not those whose figures and cases lie in the folder."""


class RulesEngine:
    def read(self, text: str) -> Extraction:
        return rules.extract(text)


def load(folder: Path, manifest: Mapping[str, Any]) -> FactReader:
    """The rules are code: the folder says of which, by the digest over every rule and every list."""
    told = json.loads((folder / RULES).read_text())
    if told["digest"] != rules.digest():
        raise OtherRules(f"made for rules {told['digest'][:12]}, these are {rules.digest()[:12]}")
    return RulesEngine()
