"""`cuecard script`: what a trainer needs in the terminal. play is here, the others in script_*.py."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands import (
    script_check,
    script_diff,
    script_export,
    script_find,
    script_import,
    script_map,
    script_release,
    script_walk,
)
from app.commands.script_check import as_line
from app.commands.terminal import say
from app.library_folder import NotALibrary, library_of, load

if TYPE_CHECKING:
    from app.scripts.library import Loaded

# Each brings its own options and names its own `run`.
_OTHERS = (
    script_check,
    script_diff,
    script_export,
    script_find,
    script_import,
    script_map,
    script_release,
    script_walk,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    play = what.add_parser(
        "play",
        help="walk a script with a sample account",
        description="Walks a script in the terminal as an agent would, with a made-up customer. Records nothing.",
    )
    play.add_argument("path", type=Path, metavar="PATH", help="a script in a library")
    play.add_argument("--account", default="", metavar="NUMBER", help="the sample customer (default: the first)")
    play.add_argument("--events", action="store_true", help="show what a real call would record")
    for other in _OTHERS:
        other.add_arguments(what)


def run(arguments: argparse.Namespace) -> int:
    """0 when all is well, 1 for scripts with errors, 2 where there is nothing to do it with."""
    try:
        if "run" in arguments:
            return int(arguments.run(arguments))
        root = library_of(arguments.path)
        loaded = load(root)
        return _play(arguments, root, loaded)
    except NotALibrary as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'The file'} cannot be read: {error.strerror or 'no access'}.")


def _play(arguments: argparse.Namespace, root: Path, loaded: Loaded) -> int:
    from app.commands.script_play import Player, sample_context

    if loaded.library is None:
        sys.stderr.write("The library has errors, and is played when they are mended:\n")
        for problem in [one for one in loaded.problems if one.severity == "error"][:10]:
            sys.stderr.write(as_line(root, problem) + "\n")
        return 1
    file = arguments.path.resolve().relative_to(root).as_posix()
    script = next((one.id for one in loaded.library.scripts.values() if one.file == file), "")
    if not script:
        known = ", ".join(one.file for one in loaded.library.scripts.values())
        return _fail(f"Give the file of a script to play. In this library: {known}.")
    context = sample_context(loaded.library, arguments.account)
    if context is None:
        return _fail(f"There is no sample customer {arguments.account}. Try 4221, 4222 or 4230.")
    return Player(loaded.library, script, context, _read_key, say, arguments.events).play()


def _read_key(prompt: str) -> str | None:
    """A line typed; None at the end of input."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline(2_000)
    return line.strip() if line else None


def _fail(sentence: str) -> int:
    sys.stderr.write(f"cuecard script: {sentence}\n")
    return 2
