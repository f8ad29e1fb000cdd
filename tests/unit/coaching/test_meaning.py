"""The model in numpy gives the numbers that the same weights give in torch; other files are refused."""

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from clinic.inference import meaning

torch = pytest.importorskip("torch")

WORDS = ["[PAD]", "[UNK]", "this", "is", "an", "example", "of", "a", "sentence", "and", "another", "one"]


def weights(seed=3):
    draw = np.random.default_rng(seed)
    wide, inner = meaning.DIMENSIONS, 1536

    def some(*shape):
        return draw.normal(0, 0.05, shape).astype(np.float32)

    table = {
        "embeddings.word_embeddings.weight": some(len(WORDS), wide),
        "embeddings.position_embeddings.weight": some(64, wide),
        "embeddings.token_type_embeddings.weight": some(2, wide),
    }
    shapes = {"attention.self.query": (wide, wide), "attention.self.key": (wide, wide),
              "attention.self.value": (wide, wide), "attention.output.dense": (wide, wide),
              "intermediate.dense": (inner, wide), "output.dense": (wide, inner)}  # fmt: skip
    for layer in range(6):
        for name, shape in shapes.items():
            table[f"encoder.layer.{layer}.{name}.weight"] = some(*shape)
            table[f"encoder.layer.{layer}.{name}.bias"] = some(shape[0])
    norms = ["embeddings", *(f"encoder.layer.{n}.{part}" for n in range(6) for part in ("attention.output", "output"))]
    for name in norms:
        table[f"{name}.LayerNorm.weight"] = 1 + some(wide)
        table[f"{name}.LayerNorm.bias"] = some(wide)
    return table


def tokenizer():
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.enable_padding()
    return made


def by_torch(table, text):
    """The same net out of torch's own layers."""
    told = {name: torch.from_numpy(value) for name, value in table.items()}
    ids = torch.tensor([tokenizer().encode(text).ids])
    states = (
        told["embeddings.word_embeddings.weight"][ids] + told["embeddings.position_embeddings.weight"][: ids.shape[1]]
    )
    states = states + told["embeddings.token_type_embeddings.weight"][0]
    states = torch.nn.functional.layer_norm(
        states, (384,), told["embeddings.LayerNorm.weight"], told["embeddings.LayerNorm.bias"], 1e-12
    )
    for number in range(6):
        at = f"encoder.layer.{number}"
        layer = torch.nn.TransformerEncoderLayer(384, 12, 1536, 0.0, "gelu", 1e-12, batch_first=True).eval()
        parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        layer.load_state_dict({
            "self_attn.in_proj_weight": torch.cat([told[f"{part}.weight"] for part in parts]),
            "self_attn.in_proj_bias": torch.cat([told[f"{part}.bias"] for part in parts]),
            "self_attn.out_proj.weight": told[f"{at}.attention.output.dense.weight"],
            "self_attn.out_proj.bias": told[f"{at}.attention.output.dense.bias"],
            "linear1.weight": told[f"{at}.intermediate.dense.weight"],
            "linear1.bias": told[f"{at}.intermediate.dense.bias"],
            "linear2.weight": told[f"{at}.output.dense.weight"],
            "linear2.bias": told[f"{at}.output.dense.bias"],
            "norm1.weight": told[f"{at}.attention.output.LayerNorm.weight"],
            "norm1.bias": told[f"{at}.attention.output.LayerNorm.bias"],
            "norm2.weight": told[f"{at}.output.LayerNorm.weight"],
            "norm2.bias": told[f"{at}.output.LayerNorm.bias"],
        })  # fmt: skip
        with torch.no_grad():
            states = layer(states)
    mean = states[0].mean(0)
    return (mean / mean.norm()).numpy()


def test_the_numbers_are_those_of_torch_however_texts_are_put_together():
    table = weights()
    texts = ["this is an example of a sentence", "and another", "one"]
    found = meaning.Embedder(table, tokenizer()).embed(texts)
    assert found.shape == (3, 384) and np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    for row, text in zip(found, texts, strict=True):
        assert np.allclose(row, by_torch(table, text), atol=2e-5)


def test_no_text_is_no_row():
    assert meaning.Embedder(weights(), tokenizer()).embed([]).shape == (0, 384)


def test_files_that_are_not_there_or_are_others_are_refused(tmp_path):
    with pytest.raises(meaning.NoModel, match="is not there"):
        meaning.load(tmp_path)
    (tmp_path / meaning.WEIGHTS).write_bytes(b"other")
    with pytest.raises(meaning.NoModel, match="another file"):
        meaning.load(tmp_path)
