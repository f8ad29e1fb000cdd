"""One line of JSON a document, always with the same names: `null` where there is nothing to say."""

from collections.abc import Mapping, Sequence
from typing import Any

from classify.inference.reading import Reading


def answered(name: str, reading: Reading, engine: str, milliseconds: float) -> dict[str, Any]:
    return {
        "id": name,
        "specialty": reading.label or None,
        "probabilities": _rounded(reading.probabilities),
        "prediction_set": list(reading.prediction_set),
        "accepted": reading.accepted,
        "reasons": list(reading.reasons),
        "urgency": reading.urgency.label if not reading.refusal else None,
        "urgency_probability": _digits(reading.urgency.probability),
        "novelty": round(reading.novelty, 6),
        "pieces": [
            {"start": piece.start, "end": piece.end, "specialty": piece.label,
             "probability": round(piece.probabilities[piece.label], 6)}
            for piece in reading.pieces
        ],
        "engine": engine,
        "milliseconds": round(milliseconds, 3),
    }  # fmt: skip


def failed(name: str | None, reasons: Sequence[str], engine: str) -> dict[str, Any]:
    """A row that holds no document."""
    empty = answered(name or "", Reading(refusal=reasons[0], reasons=tuple(reasons)), engine, 0.0)
    return empty | {"id": name, "novelty": None}


def _rounded(probabilities: Mapping[str, float] | None) -> dict[str, float] | None:
    return {name: round(value, 6) for name, value in probabilities.items()} if probabilities else None


def _digits(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
