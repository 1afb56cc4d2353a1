"""`cuecard script diff OLD NEW`: what changed for the call between two libraries or two scripts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.script_file import NotReadable, read_script
from app.commands.terminal import fail, say
from app.library_folder import NotALibrary, library_of, load

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.difference import Difference
    from app.scripts.library import Library
    from app.scripts.model import Script


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    diff = commands.add_parser(
        "diff",
        help="tell what changed for the call",
        description="Compares two libraries, or two scripts, and tells what changed for the agent and the caller.",
    )
    diff.add_argument("old", type=Path, metavar="OLD", help="a library's folder, or a script")
    diff.add_argument("new", type=Path, metavar="NEW", help="the newer one")
    diff.add_argument("--format", choices=("text", "json"), default="text", help="how to print it")
    diff.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when both could be compared, 1 where one has errors, 2 where there is nothing to compare."""
    from app.scripts.difference import differences

    try:
        if arguments.old.is_file() != arguments.new.is_file():
            return fail("Compare a script with a script, or a library with a library.")
        found = differences(_read(arguments.old), _read(arguments.new))
    except NotALibrary as error:
        return fail(str(error))
    except NotReadable as error:
        return fail(str(error), code=1)
    if arguments.format == "json":
        say(_as_json(arguments, found))
        return 0
    for difference in found:
        say(_as_text(difference))
    say(f"{len(found)} difference{'s' if len(found) != 1 else ''}" if found else "No difference for the call.")
    return 0


def _read(path: Path) -> Library | Script:
    return read_script(path) if path.is_file() else _library(path)


def _library(path: Path) -> Library:
    root = library_of(path)
    loaded = load(root)
    if loaded.library is None:
        raise NotReadable(f"{path} has errors; `cuecard script check {path}` shows them.")
    return loaded.library


def _as_text(difference: Difference) -> str:
    """One line, and below it the two texts where a text was reworded."""
    version = " (old)" if difference.side == "old" else ""
    place = f"{difference.file}:{difference.place.line}{version}: " if difference.file else ""
    lines = [f"{place}{difference.message}"]
    if difference.old:
        lines.append(f"    - {difference.old}")
    if difference.new:
        lines.append(f"    + {difference.new}")
    return "\n".join(lines)


def _as_json(arguments: argparse.Namespace, found: tuple[Difference, ...]) -> str:
    listed = [
        {
            "kind": one.kind,
            "subject": one.subject,
            "message": one.message,
            "file": one.file,
            "line": one.place.line,
            "column": one.place.column,
            "side": one.side.value,
            "old": one.old,
            "new": one.new,
        }
        for one in found
    ]
    whole = {"old": str(arguments.old), "new": str(arguments.new), "differences": listed}
    return json.dumps(whole, ensure_ascii=False, indent=2)
