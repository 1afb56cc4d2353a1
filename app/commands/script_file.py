"""Reads a single script, for the commands that need no library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.scripts.model import Script


class NotReadable(Exception):
    """A script or a library has errors; the text says which, and how to see them all."""


def read_script(path: Path) -> Script:
    """The script in a file. Raises NotReadable for one with errors, OSError where there is none."""
    from app.scripts.parse import LARGEST_FILE, parse_script

    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    try:
        parsed = parse_script(content.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise NotReadable(f"{path} is not UTF-8 text. Save it as UTF-8.") from error
    if parsed.problems or parsed.script is None:
        first = parsed.problems[0]
        raise NotReadable(f"{path} has errors. Line {first.place.line}: {first.message}")
    return parsed.script
