"""Writes an engine as a folder of plain files: weights, words, calibration, card, golden cases, manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from classify.inference import engine
from classify.inference.golden import expected
from classify.inference.linear import Heads
from classify.inference.reading import DocumentReader
from classify.inference.terms import BLOCKS
from classify.training import cards, made_up, measuring
from classify.training.learning import Trained
from clinic.doubt.intervals import DRAWS
from clinic.engines import manifests

CAPABILITY = "classify.document"


def ship(trained: Trained, out: Path, *, version: str, draws: int = DRAWS, say: Callable[[str], None] = print) -> None:
    """Golden cases are asked of what was read back from the folder, as a worker reads it."""
    out.mkdir(parents=True, exist_ok=True)
    write_heads(out, trained.heads)
    manifests.write_json(out / engine.CALIBRATION, trained.doubt.as_json())
    facts = _facts(trained, version)
    manifests.write_json(out / manifests.GOLDEN, golden(engine.load(out, facts)))
    said = measuring.told(trained)
    card = cards.card(trained, measuring.figures(trained, said, draws), measuring.confusion(trained, said))
    manifests.write_json(out / manifests.CARD, card)
    say(cards.table(card["metrics"]))
    say(f"{out} {manifests.write(out, facts).digest}")


def _facts(trained: Trained, version: str) -> dict[str, Any]:
    return {
        "capability": CAPABILITY,
        "name": "Specialty of documents, linear",
        "version": version,
        "backend": "linear",
        "precision": "float32",
        "seed": trained.recipe.seed,
    }


def write_heads(out: Path, heads: Heads) -> None:
    arrays = {"rarity": heads.rarity, "weights": heads.weights, "bias": heads.bias}
    save_file({name: array.astype(np.float32) for name, array in arrays.items()}, out / engine.WEIGHTS)
    terms = {block: list(getattr(heads.vocabulary, block)) for block in BLOCKS}
    told = json.dumps({"heads": heads.names, "terms": terms}, ensure_ascii=False, separators=(",", ":"))
    (out / engine.VOCABULARY).write_text(told + "\n")


def golden(reader: DocumentReader) -> dict[str, Any]:
    texts = {f"{number:02d}": text for number, text in enumerate([*made_up.MADE_UP, made_up.LONG], start=1)}
    return {"cases": [{"id": key, "input": text, "expected": expected(reader, text)} for key, text in texts.items()]}
