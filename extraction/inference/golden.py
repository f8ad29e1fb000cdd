"""The sealed cases of an engine of facts: what it finds in known documents, to be found again wherever it is opened."""

from collections.abc import Mapping
from typing import Any

from extraction.inference.engine import FactReader


def expected(reader: FactReader, text: str) -> dict[str, Any]:
    return reader.read(text).model_dump(mode="json")


def differs(reader: FactReader, case: Mapping[str, Any]) -> dict[str, Any] | None:
    """Which kinds of fact came out otherwise, or nothing."""
    wanted, found = case["expected"], expected(reader, case["input"])
    other = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    return {"id": case["id"], "wanted": "", "found": ", ".join(other), "gap": float(len(other))} if other else None
