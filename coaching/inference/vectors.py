"""The bank's questions as vectors, worked out before it is shipped: a file that names the bank and the model."""

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from clinic.inference.meaning import WEIGHTS_SHA256, Embedder
from coaching.inference import bank
from coaching.inference.finding import Meanings, texts_of

FILE = bank.FOLDER / "vectors.safetensors"


class StaleVectors(ValueError):
    """They are of another bank or of another model: make them again."""


def write(embedder: Embedder, path: Path = FILE) -> None:
    """In half precision: the order of the results stays, the file is half as long."""
    rows = [(question.id, text) for question in bank.questions() for text in texts_of(question)]
    vectors = embedder.embed([text for _, text in rows]).astype(np.float16)
    told = {"bank": bank.digest(), "model": WEIGHTS_SHA256, "ids": json.dumps([id for id, _ in rows])}
    save_file({"vectors": vectors}, path, told)
    path.chmod(0o644)  # the library writes it for its owner alone


def read(path: Path = FILE) -> Meanings:
    with safe_open(path, "np") as file:
        told, vectors = file.metadata() or {}, file.get_tensor("vectors").astype(np.float32)
    if told.get("bank") != bank.digest() or told.get("model") != WEIGHTS_SHA256:
        raise StaleVectors(f"{path.name} is not of this bank: run python -m tools.coaching_vectors")
    return Meanings(tuple(json.loads(told["ids"])), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
