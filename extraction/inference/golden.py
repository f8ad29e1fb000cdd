"""The sealed cases of an engine of facts: what it finds in known documents, to be found again wherever it is opened."""

import json
from collections.abc import Mapping
from typing import Any

from extraction.inference.engine import FactReader

MUST = "must"  # of a language model: what it has to find; it need not use the same words twice


def expected(reader: FactReader, text: str) -> dict[str, Any]:
    return reader.read(text).model_dump(mode="json")


def differs(reader: FactReader, case: Mapping[str, Any]) -> dict[str, Any] | None:
    """Which kinds of fact came out otherwise, or nothing."""
    wanted, found = case["expected"], expected(reader, case["input"])
    if MUST in wanted:
        return _missed(case["id"], wanted[MUST], found)
    other = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    return {"id": case["id"], "wanted": "", "found": ", ".join(other), "gap": float(len(other))} if other else None


def _missed(name: str, must: Mapping[str, list[str]], found: Mapping[str, Any]) -> dict[str, Any] | None:
    said = {kind: json.dumps(found[kind]).casefold() for kind in must}
    missed = sorted(word for kind, words in must.items() for word in words if word.casefold() not in said[kind])
    return {"id": name, "wanted": ", ".join(missed), "found": "", "gap": float(len(missed))} if missed else None
