"""Sentences as vectors: the forward pass of a small BERT in numpy.

The model is all-MiniLM-L6-v2 (sentence-transformers): six layers, the mean of the last layer's outputs, of length 1.
BERT's layers as in Devlin et al. 2019; GELU with the error function of Abramowitz and Stegun 7.1.26 (error below
1.5e-7). Needs numpy, the extra `find`, which is imported when an encoder is made, never before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from typing import TYPE_CHECKING, Any, TypeAlias

from app.scripts.finding.tokens import WordPieces

if TYPE_CHECKING:
    import numpy

    Array: TypeAlias = numpy.ndarray[Any, numpy.dtype[numpy.float32]]

MOST_TOKENS = 128
_AT_ONCE = 32
_LARGEST_HEADER = 1_000_000


class ModelUnreadable(Exception):
    """The files of the sentence model are damaged or of another kind."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer's weights; `mix` is query, key and value side by side."""

    mix: tuple[Array, Array]
    joined: tuple[Array, Array]
    joined_norm: tuple[Array, Array]
    wide: tuple[Array, Array]
    narrow: tuple[Array, Array]
    norm: tuple[Array, Array]


class SentenceEncoder:
    """Turns sentences into vectors. Attributes: `id` tells models apart, `dimensions` is the vectors' length."""

    def __init__(self, weights: bytes | memoryview, vocabulary: bytes, settings: bytes) -> None:
        """From the model's files model.safetensors, vocab.txt and config.json; raises ModelUnreadable.

        `weights` is not copied, so that a mapped file is read only where it is needed.
        """
        try:
            known = json.loads(settings)
            self._heads = int(known["num_attention_heads"])
            self._epsilon = float(known["layer_norm_eps"])
            self._tokens = WordPieces(vocabulary.decode("utf-8"))
            self._read(_Tensors(memoryview(weights)), int(known["num_hidden_layers"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnreadable("The sentence model cannot be read. Install it anew.") from error

    def encode(self, texts: Sequence[str]) -> Array:
        """One row of length 1 for each text; takes about 10 ms for a sentence."""
        import numpy

        tokens = [self._tokens.numbers(text, MOST_TOKENS) for text in texts]
        rows = numpy.zeros((len(tokens), self.dimensions), dtype=numpy.float32)
        # Sentences of like length together, so that little is padded.
        order = sorted(range(len(tokens)), key=lambda number: len(tokens[number]))
        for start in range(0, len(order), _AT_ONCE):
            numbers = order[start : start + _AT_ONCE]
            rows[numbers] = self._forward([tokens[number] for number in numbers])
        return rows

    def _read(self, tensors: _Tensors, layers: int) -> None:
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._positions = tensors["embeddings.position_embeddings.weight"]
        self._kind = tensors["embeddings.token_type_embeddings.weight"][0]
        self.dimensions = int(self._words.shape[1])
        self._first_norm = tensors.pair("embeddings.LayerNorm")
        self._layers = [_layer(tensors, f"encoder.layer.{number}") for number in range(layers)]
        self.id = sha256(tensors.header + self._layers[-1].norm[0].tobytes()).hexdigest()[:16]

    def _forward(self, batch: Sequence[Sequence[int]]) -> Array:
        import numpy

        longest = max(len(one) for one in batch)
        ids = numpy.zeros((len(batch), longest), dtype=numpy.int64)
        there = numpy.zeros((len(batch), longest), dtype=numpy.float32)
        for row, one in enumerate(batch):
            ids[row, : len(one)] = one
            there[row, : len(one)] = 1
        state = self._words[ids] + self._positions[:longest] + self._kind
        state = self._normal(state, self._first_norm)
        # What is only padding must not be attended to.
        unseen = ((1 - there) * numpy.float32(-1e9))[:, None, None, :]
        for layer in self._layers:
            state = self._normal(state + _linear(self._attend(state, layer, unseen), layer.joined), layer.joined_norm)
            state = self._normal(state + _linear(_gelu(_linear(state, layer.wide)), layer.narrow), layer.norm)
        mean = (state * there[:, :, None]).sum(axis=1) / there.sum(axis=1, keepdims=True)
        result: Array = mean / numpy.linalg.norm(mean, axis=1, keepdims=True)
        return result

    def _attend(self, state: Array, layer: _Layer, unseen: Array) -> Array:
        import numpy

        count, length, size = state.shape
        per_head = size // self._heads
        mixed = _linear(state, layer.mix).reshape(count, length, 3, self._heads, per_head).transpose(2, 0, 3, 1, 4)
        query, key, value = mixed[0], mixed[1], mixed[2]
        scores = query @ key.transpose(0, 1, 3, 2) / numpy.float32(sqrt(per_head)) + unseen
        scores = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        result: Array = (scores @ value).transpose(0, 2, 1, 3).reshape(count, length, size)
        return result

    def _normal(self, state: Array, weights: tuple[Array, Array]) -> Array:
        import numpy

        centred = state - state.mean(axis=-1, keepdims=True)
        spread = (centred * centred).mean(axis=-1, keepdims=True)
        result: Array = centred / numpy.sqrt(spread + numpy.float32(self._epsilon)) * weights[0] + weights[1]
        return result


class _Tensors:
    """The arrays of a safetensors file: a length of 8 bytes, a JSON header, the values."""

    def __init__(self, content: memoryview) -> None:
        length = int.from_bytes(content[:8], "little")
        if length > _LARGEST_HEADER:
            raise ValueError("the header is too large")
        self.header = bytes(content[8 : 8 + length])
        self._places = json.loads(self.header)
        self._values = content[8 + length :]

    def __getitem__(self, name: str) -> Array:
        import numpy

        place = self._places[name]
        if place["dtype"] != "F32":
            raise ValueError("only models of 32-bit numbers are read")
        start, end = place["data_offsets"]
        return numpy.frombuffer(self._values[start:end], dtype="<f4").reshape(place["shape"])

    def pair(self, name: str) -> tuple[Array, Array]:
        """Weight and bias."""
        return self[f"{name}.weight"], self[f"{name}.bias"]


def _layer(tensors: _Tensors, name: str) -> _Layer:
    import numpy

    parts = [tensors.pair(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    mix = (numpy.concatenate([weight for weight, _ in parts]), numpy.concatenate([bias for _, bias in parts]))
    return _Layer(
        mix,
        tensors.pair(f"{name}.attention.output.dense"),
        tensors.pair(f"{name}.attention.output.LayerNorm"),
        tensors.pair(f"{name}.intermediate.dense"),
        tensors.pair(f"{name}.output.dense"),
        tensors.pair(f"{name}.output.LayerNorm"),
    )


def _linear(state: Array, weights: tuple[Array, Array]) -> Array:
    result: Array = state @ weights[0].T + weights[1]
    return result


def _gelu(state: Array) -> Array:
    import numpy

    size = numpy.abs(state) * numpy.float32(sqrt(0.5))
    t = 1 / (1 + numpy.float32(0.3275911) * size)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = series * numpy.exp(-size * size)
    result: Array = state * numpy.where(state >= 0, 1 - tail / 2, tail / 2).astype(numpy.float32)
    return result
