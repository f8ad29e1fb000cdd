"""The sealed cases of an engine: what it says of known documents, to be said again wherever it is opened."""

from collections.abc import Mapping
from typing import Any

from classify.inference.reading import DocumentReader
from clinic.inference.golden_gap import gap

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
    most = max(gap(wanted[part], found[part]) for part in ("scores", "probabilities"))
    same = all(wanted[part] == found[part] for part in ("label", "refusal", "set", "accepted", "urgency"))
    if same and most <= TOLERANCE:
        return None
    return {
        "id": case["id"],
        "wanted": wanted["label"] or wanted["refusal"],
        "found": found["label"] or found["refusal"],
        "gap": most,
    }
