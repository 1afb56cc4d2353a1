"""`cuecard script check PATH`: tells what is wrong in scripts, and mends what is certain."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.terminal import fail, say, shown
from app.library_folder import NotALibrary, library_of, read_files

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.library import Loaded
    from app.scripts.model import Problem

_SCRIPT = ".call.md"


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    check = commands.add_parser(
        "check",
        help="find what is wrong in scripts",
        description="Checks a library, or one script of it. Exit code 1 when there are errors.",
    )
    check.add_argument("path", type=Path, metavar="PATH", help="a library's folder, or a script in one")
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to print it")
    check.add_argument("--fix", action="store_true", help="mend what is certain, and put files in the canonical form")
    check.add_argument("--earlier", type=Path, metavar="FOLDER", help="the library of the last release, to compare")
    check.add_argument(
        "--day", type=_day, metavar="DAY", help="judge what is valid on this day, like 2027-01-31 (today)"
    )
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 without errors, 1 with, 2 where there is nothing to check."""
    from app.scripts.library import load_library

    try:
        root = library_of(arguments.path)
        earlier = load_library(read_files(library_of(arguments.earlier))).known.scripts if arguments.earlier else None
    except NotALibrary as error:
        return fail(str(error))
    if arguments.fix:
        _fix(root, arguments.path.resolve(), quiet=arguments.format == "json")
    # The day on which the trainer works is the day here, so the local one.
    today = arguments.day or date.today()  # noqa: DTZ011
    loaded = load_library(read_files(root), today=today, earlier=earlier)
    return _tell(arguments.path.resolve(), root, loaded, arguments.format)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2027-01-31") from None


def _fix(root: Path, here: Path, quiet: bool) -> None:
    """Mends the scripts at a path, one file after the other; what is not UTF-8 text stays as it is."""
    from app.scripts.fix import fix_script
    from app.scripts.library import LARGEST_FILE

    paths = [here] if here.is_file() else sorted(here.rglob(f"*{_SCRIPT}"))
    for path in paths:
        if not path.name.endswith(_SCRIPT) or path.stat().st_size > LARGEST_FILE:
            continue
        content = path.read_bytes()
        try:
            source = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
        fixed = fix_script(source)
        new = fixed.text.encode("utf-8")
        if new == content:
            continue
        _replace(path, new)
        if not quiet:
            lines = f" line {', '.join(map(str, fixed.lines))}" if fixed.lines else " its form"
            say(f"{shown(path)}: mended{lines}")


def _replace(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _tell(here: Path, root: Path, loaded: Loaded, form: str) -> int:
    from app.scripts.model import Severity

    problems = loaded.problems
    if here.is_file():
        own = here.relative_to(root).as_posix()
        problems = tuple(problem for problem in problems if problem.file == own)
    elif here != root:
        below = here.relative_to(root).as_posix() + "/"
        problems = tuple(problem for problem in problems if problem.file.startswith(below))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if form == "json":
        say(_as_json(root, problems, errors))
    else:
        for problem in problems:
            say(as_line(root, problem))
        say(_total(errors, len(problems) - errors, loaded))
    return 1 if errors else 0


def as_line(root: Path, problem: Problem) -> str:
    """One line that editors and people can follow to the place."""
    place = problem.place
    file = shown(root / problem.file)
    return f"{file}:{place.line}:{place.column}: {problem.severity} {problem.rule}: {problem.message}"


def _as_json(root: Path, problems: tuple[Problem, ...], errors: int) -> str:
    from app.scripts.check import RULES

    found = [
        {
            "file": problem.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "end_column": problem.place.end_column or problem.place.column,
            "severity": problem.severity.value,
            "rule": problem.rule,
            "message": problem.message,
            "suggestion": problem.suggestion,
            "help": RULES[problem.rule].help,
        }
        for problem in problems
    ]
    whole = {"library": str(root), "errors": errors, "warnings": len(problems) - errors, "problems": found}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _total(errors: int, warnings: int, loaded: Loaded) -> str:
    if errors or warnings:
        return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    known = loaded.known
    return f"No problems in {_count(len(known.scripts), 'script')} and {_count(len(known.offers), 'offer')}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
