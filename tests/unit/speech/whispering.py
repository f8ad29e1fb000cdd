"""A Whisper model of two layers with weights drawn by chance: it hears nonsense, in the form of a real one."""

from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from clinic.inference.speech.whisper import write_manifest

WIDTH, HEADS, LAYERS, MELS, AUDIO, TEXT = 64, 2, 2, 80, 1500, 448
ENDING = ["<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>",
          "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]  # fmt: skip
MOMENTS = [f"<|{at * 0.02:.2f}|>" for at in range(1501)]


def make_model(folder: Path, seed: int = 5) -> None:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: at for at, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(each, special=True) for each in ENDING + MOMENTS])
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    spec = _spec(letters + ENDING + MOMENTS, np.random.default_rng(seed))
    spec.save(str(folder))
    write_manifest(folder, "of-the-tests", ["en"])


def _spec(vocabulary: list[str], draw: np.random.Generator) -> WhisperSpec:
    spec = WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    for conv, width in ((spec.encoder.conv1, MELS), (spec.encoder.conv2, WIDTH)):
        conv.weight, conv.bias = _drawn(draw, WIDTH, width, 3), _zeros(WIDTH)
    spec.encoder.position_encodings.encodings = _drawn(draw, AUDIO, WIDTH)
    spec.decoder.position_encodings.encodings = _drawn(draw, TEXT, WIDTH)
    spec.decoder.embeddings.weight = _drawn(draw, len(vocabulary), WIDTH)
    spec.decoder.projection.weight = _drawn(draw, len(vocabulary), WIDTH)
    spec.decoder.projection.bias = _liked(vocabulary)
    for side in (spec.encoder, spec.decoder):
        _even(side.layer_norm)
        for layer in side.layer:
            _attention(layer.self_attention, [3 * WIDTH, WIDTH], draw)
            if side is spec.decoder:
                _attention(layer.attention, [WIDTH, 2 * WIDTH, WIDTH], draw)
            _even(layer.ffn.layer_norm)
            _linear(layer.ffn.linear_0, 4 * WIDTH, WIDTH, draw)
            _linear(layer.ffn.linear_1, WIDTH, 4 * WIDTH, draw)
    spec.register_vocabulary(vocabulary)
    spec.config.alignment_heads = [(LAYERS - 1, head) for head in range(HEADS)]
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.lang_ids = [], [], []
    spec.validate()
    spec.optimize()
    return spec


def _liked(vocabulary: list[str]) -> np.ndarray:
    """A few letters, spaces (Ġ in this alphabet) and now and then an end."""
    bias = np.full(len(vocabulary), -8.0, np.float32)
    for letter, weight in {"a": 1, "e": 1, "n": 1, "t": 1, "s": 1, "Ġ": 1.2, "<|endoftext|>": 0.5}.items():
        bias[vocabulary.index(letter)] = weight
    return bias


def _attention(attention: Any, widths: list[int], draw: np.random.Generator) -> None:
    _even(attention.layer_norm)
    for linear, width in zip(attention.linear, widths, strict=True):
        _linear(linear, width, WIDTH, draw)


def _linear(linear: Any, rows: int, columns: int, draw: np.random.Generator) -> None:
    linear.weight, linear.bias = _drawn(draw, rows, columns), _zeros(rows)


def _even(norm: Any) -> None:
    norm.gamma, norm.beta = np.ones(WIDTH, np.float32), _zeros(WIDTH)


def _drawn(draw: np.random.Generator, *shape: int) -> np.ndarray:
    return (0.15 * draw.standard_normal(shape)).astype(np.float32)


def _zeros(width: int) -> np.ndarray:
    return np.zeros(width, np.float32)
