"""Finds and reads a library's folder, for the program and for the commands about scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.scripts.library import Loaded

# What a folder has that is a library.
_MARKS = ("schema/account.yaml", "dispositions.yaml")


class NotALibrary(Exception):
    """The path leads to no library; the text says what to give instead."""


def library_of(path: Path) -> Path:
    """The library's folder: the path itself, or the nearest folder above it that is one. Raises NotALibrary."""
    if not path.exists():
        raise NotALibrary(f"There is nothing at {path}.")
    here = path.resolve()
    for folder in (here, *here.parents):
        if folder.is_dir() and any((folder / mark).is_file() for mark in _MARKS):
            return folder
    raise NotALibrary(f"{path} is in no library. A library has {' and '.join(_MARKS)}.")


def load(root: Path) -> Loaded:
    """Assembles the library in this folder. Raises OSError for what cannot be read."""
    from app.scripts.library import load_library

    return load_library(read_files(root))


def read_files(root: Path) -> dict[str, bytes]:
    """The library's files: path below the folder, with `/`, to content. Raises OSError."""
    from app.scripts.library import LARGEST_FILE, MOST_FILES

    files: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(root).parts)
        if hidden or not path.is_file():
            continue
        with path.open("rb") as file:
            # One byte more than is allowed, so that a larger file is refused without being read whole.
            files[name] = file.read(LARGEST_FILE + 1)
        if len(files) > MOST_FILES:
            break
    return files
