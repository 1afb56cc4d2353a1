"""`cuecard script import TABLE`: makes a script out of a spreadsheet with one row per answer."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.terminal import fail, harmless, say, shown

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.spreadsheet import Imported


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    brought = commands.add_parser(
        "import",
        help="make a script out of a spreadsheet (CSV, XLSX)",
        description="Makes a script out of a table with one row per answer; the help for trainers has the columns.",
    )
    brought.add_argument("path", type=Path, metavar="TABLE", help="a CSV file or an XLSX workbook")
    brought.add_argument("--kind", required=True, metavar="KIND", help="troubleshoot, save, upsell, verify, care, ..")
    brought.add_argument("--script", default="", metavar="ID", help="the script's id (default: from the file's name)")
    brought.add_argument("--title", default="", help="the script's title (default: from the file's name)")
    brought.add_argument("--cancel", default="", metavar="SCRIPT", help="where the Cancel key goes; needed for save")
    brought.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="where to write ID.call.md (default: here)"
    )
    brought.add_argument("--replace", action="store_true", help="write over a script that is there")
    brought.add_argument("--dry-run", action="store_true", help="print the script, write nothing")
    brought.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the script is made, 1 for errors in the table, 2 where nothing could be read or written."""
    from app.scripts.spreadsheet import About, import_script
    from app.scripts.spreadsheet.table import LARGEST_FILE

    if not arguments.path.is_file():
        return fail(f"There is no file at {arguments.path}.")
    with arguments.path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    name = arguments.path.name.partition(".")[0]
    id = arguments.script or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "script"
    title = arguments.title or " ".join(re.split(r"[\W_]+", name)).strip().capitalize() or id
    imported = import_script(content, About(id, title, arguments.kind, arguments.cancel))
    _tell(imported)
    if imported.script is None:
        return fail(f"{len(imported.errors)} errors. Nothing was written.", code=1)
    if arguments.dry_run:
        say(imported.text.rstrip("\n"))
        return 0
    target = (arguments.output or Path()) / f"{id}.call.md"
    if target.exists() and not arguments.replace:
        return fail(f"{target} is there already. Give --replace to write over it.")
    target.write_text(imported.text, encoding="utf-8", newline="\n")
    say(f"{shown(target.resolve())}: {len(imported.script.steps)} steps. Now: cuecard script check {target}")
    return 0


def _tell(imported: Imported) -> None:
    """Errors and what was left over, on the error stream: with --dry-run the script alone is printed."""
    for error in imported.errors:
        sys.stderr.write(f"{harmless(str(error))}\n")
    if imported.left_over:
        sys.stderr.write("Not carried over as it stands:\n")
        for found in imported.left_over:
            sys.stderr.write(f"  {harmless(str(found))}\n")
