"""The sealed cases of an engine of letters: what it says of known letters, to be said again wherever it is opened."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinic.inference.golden_gap import gap
from clinic.inference.letters.reading import LetterReader

TOLERANCE = 1e-6  # between processors; on one of them nothing differs


def expected(reader: LetterReader, text: str) -> dict[str, Any]:
    reading = reader.read(text)
    return {
        "label": reading.label,
        "refusal": reading.refusal,
        "set": list(reading.prediction_set),
        "scores": dict(reading.scores),
        "probabilities": dict(reading.probabilities) if reading.probabilities else None,
    }


def differs(reader: LetterReader, case: Mapping[str, Any]) -> dict[str, Any] | None:
    """How far off, or nothing where it says again what it said when it was made."""
    wanted, found = case["expected"], expected(reader, case["input"])
    most = max((gap(wanted[part], found[part]) for part in ("scores", "probabilities")), default=0.0)
    if most <= TOLERANCE and all(wanted[part] == found[part] for part in ("label", "refusal", "set")):
        return None
    return {"id": case["id"], "wanted": wanted["label"] or wanted["refusal"], "gap": most,
            "found": found["label"] or found["refusal"]}  # fmt: skip


def cases_in(folder: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((folder / "golden.json").read_text())["cases"]
    return cases
