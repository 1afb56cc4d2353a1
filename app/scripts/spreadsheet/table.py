"""The cells of a spreadsheet, wherever they come from, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

LARGEST_FILE = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60

_DELIMITERS = (",", ";", "\t", "|")
# What a spreadsheet program would reckon; an arrow to another script begins with the same sign.
_FORMULA = re.compile(r"=(?!>)\s*[\w(@+\-\"'{]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Found:
    """Something about a spreadsheet that its author should know. Row and column from 1; 0 is the whole file."""

    message: str
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        """With the place as a spreadsheet program shows it."""
        if not self.row:
            return self.message
        column = f", column {column_letter(self.column)}" if self.column else ""
        return f"Row {self.row}{column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it stands."""

    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells joined to one; rows and columns from 1, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not blank, each with its cells that are not empty. `left_over` is what no cell can hold."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    merged: tuple[Merged, ...] = ()
    errors: tuple[Found, ...] = ()
    left_over: tuple[Found, ...] = ()


@dataclass(slots=True)
class TableBuilder:
    """Takes cells one by one; cleans them and keeps what is wrong."""

    rows: dict[int, list[Cell]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    errors: list[Found] = field(default_factory=list)
    left_over: list[Found] = field(default_factory=list)

    def add(self, text: str, row: int, column: int) -> None:
        """Notes the text of a cell; an empty one is passed over."""
        clean, count = _UNSEEN.subn("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if count:
            self.left_over.append(Found(f"{count} signs that cannot be seen were taken out.", row, column))
        clean = clean.strip()
        if not clean:
            return
        if _FORMULA.match(clean):
            self.formula(row, column)
            return
        self.rows.setdefault(row, []).append(Cell(clean, row, column))

    def formula(self, row: int, column: int) -> None:
        """Refuses a formula: its value is not in the file, or may be an old one."""
        message = "This cell has a formula. Copy it and paste it as a value, then save again."
        self.errors.append(Found(message, row, column))

    def table(self) -> Table:
        """What was taken."""
        rows = tuple(tuple(sorted(self.rows[row], key=lambda cell: cell.column)) for row in sorted(self.rows))
        return Table(rows, tuple(self.merged), tuple(self.errors), tuple(self.left_over))


def refused(message: str, row: int = 0, column: int = 0) -> Table:
    """A table of which nothing could be read."""
    return Table(errors=(Found(message, row, column),))


def column_letter(column: int) -> str:
    """The column as spreadsheet programs name it: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_csv(content: bytes, headers: Sequence[str]) -> Table:
    """A CSV file: UTF-8, UTF-16 or Windows-1252; commas, semicolons, tabs or bars. Never raises.

    `headers` are the names that the first row may have; the separator that shows the most of them is taken.
    """
    builder = TableBuilder()
    text = _decoded(content, builder)
    if text is None:
        return refused("This is no text file. Save the table as CSV (UTF-8) or as XLSX.")
    text, delimiter = _delimiter(text, headers)
    # Line ends within quotes belong to the cell, so the file is not split beforehand.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS:
                builder.errors.append(Found(f"The table has more than {MOST_ROWS:,} rows. Divide it.", number))
                break
            if len(row) > MOST_COLUMNS and any(cell.strip() for cell in row[MOST_COLUMNS:]):
                builder.errors.append(Found(f"The row has more than {MOST_COLUMNS} columns.", number))
            for column, cell in enumerate(row[:MOST_COLUMNS], start=1):
                builder.add(cell, number, column)
    except csv.Error as error:
        message = f"The row cannot be read ({error}). Most often a quotation mark is missing or too many."
        builder.errors.append(Found(message, number + 1))
    return builder.table()


def _decoded(content: bytes, builder: TableBuilder) -> str | None:
    """The text of a file in one of the encodings that spreadsheet programs write; None for what is no text."""
    text = None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _try(content, "utf-16")
    elif content[1:2] == b"\x00" and content[3:4] == b"\x00":
        text = _try(content, "utf-16-le")
    elif content[:1] == b"\x00" and content[2:3] == b"\x00":
        text = _try(content, "utf-16-be")
    elif b"\x00" not in content:
        text = _try(content, "utf-8-sig")
        if text is None:
            text = _try(content, "cp1252")
            message = "The file is not UTF-8 and was read as Windows-1252. Look whether accents and signs are right."
            builder.left_over.append(Found(message))
    return None if text is None or "\x00" in text else text


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _delimiter(text: str, headers: Sequence[str]) -> tuple[str, str]:
    """The text (without a line `sep=;`) and its separator."""
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=(.)\r?", first):
        # The row stays, empty, so that later rows keep their numbers.
        return f"\n{rest}", first[4]
    head = next((line for line in text.splitlines() if line.strip()), "")[:10_000]

    def known(delimiter: str) -> int:
        parts = {part.strip().strip('"').strip().casefold() for part in head.split(delimiter)}
        return sum(name in parts for name in headers)

    return text, max(_DELIMITERS, key=lambda delimiter: (known(delimiter), head.count(delimiter)))
