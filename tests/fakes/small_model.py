"""A sentence model of a few numbers in the same files as the real one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy

SIZE, HEADS, WIDE, LAYERS = 8, 2, 12, 2
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "slow", "internet", "fast", "bill", "##s", "in", "##ter", ".", "中")


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


def vocabulary() -> bytes:
    """vocab.txt."""
    return "\n".join(WORDS).encode()


def settings() -> bytes:
    """config.json."""
    return json.dumps({"num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-12}).encode()


def write_model(folder: Path) -> Path:
    """The model's three files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(safetensors(weights()))
    (folder / "vocab.txt").write_bytes(vocabulary())
    (folder / "config.json").write_bytes(settings())
    return folder
