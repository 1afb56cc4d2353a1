"""From the bytes of a spreadsheet to the text of a script."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.scripts.model import Problem, Script
from app.scripts.parse import parse_script
from app.scripts.spreadsheet.columns import NAMES, name_columns
from app.scripts.spreadsheet.steps import StepRows, Written, steps_of
from app.scripts.spreadsheet.table import LARGEST_FILE, Found, Table, read_csv, refused
from app.scripts.spreadsheet.xlsx import read_xlsx

_MOST_ERRORS = 200


@dataclass(frozen=True, slots=True)
class About:
    """What stands in the header of the script and in no row. `cancel` is "" for none."""

    script: str
    title: str
    kind: str
    cancel: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of the script and the script itself (None where there are errors), and what to tell its author.

    `left_over` is what the spreadsheet has and the script has not, or has in another form.
    """

    text: str
    script: Script | None
    errors: tuple[Found, ...]
    left_over: tuple[Found, ...]


def import_script(content: bytes, about: About) -> Imported:
    """Reads a CSV file or an XLSX workbook. Never raises; what comes without errors is a script that parses."""
    table = _table(content)
    if table.errors and not table.rows:
        return Imported("", None, table.errors, table.left_over)
    named = name_columns(table)
    left_over = (*table.left_over, *named.left_over)
    errors = [*table.errors, *named.errors]
    if errors:
        return _failed(errors, left_over)
    steps, errors = steps_of(named.rows)
    if not steps or len(errors) >= _MOST_ERRORS:
        return _failed(errors, left_over)
    written = _script(about, steps)
    text = "".join(f"{line.text}\n" for line in written)
    parsed = parse_script(text, f"{about.script}.call.md")
    told = {(error.row, error.column) for error in errors}
    for problem in parsed.problems:
        found = _at_cell(problem, written)
        if (found.row, found.column) not in told:
            errors.append(found)
    if errors or parsed.script is None:
        return _failed(errors, left_over)
    return Imported(text, parsed.script, (), left_over)


def _failed(errors: list[Found], left_over: tuple[Found, ...]) -> Imported:
    ordered = sorted(errors, key=lambda error: (error.row, error.column))[:_MOST_ERRORS]
    return Imported("", None, tuple(ordered), left_over)


def _table(content: bytes) -> Table:
    if len(content) > LARGEST_FILE:
        return refused(f"The file has more than {LARGEST_FILE // 1_000_000} MB. Keep only the sheet with the script.")
    if not content.strip():
        return refused("The file is empty.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return refused("The workbook is in an old format, or has a password. Save it as XLSX without one.")
    return read_xlsx(content) if content.startswith(b"PK") else read_csv(content, NAMES)


def _script(about: About, steps: list[StepRows]) -> list[Written]:
    header = [("script", about.script), ("title", about.title), ("kind", about.kind), ("cancel", about.cancel)]
    written = [
        Written("---"),
        *(Written(f"{key}: {value}") for key, value in header if value),
        Written("---"),
    ]
    for step in steps:
        written += [Written(""), *step.written()]
    return written


def _at_cell(problem: Problem, written: list[Written]) -> Found:
    """What the parser found, at the cell from which the line comes."""
    index = problem.place.line - 1
    cell = written[index].cell if index < len(written) else None
    message = re.sub(r"\s+", " ", problem.message)
    return Found(message, cell.row, cell.column) if cell else Found(f"In the header of the script: {message}")
