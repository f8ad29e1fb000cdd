"""The sealed cases of an engine: what it says of known documents, to be said again wherever it is opened."""

from collections.abc import Mapping
from typing import Any

from classify.inference.reading import DocumentReader

TOLERANCE = 1e-6  # between processors; on one of them nothing differs


def expected(reader: DocumentReader, text: str) -> dict[str, Any]:
    reading = reader.read(text)
    return {
        "label": reading.label,
        "refusal": reading.refusal,
        "set": list(reading.prediction_set),
        "accepted": reading.accepted,
        "urgency": reading.urgency.label,
        "scores": dict(reading.scores),
        "probabilities": dict(reading.probabilities) if reading.probabilities else None,
    }


def differs(reader: DocumentReader, case: Mapping[str, Any]) -> dict[str, Any] | None:
    """How far off, or nothing where it says again what it said when it was made."""
    wanted, found = case["expected"], expected(reader, case["input"])
    gap = max(_gap(wanted[part], found[part]) for part in ("scores", "probabilities"))
    same = all(wanted[part] == found[part] for part in ("label", "refusal", "set", "accepted", "urgency"))
    if same and gap <= TOLERANCE:
        return None
    return {
        "id": case["id"],
        "wanted": wanted["label"] or wanted["refusal"],
        "found": found["label"] or found["refusal"],
        "gap": gap,
    }


def _gap(wanted: Mapping[str, float] | None, found: Mapping[str, float] | None) -> float:
    if wanted is None or found is None or wanted.keys() != found.keys():
        return 0.0 if wanted == found else float("inf")
    return max((abs(wanted[name] - found[name]) for name in wanted), default=0.0)
