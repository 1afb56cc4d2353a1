"""The forward pass, against one written out number by number."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy
import pytest

from app.find_model import installed_model
from app.scripts.finding.encoder import MOST_TOKENS, ModelUnreadable, SentenceEncoder
from tests.fakes.small_model import HEADS, LAYERS, SIZE, WORDS, safetensors, settings, vocabulary, weights

Row: TypeAlias = list[float]


def encoder(**changes: bytes) -> SentenceEncoder:
    """The small model, with files changed."""
    files = {"weights": safetensors(weights()), "vocabulary": vocabulary(), "settings": settings()} | changes
    return SentenceEncoder(**files)


def linear(row: Row, weight: Any, bias: Any) -> Row:
    return [
        sum(float(w) * x for w, x in zip(line, row, strict=True)) + float(b)
        for line, b in zip(weight, bias, strict=True)
    ]


def normal(row: Row, weight: Any, bias: Any) -> Row:
    mean = sum(row) / len(row)
    spread = math.sqrt(sum((x - mean) ** 2 for x in row) / len(row) + 1e-12)
    return [(x - mean) / spread * float(w) + float(b) for x, w, b in zip(row, weight, bias, strict=True)]


def plus(first: Row, second: Row) -> Row:
    return [x + y for x, y in zip(first, second, strict=True)]


def by_hand(words: list[str]) -> Row:
    """What BERT makes of one sentence, without arrays."""
    w = weights()
    ids = [WORDS.index(word) for word in ("[CLS]", *words, "[SEP]")]

    def part(name: str) -> tuple[Any, Any]:
        return w[f"{name}.weight"], w[f"{name}.bias"]

    rows = []
    for position, token in enumerate(ids):
        first = plus(
            list(w["embeddings.word_embeddings.weight"][token]),
            list(w["embeddings.position_embeddings.weight"][position]),
        )
        rows.append(
            normal(plus(first, list(w["embeddings.token_type_embeddings.weight"][0])), *part("embeddings.LayerNorm"))
        )
    for number in range(LAYERS):
        name = f"encoder.layer.{number}"
        query, key, value = (
            [linear(row, *part(f"{name}.attention.self.{kind}")) for row in rows] for kind in ("query", "key", "value")
        )
        size = SIZE // HEADS
        following = []
        for place, row in enumerate(rows):
            seen: Row = []
            for head in range(HEADS):
                own = slice(head * size, (head + 1) * size)
                scores = [
                    sum(a * b for a, b in zip(query[place][own], other[own], strict=True)) / math.sqrt(size)
                    for other in key
                ]
                powers = [math.exp(score) for score in scores]
                shares = [power / sum(powers) for power in powers]
                seen += [
                    sum(share * other[own][i] for share, other in zip(shares, value, strict=True)) for i in range(size)
                ]
            row = normal(
                plus(row, linear(seen, *part(f"{name}.attention.output.dense"))),
                *part(f"{name}.attention.output.LayerNorm"),
            )
            wide = [
                x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in linear(row, *part(f"{name}.intermediate.dense"))
            ]
            following.append(
                normal(plus(row, linear(wide, *part(f"{name}.output.dense"))), *part(f"{name}.output.LayerNorm"))
            )
        rows = following
    mean = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    length = math.sqrt(sum(x * x for x in mean))
    return [x / length for x in mean]


def test_a_sentence_is_encoded_as_by_hand() -> None:
    assert encoder().encode(["slow internet"])[0] == pytest.approx(by_hand(["slow", "internet"]), abs=1e-5)


def test_a_sentence_is_the_same_alone_and_beside_longer_ones() -> None:
    texts = ["bill", "slow internet slow internet slow", "fast"]
    together = encoder().encode(texts)

    for text, row in zip(texts, together, strict=True):
        assert row == pytest.approx(encoder().encode([text])[0], abs=1e-6)


def test_every_vector_has_length_one() -> None:
    rows = encoder().encode(["slow", "", "unheard of", "bill " * 500])

    assert numpy.linalg.norm(rows, axis=1) == pytest.approx(1)


def test_a_long_text_is_cut() -> None:
    long, longer = encoder().encode(["slow " * MOST_TOKENS, "slow " * MOST_TOKENS + "bill"])

    assert (long == longer).all()


def test_models_are_told_apart() -> None:
    assert encoder().id == encoder().id != encoder(weights=safetensors(weights(seed=8))).id


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": b""},
        {"weights": b"\xff" * 40},
        {"weights": safetensors({"embeddings.word_embeddings.weight": numpy.zeros((1, 1), "<f4")})},
        {"weights": safetensors(weights())[:-40]},
        {"vocabulary": b""},
        {"vocabulary": b"\xff"},
        {"settings": b"[]"},
        {"settings": b"{"},
    ],
)
def test_damaged_files_are_refused(changes: dict[str, bytes]) -> None:
    with pytest.raises(ModelUnreadable, match="Install it anew"):
        encoder(**changes)


def test_the_real_model_finds_like_sentences_alike() -> None:
    """The figure is that of the model's own documentation for this pair, to two places."""
    model = installed_model()
    if model is None:
        pytest.skip("the sentence model is not installed (extra: find)")
    eating, bread, baby = model.encode(
        ["A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby."]
    )

    assert float(eating @ bread) == pytest.approx(0.7553, abs=1e-3)
    assert float(eating @ baby) < 0
