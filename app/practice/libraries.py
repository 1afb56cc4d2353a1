"""Libraries to practise with: the one in use, or a draft that a trainer chose, as a folder, a script or a release."""

from __future__ import annotations

from pathlib import Path

from app.library_folder import NotALibrary, library_of, load
from app.scripts.library import Library
from app.scripts.model import Severity


class NoPractice(Exception):
    """This cannot be practised; the text is a sentence and says what to do."""


def draft_library(path: Path) -> tuple[Library, str]:
    """The library at a path, and the script that the path names ("" for a whole library).

    The path is a library's folder, a script in one, or a release's file. Raises NoPractice.
    """
    try:
        if path.is_file() and path.suffix == ".release":
            return _released(path), ""
        root = library_of(path)
        loaded = load(root)
    except NotALibrary as error:
        raise NoPractice(str(error)) from error
    except OSError as error:
        raise NoPractice(f"{path.name} cannot be read: {error.strerror or 'no access'}.") from error
    if loaded.library is None:
        first = next((one for one in loaded.problems if one.severity is Severity.ERROR), None)
        where = f" {first.file}, line {first.place.line}: {first.message}" if first is not None else ""
        raise NoPractice(f"These scripts have errors and cannot be practised yet.{where}")
    here = path.resolve()
    name = here.relative_to(root).as_posix() if here.is_file() else ""
    return loaded.library, next((one.id for one in loaded.library.scripts.values() if name and one.file == name), "")


def _released(path: Path) -> Library:
    """A release's library. Not verified: it is only practised with, and nobody is called by it."""
    from app.releases import unverified
    from app.scripts.release import ReleaseRefused, read_content, split

    try:
        file = path.read_bytes()
        manifest, _ = unverified(file)
        return read_content(split(file)[1], manifest).library
    except ReleaseRefused as error:
        raise NoPractice(str(error)) from error
