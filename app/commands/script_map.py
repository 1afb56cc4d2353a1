"""`cuecard script map SCRIPT -o FILE.svg`: draws the steps of a script and the ways between them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.script_file import NotReadable, read_script
from app.commands.terminal import fail, say, shown

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    drawn = commands.add_parser(
        "map",
        help="draw a script as a map (SVG)",
        description="Draws a script: its steps from top to bottom, the main path straight, the keys on the lines.",
    )
    drawn.add_argument("path", type=Path, metavar="SCRIPT", help="a script")
    drawn.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.svg", help="where to write the map")
    drawn.add_argument(
        "--colours",
        choices=("auto", "light", "dark"),
        default="auto",
        help="auto: as the viewer is set (default)",
    )
    drawn.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the map is written, 1 for a script with errors, 2 where there is none."""
    from app.scripts.map import Colours, script_map

    if not arguments.path.is_file():
        return fail(f"There is no script at {arguments.path}.")
    try:
        script = read_script(arguments.path)
    except NotReadable as error:
        return fail(str(error), code=1)
    arguments.output.write_text(script_map(script, Colours(arguments.colours)), encoding="utf-8")
    say(f"{shown(arguments.output.resolve())}: {len(script.steps)} steps")
    return 0
