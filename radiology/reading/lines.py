"""One line of JSON a film, always with the same names: `null` where there is nothing to say."""

from collections.abc import Sequence
from typing import Any

from radiology.inference.engine import Reading
from radiology.inference.map_checks import MapCheck

_SAID = ("probabilities", "members", "prediction", "confidence", "risk_level", "prediction_set", "map", "map_check")


def refused(path: str, reasons: Sequence[str], engine: str, milliseconds: float) -> dict[str, Any]:
    """Not opened, or not let through by the gate: no engine was asked, and no number is told."""
    return {
        "path": path,
        "accepted": False,
        "reasons": list(reasons),
        **dict.fromkeys(_SAID),
        "calibrated": False,
        "engine": engine,
        "milliseconds": round(milliseconds, 1),
    }


def answered(
    path: str, reading: Reading, milliseconds: float, *, map_file: str = "", checked: MapCheck | None = None
) -> dict[str, Any]:
    return {
        "path": path,
        "accepted": True,
        "reasons": [],
        "probabilities": dict(reading.probabilities),
        "members": {name: dict(told) for name, told in reading.members.items()},
        "prediction": reading.prediction,
        "confidence": reading.confidence,
        "risk_level": reading.risk_level,
        "prediction_set": list(reading.prediction_set),
        "map": map_file or None,
        "map_check": _check(checked) if checked else None,
        "calibrated": reading.calibrated_on > 0,
        "engine": str(reading.engine),
        "milliseconds": round(milliseconds, 1),
    }


def _check(checked: MapCheck) -> dict[str, Any]:
    return {
        "is_explanation": checked.is_explanation,
        "reason": checked.reason,
        "beaten": checked.beaten,
        "of": len(checked.by_chance),
        "correlation": round(checked.correlation, 4) if checked.by_chance else None,
    }
