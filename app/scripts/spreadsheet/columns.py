"""The columns of a spreadsheet that becomes a script, and which column of a table is which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scripts.spreadsheet.table import Cell, Found, Table, column_letter
from app.scripts.suggest import closest, did_you_mean

# Column -> other names under which it is known. The help page has the same list.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "step": ("step name", "step id"),
    "title": (),
    "tags": ("tag",),
    "say": ("text", "what to say", "sentence"),
    "point": ("points", "talking point"),
    "note": ("notes",),
    "verify": (),
    "offer": (),
    "read": ("disclosure",),
    "consent": (),
    "question": ("consent question",),
    "lines": ("other lines", "line"),
    "key": (),
    "answer": ("answers", "caller says"),
    "only if": ("if", "condition"),
    "goes to": ("next", "next step", "leads to"),
    "other script": ("script",),
    "comes back to": ("then",),
    "end": ("outcome",),
    "reason": (),
}
COMPULSORY = ("step", "say", "answer", "goes to")
# These may be one cell for all rows of a step.
OF_STEP = ("step", "title", "tags", "say", "note", "verify", "offer", "read", "consent", "question", "end", "reason")

_MERGED = (
    "These cells are merged. Unmerge them and fill in each; only what is said once for a step may be merged downwards."
)
_BY_NAME = {other: name for name, others in COLUMNS.items() for other in (name, *others)}
NAMES = tuple(_BY_NAME)


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the names of its columns."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """The text in a column, "" for none."""
        cell = self.cells.get(name)
        return cell.text if cell else ""

    def cell(self, name: str) -> Cell:
        """The cell of a column; an empty one in the row's first column where there is none."""
        return self.cells.get(name) or Cell("", self.number, 1)


@dataclass(frozen=True, slots=True)
class Named:
    """The rows below the header with the columns named, what is wrong, and what has no column."""

    rows: tuple[Row, ...]
    errors: tuple[Found, ...]
    left_over: tuple[Found, ...]


def name_columns(table: Table) -> Named:
    """Reads the header (the first row that is not blank) and names the cells below."""
    if not table.rows:
        return Named((), (Found("The table is empty. The first row has the names of the columns."),), ())
    errors: list[Found] = []
    left_over: list[Found] = []
    names: dict[int, str] = {}
    unknown: dict[int, str] = {}
    for cell in table.rows[0]:
        _name_column(cell, names, unknown, errors)
    header = table.rows[0][0].row
    for name in COMPULSORY:
        if name not in names.values():
            known = ", ".join(COMPULSORY)
            errors.append(Found(f'There is no column "{name}". The header needs {known}.', header))
    errors += _merged(table, names, header)
    rows = [_row(cells, names, unknown, left_over) for cells in table.rows[1:]]
    if not rows and not errors:
        errors.append(Found("There is no row below the header.", header))
    return Named(tuple(row for row in rows if row.cells), tuple(errors), tuple(left_over))


def _name_column(cell: Cell, names: dict[int, str], unknown: dict[int, str], errors: list[Found]) -> None:
    word = " ".join(cell.text.replace("_", " ").split()).casefold()
    name = _BY_NAME.get(word)
    if name is None:
        fix = closest(word, NAMES)
        if fix:
            errors.append(
                Found(f'"{cell.text[:40]}" is no column of a script.' + did_you_mean(fix), cell.row, cell.column)
            )
        unknown[cell.column] = cell.text[:40]
    elif name in names.values():
        other = next(column for column, known in names.items() if known == name)
        errors.append(Found(f'Column {column_letter(other)} is "{name}" already.', cell.row, cell.column))
    else:
        names[cell.column] = name


def _merged(table: Table, names: Mapping[int, str], header: int) -> list[Found]:
    """Merged cells are understood where one cell stands for all rows of a step; elsewhere they are refused."""
    errors = []
    for area in table.merged:
        across = area.first_column != area.last_column
        of_step = names.get(area.first_column) in OF_STEP
        if across or area.first_row <= header or not of_step:
            errors.append(Found(_MERGED, area.first_row, area.first_column))
    return errors


def _row(cells: tuple[Cell, ...], names: Mapping[int, str], unknown: Mapping[int, str], left_over: list[Found]) -> Row:
    named: dict[str, Cell] = {}
    for cell in cells:
        if cell.column in names:
            named[names[cell.column]] = cell
        else:
            header = f'the column "{unknown[cell.column]}"' if cell.column in unknown else "a column without a name"
            left_over.append(
                Found(f"“{cell.text[:60]}” stands in {header} and is not carried over.", cell.row, cell.column)
            )
    return Row(cells[0].row, named)
