"""`cuecard script export SCRIPT -o FILE.html`: a script as one page to print."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.script_file import NotReadable, read_script
from app.commands.terminal import fail, say, shown
from app.library_folder import NotALibrary, library_of, load

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.library import Library
    from app.scripts.model import Script


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    page = commands.add_parser(
        "export",
        help="write a script as a page to print (HTML)",
        description="Writes a whole script with its offers and disclosures as one HTML page, made for A4 paper.",
    )
    page.add_argument("path", type=Path, metavar="SCRIPT", help="a script; its library gives offers and disclosures")
    page.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.html", help="where to write the page")
    page.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the page is written, 1 for a script or library with errors, 2 where there is no script."""
    from app.scripts.page import script_page

    if not arguments.path.is_file():
        return fail(f"There is no script at {arguments.path}.")
    try:
        script, library = _read(arguments.path)
    except NotReadable as error:
        return fail(str(error), code=1)
    arguments.output.write_text(script_page(script, library), encoding="utf-8", newline="\n")
    alone = "" if library else " (without a library: offers and disclosures are named only)"
    say(f"{shown(arguments.output.resolve())}: {len(script.steps)} steps{alone}")
    return 0


def _read(path: Path) -> tuple[Script, Library | None]:
    """The script with its library, if it lies in one."""
    try:
        root = library_of(path)
    except NotALibrary:
        return read_script(path), None
    script = read_script(path)
    library = load(root).library
    if library is None:
        raise NotReadable(f"The library has errors; `cuecard script check {root}` shows them.")
    return library.scripts.get(script.id, script), library
