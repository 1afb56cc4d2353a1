"""A sentence model of a few numbers in the same files as the real one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy

SIZE, HEADS, WIDE, LAYERS = 8, 2, 12, 2
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "slow", "internet", "fast", "bill")


def weights(seed: int = 7) -> dict[str, numpy.ndarray]:
    """Made-up weights under the names that the real model has."""
    dice = numpy.random.default_rng(seed)

    def some(*shape: int) -> numpy.ndarray:
        return dice.normal(0, 0.7, shape).astype("<f4")

    made = {
        "embeddings.word_embeddings.weight": some(len(WORDS), SIZE),
        "embeddings.position_embeddings.weight": some(140, SIZE),
        "embeddings.token_type_embeddings.weight": some(2, SIZE),
        "embeddings.LayerNorm.weight": 1 + some(SIZE) / 5,
        "embeddings.LayerNorm.bias": some(SIZE) / 5,
    }
    for number in range(LAYERS):
        name = f"encoder.layer.{number}"
        parts = {"attention.self.query": (SIZE, SIZE), "attention.self.key": (SIZE, SIZE)}
        parts |= {"attention.self.value": (SIZE, SIZE), "attention.output.dense": (SIZE, SIZE)}
        parts |= {"intermediate.dense": (WIDE, SIZE), "output.dense": (SIZE, WIDE)}
        for part, shape in parts.items():
            made[f"{name}.{part}.weight"], made[f"{name}.{part}.bias"] = some(*shape), some(shape[0]) / 5
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            made[f"{name}.{part}.weight"], made[f"{name}.{part}.bias"] = 1 + some(SIZE) / 5, some(SIZE) / 5
    return {name: values.astype("<f4") for name, values in made.items()}


def safetensors(arrays: dict[str, numpy.ndarray]) -> bytes:
    """The weights as a file."""
    places: dict[str, object] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, values in arrays.items():
        start = len(body)
        body += values.tobytes()
        places[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, len(body)]}
    header = json.dumps(places).encode()
    return len(header).to_bytes(8, "little") + header + body


def tokenizer() -> bytes:
    """Splits at blanks; every word is one token, between [CLS] and [SEP]; padded to 16 as the real one is to 128."""
    special = {token: {"id": token, "ids": [WORDS.index(token)], "tokens": [token]} for token in ("[CLS]", "[SEP]")}
    single = [
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
    ]
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": {
                "strategy": {"Fixed": 16},
                "direction": "Right",
                "pad_to_multiple_of": None,
                "pad_id": 0,
                "pad_type_id": 0,
                "pad_token": "[PAD]",
            },
            "added_tokens": [],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": single,
                "pair": single,
                "special_tokens": special,
            },
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        }
    ).encode()


def settings() -> bytes:
    """config.json."""
    return json.dumps({"num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-12}).encode()


def write_model(folder: Path) -> Path:
    """The model's three files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(safetensors(weights()))
    (folder / "tokenizer.json").write_bytes(tokenizer())
    (folder / "config.json").write_bytes(settings())
    return folder
