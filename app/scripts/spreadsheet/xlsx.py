"""Reads the cells of an XLSX workbook by openpyxl."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from app.scripts.spreadsheet.table import MOST_COLUMNS, MOST_ROWS, Found, Merged, Table, TableBuilder, refused

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# A small file can unpack to a very large one.
_LARGEST_UNPACKED = 60_000_000
_MOST_PARTS = 1_000
# A sheet that begins further down is taken for an empty one.
_SEARCHED_ROWS = 1_000
_NOT_READ = {
    "xl/media/": "Pictures are not carried over.",
    "xl/charts/": "Charts are not carried over.",
    "xl/vbaProject.bin": "Macros are not carried over.",
    "xl/embeddings/": "Embedded files are not carried over.",
}
_DAMAGED = "The workbook cannot be read. Open it in a spreadsheet program and save it anew as XLSX."


def read_xlsx(content: bytes) -> Table:
    """The first visible sheet with something in it. Never raises."""
    builder = TableBuilder()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return refused(_DAMAGED)
    if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > _LARGEST_UNPACKED:
        return refused("The workbook unpacks to more than 60 MB. Keep only the sheet with the script.")
    names = [part.filename for part in listed]
    if not any(name.startswith("xl/") for name in names):
        return refused("This is no XLSX workbook. Save the table as XLSX or as CSV.")
    for prefix, message in _NOT_READ.items():
        if any(name.startswith(prefix) for name in names):
            builder.left_over.append(Found(message))
    book = _opened(content)
    if book is None:
        return refused(_DAMAGED)
    sheet = _choose(book, builder)
    if sheet is None:
        return refused("The workbook has no sheet with cells.")
    _take(sheet, builder)
    return builder.table()


def _opened(content: bytes) -> Workbook | None:
    """The workbook with formulas as formulas; None where it is damaged."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # About parts of the format that openpyxl passes over, none of which is text of a cell.
        warnings.simplefilter("ignore")
        try:
            return load_workbook(io.BytesIO(content), keep_links=False)
        except Exception:
            # openpyxl says with many kinds of errors that a file is not as it should be.
            return None


def _choose(book: Workbook, builder: TableBuilder) -> Worksheet | None:
    """The first visible sheet with cells; the others are named as not read."""
    sheets = [sheet for sheet in book.worksheets if _has_cells(sheet)]
    chosen = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), None)
    for sheet in sheets:
        if sheet is not chosen:
            builder.left_over.append(Found(f"The sheet “{sheet.title}” is not carried over; it is not the first."))
    return chosen


def _has_cells(sheet: Worksheet) -> bool:
    rows = sheet.iter_rows(max_row=min(sheet.max_row, _SEARCHED_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS))
    return any(cell.value is not None for row in rows for cell in row)


def _take(sheet: Worksheet, builder: TableBuilder) -> None:
    if sheet.max_row > MOST_ROWS:
        message = f"The sheet goes on below row {MOST_ROWS:,}. Delete the rows below the table, also empty ones."
        builder.errors.append(Found(message, sheet.max_row))
        return
    if sheet.max_column > MOST_COLUMNS:
        message = f"The sheet has more than {MOST_COLUMNS} columns. Delete those beside the table, also empty ones."
        builder.errors.append(Found(message, 1, sheet.max_column))
        return
    for area in sheet.merged_cells.ranges:
        builder.merged.append(Merged(area.min_row, area.max_row, area.min_col, area.max_col))
    for row in sheet.iter_rows():
        for cell in row:
            _cell(cell, builder)


def _cell(cell: SheetCell | Any, builder: TableBuilder) -> None:
    row, column = cell.row, cell.column
    if getattr(cell, "comment", None) is not None:
        builder.left_over.append(Found("The comment at this cell is not carried over.", row, column))
    value = cell.value
    if value is None:
        return
    if getattr(cell, "hyperlink", None) is not None:
        builder.left_over.append(Found("The link behind this text is not carried over.", row, column))
    if cell.data_type == "f":
        builder.formula(row, column)
    elif cell.data_type == "e":
        builder.errors.append(Found(f"This cell shows the error {value}. Mend it in the spreadsheet.", row, column))
    else:
        _value(value, cell, builder)


def _value(value: object, cell: SheetCell | Any, builder: TableBuilder) -> None:
    row, column = cell.row, cell.column
    if isinstance(value, bool):
        builder.add("yes" if value else "no", row, column)
    elif isinstance(value, (int, float)):
        if cell.number_format not in ("General", "0", "@"):
            message = f"The number {value} was carried over without its format ({cell.number_format})."
            builder.left_over.append(Found(message, row, column))
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        builder.add(str(int(value) if whole else value), row, column)
    elif isinstance(value, (datetime, date, time)):
        day = value.date() if isinstance(value, datetime) and value.time() == time(0) else value
        builder.left_over.append(Found(f"The date was carried over as {day.isoformat()}.", row, column))
        builder.add(day.isoformat(), row, column)
    else:
        builder.add(str(value), row, column)
