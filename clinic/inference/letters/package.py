"""Writes an engine of letters as a folder of plain files: weights, words, calibration, card, golden cases."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from clinic.inference.letters.corpus import letters
from clinic.inference.letters.golden import expected
from clinic.inference.letters.reading import LetterReader
from clinic.inference.letters.rules import LetterRules
from clinic.inference.letters.training import SEED_OF_MEASURING, Trained, measure_labels

SEED_OF_GOLDEN = 300_000
GOLDEN_CASES = 40
PHRASES = {
    "emergency": (
        "blue lips", "bee sting", "chest pain", "facial swelling", "green vomiting", "hard to", "neck stiffness",
        "not:blanch", "painful scrotum", "seizure", "seizures", "slurred speech", "stiff neck", "stridor", "sweating",
        "weakness of",
    ),
    "urgent": (
        "bear weight", "blood in", "breathing fast", "breathless", "fever", "fresh blood", "guarding", "lump",
        "poor feeding", "short of", "swollen", "thirst", "thirsty", "weight loss", "wheeze", "wheezing",
    ),
    "routine": (),
}  # fmt: skip
ODD = (
    "Too short.",
    "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore.",
)
COMMON_CARD = {
    "purpose": "Sorts a referral letter in English as routine, urgent or emergency: urgent ones are read first.",
    "population": "Letters to a hospital about children and adults.",
    "data": "Generated letters only, put together from templates by this product. No letter of a real patient.",
    "limits": [
        "Learned from and measured on generated letters: how well it does on real ones has not been measured.",
        "English only. Letters of fewer than 8 words are refused.",
        "It does not know what the letter leaves out. Never use it to delay a letter.",
    ],
    "licence": "Apache-2.0",
}


def write_linear(folder: Path, trained: Trained, *, seed: int) -> dict[str, Any]:
    """What the manifest says of it beside its files."""
    folder.mkdir(parents=True, exist_ok=True)
    reader = trained.reader
    arrays = {"weights": reader.weights.astype(np.float32), "bias": reader.bias.astype(np.float32)}
    save_file(arrays, folder / "weights.safetensors")
    _write(folder / "vocabulary.json", {"labels": reader.labels, "features": list(reader.vocabulary)})
    assert reader.calibration is not None  # noqa: S101  (a trained one has it)
    _write(folder / "calibration.json", asdict(reader.calibration))
    sizes = asdict(trained.sizes)
    _write(folder / "card.json", COMMON_CARD | {"metrics": trained.metrics, "letters": sizes, "seed": seed})
    _write(folder / "golden.json", golden(reader, seed=seed))
    return {"backend": "linear", "precision": "float32", "seed": seed}


def write_rules(folder: Path, *, seed: int, measured_on: int) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    reader = LetterRules({label: frozenset(words) for label, words in PHRASES.items()})
    known = letters(measured_on, seed=seed + SEED_OF_MEASURING)
    _write(folder / "rules.json", {"phrases": PHRASES})
    uncalibrated = "How sure it is has not been measured: it shows no number."
    card = COMMON_CARD | {"metrics": measure_labels(reader, known), "letters": {"measure": measured_on}, "seed": seed}
    _write(folder / "card.json", card | {"limits": [*COMMON_CARD["limits"], uncalibrated]})
    _write(folder / "golden.json", golden(reader, seed=seed))
    return {"backend": "rules", "precision": "exact", "seed": seed}


def golden(reader: LetterReader, *, seed: int) -> dict[str, Any]:
    """Letters with what this engine says of them now: whatever opens these files must say it again."""
    texts = [letter.text for letter in letters(GOLDEN_CASES - len(ODD), seed=seed + SEED_OF_GOLDEN)]
    named = {f"{number:02d}": text for number, text in enumerate([*texts, *ODD], start=1)}
    return {"cases": [{"id": key, "input": text, "expected": expected(reader, text)} for key, text in named.items()]}


def _write(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
