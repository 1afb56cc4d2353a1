"""`cuecard import`: an operator's export of accounts into the hub."""

from __future__ import annotations

import argparse
import csv
import getpass
import os
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.hub.importing.given import Fault, Progress
    from app.hub.importing.into_store import IntoStore
    from app.hub.importing.over_http import OverHttp

PASSWORD_VARIABLE = "CUECARD_PASSWORD"  # noqa: S105 - the variable's name

_SAY_EVERY = 50_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    accounts = what.add_parser("accounts", help="bring accounts in from a CSV file")
    accounts.add_argument("file", type=Path, metavar="FILE.csv", help="the export")
    accounts.add_argument("--map", type=Path, required=True, metavar="MAP.yaml", help="which column is what")
    accounts.add_argument("--db", metavar="URL", help="the hub's database, while no hub runs on it (or PostgreSQL)")
    accounts.add_argument(
        "--key-file", type=Path, metavar="F", help="the hub's key (SQLite: by default beside the file)"
    )
    accounts.add_argument("--hub", metavar="URL", help="a running hub, such as https://hub.example.com")
    accounts.add_argument("--user", help=f"your user name at the hub; the password: {PASSWORD_VARIABLE}, or asked for")
    accounts.add_argument("--full", action="store_true", help="the file has every account: those not in it are gone")
    accounts.add_argument("--allow-removal", action="store_true", help="also where more than a tenth would go")
    accounts.add_argument("--dry-run", action="store_true", help="only tell what would happen")
    accounts.add_argument("--report", type=Path, metavar="FILE", help="write a CSV of what is wrong with which row")
    proposal = what.add_parser("map-from", help="propose a map for a CSV file from its header")
    proposal.add_argument("file", type=Path, metavar="FILE.csv")
    read = what.add_parser("read")  # by ourselves, for large files
    read.add_argument("file", type=Path)
    read.add_argument("--map", type=Path, required=True)
    read.add_argument("--chunk-rows", type=int, required=True)
    read.add_argument("--from-chunk", type=int, required=True)


def run(arguments: argparse.Namespace) -> int:
    """Does what was asked for; 0, 1 with a sentence where that cannot be, 2 for options that do not go together."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from app.hub.errors import HubError

    try:
        match arguments.what:
            case "read":
                return _read(arguments)
            case "map-from":
                return _propose(arguments.file)
        if bool(arguments.db) == bool(arguments.hub):
            return _fail("Give either --db, or --hub and --user.", 2)
        if arguments.hub and not arguments.user:
            return _fail("Give --user with --hub.", 2)
        return _bring_in(arguments)
    except HubError as error:
        return _fail(str(error))
    except (ArgumentError, SQLAlchemyError) as error:
        return _fail(f"The database cannot be used ({type(error).__name__}). Check --db, the disk and the rights.")


def _bring_in(arguments: argparse.Namespace) -> int:
    from app.hub.importing.mapping import read_map
    from app.hub.importing.reading import look_at_export

    export = look_at_export(arguments.file, read_map(arguments.map))
    if export.was_guessed:
        print(f"Read as {export.encoding}. If names look wrong, name the encoding in the map.")
    with ExitStack() as stack:
        way = _way(arguments, stack)
        about = way.begin(export, is_full=arguments.full, is_trial=arguments.dry_run)
        if about.next_chunk > 1:
            print(f"Going on after row {(about.next_chunk - 1) * about.chunk_rows}.")
        said = 0

        def say(rows: int) -> None:
            nonlocal said
            if rows // _SAY_EVERY > said:
                said = rows // _SAY_EVERY
                print(f"{rows} rows ..", flush=True)

        try:
            last = way.take(export, arguments.map, about, say)
            about = way.finish(about, last, allow_removal=arguments.allow_removal)
        finally:
            faults = way.faults(about)
            if arguments.report:
                _report(arguments.report, faults)
    _tell(about, faults, arguments.report)
    return 0


def _way(arguments: argparse.Namespace, stack: ExitStack) -> IntoStore | OverHttp:
    """Into the database itself, or by a hub."""
    if arguments.hub:
        from app.hub.importing.over_http import OverHttp

        kept = os.environ.get(PASSWORD_VARIABLE)
        password = kept if kept is not None else getpass.getpass("Password: ")
        return stack.enter_context(OverHttp.signed_in(arguments.hub, arguments.user, password))
    from app.hub.engine import sqlite_file
    from app.hub.errors import HubError
    from app.hub.importing.into_store import IntoStore
    from app.hub.presence import FolderInUse
    from app.hub.server import lock_beside
    from app.hub.store import Store

    file = sqlite_file(arguments.db)
    if file is not None:
        try:
            stack.callback(lock_beside(file).release)
        except FolderInUse as error:
            raise HubError("A hub is running on this database. Import through it: --hub URL --user NAME.") from error
    store = Store(arguments.db, key_file=arguments.key_file)
    stack.callback(store.close)
    return IntoStore(store, lambda: datetime.now(UTC))


def _tell(about: Progress, faults: list[Fault], report: Path | None) -> None:
    counts = about.counts
    is_trial = about.is_trial
    print(f"{counts.fresh} new, {counts.changed} changed, {counts.unchanged} as they were, {about.gone} gone.")
    if is_trial:
        print("This was a dry run: nothing was changed.")
    if counts.bad:
        print(f"{counts.bad} rows are bad and were left out.")
    for fault in faults[:10]:
        where = f"column {fault.place}: " if fault.place else ""
        print(f"  row {fault.row}: {where}{fault.problem}")
    if len(faults) > 10:
        print(f"  .. {len(faults)} in all" + (f", see {report}" if report else "; --report FILE writes them down"))


def _report(path: Path, faults: list[Fault]) -> None:
    from app.hub.importing.errors import ImportProblem

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("row", "column", "problem"))
            # A column's name may be what a spreadsheet takes for a formula.
            writer.writerows((one.row, one.place.lstrip("=+-@\t\r "), one.problem) for one in faults)
    except OSError as error:
        raise ImportProblem(f"The report cannot be written: {error.strerror}.") from error


def _propose(file: Path) -> int:
    from app.hub.importing.proposal import propose_map

    sys.stdout.buffer.write(propose_map(file).encode())
    return 0


def _read(arguments: argparse.Namespace) -> int:
    from app.hub.importing.mapping import read_map
    from app.hub.importing.reading import look_at_export
    from app.hub.importing.reading_apart import send_chunks

    export = look_at_export(arguments.file, read_map(arguments.map))
    send_chunks(export, arguments.chunk_rows, arguments.from_chunk, sys.stdout.buffer)
    return 0


def _fail(sentence: str, code: int = 1) -> int:
    print(f"cuecard import: {sentence}", file=sys.stderr)
    return code
