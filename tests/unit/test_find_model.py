"""The sentence model on this machine: its files read, its vectors kept for the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

import app.find_model
from app.find_model import FindModel, read_model
from app.scripts.finding.encoder import ModelUnreadable, SentenceEncoder
from app.scripts.finding.finder import Finder
from app.scripts.library import load_library
from tests.fakes.small_library import small_library
from tests.fakes.small_model import write_model


@pytest.fixture
def finder() -> Finder:
    """Finds in a small library."""
    library = load_library(small_library()).library
    assert library is not None
    return Finder(library)


class CountingEncoder(SentenceEncoder):
    """Counts how many texts it has encoded."""

    encoded = 0

    def encode(self, texts):  # type: ignore[no-untyped-def]
        """As the small model does."""
        self.encoded += len(texts)
        return super().encode(texts)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CountingEncoder:
    """A small model, installed."""
    folder = write_model(tmp_path / "model")
    names = ("model.safetensors", "vocab.txt", "config.json")
    encoder = CountingEncoder(*((folder / name).read_bytes() for name in names))
    monkeypatch.setattr(app.find_model, "installed_model", lambda: encoder)
    return encoder


def test_a_model_is_read_from_its_folder(tmp_path: Path) -> None:
    assert read_model(write_model(tmp_path)).dimensions == 8


def test_a_damaged_model_is_refused_with_a_sentence(tmp_path: Path) -> None:
    write_model(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"damaged")

    with pytest.raises(ModelUnreadable):
        read_model(tmp_path)


def test_vectors_are_made_once_and_kept(tmp_path: Path, finder: Finder, model: CountingEncoder) -> None:
    FindModel(tmp_path / "find")(finder)
    made = model.encoded
    FindModel(tmp_path / "find")(finder)

    assert finder.has_model
    assert made == model.encoded > 0


def test_the_vectors_of_a_release_are_used_first(tmp_path: Path, finder: Finder, model: CountingEncoder) -> None:
    released = finder.use_model(model)
    made = model.encoded

    FindModel(tmp_path / "find", released)(finder)

    assert model.encoded == made
    assert not (tmp_path / "find").exists()


def test_damaged_kept_vectors_are_made_anew(tmp_path: Path, finder: Finder, model: CountingEncoder) -> None:
    FindModel(tmp_path / "find")(finder)
    made = model.encoded
    for path in (tmp_path / "find").iterdir():
        path.write_bytes(b"damaged")

    FindModel(tmp_path / "find")(finder)

    assert model.encoded == 2 * made


def test_without_a_model_nothing_happens(tmp_path: Path, finder: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.find_model, "installed_model", lambda: None)

    FindModel(tmp_path / "find")(finder)

    assert not finder.has_model
