"""The file: which encoding, which delimiter, its header, and one row after another, never the whole of it."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.hub.importing.errors import FileUnreadable, MapProblem

_PIECE = 1 << 20
_LARGEST_CELL = 1 << 17
_DELIMITERS = ";,\t|"
_NAMED = {"tab": "\t", "comma": ",", "pipe": "|"}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the first reading of a file tells: its encoding, whether that was guessed, and a digest of all bytes."""

    encoding: str
    was_guessed: bool
    digest: str


class Line(NamedTuple):
    """One row: its number as a spreadsheet shows it (the header is 1), and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """An open table. `header` is made of 1, 2, .. where the file has none."""

    header: tuple[str, ...]
    delimiter: str
    lines: Iterator[Line]


def look_at(path: Path, encoding: str) -> FileFacts:
    """Reads the file once for its encoding ("auto": finds out) and digest; raises FileUnreadable."""
    wanted = encoding
    try:
        with path.open("rb") as file:
            head = file.read(_PIECE)
            if encoding == "auto":
                encoding = _by_its_first_bytes(head)
            file.seek(0)
            digest, is_clean = hashlib.sha256(), True
            decoder = codecs.getincrementaldecoder(encoding)()
            while piece := file.read(_PIECE):
                digest.update(piece)
                if is_clean:
                    is_clean = _decodes(decoder, piece)
            is_clean = is_clean and _decodes(decoder, b"", is_last=True)
    except OSError as error:
        raise FileUnreadable(f"The file cannot be read: {error.strerror}.") from error
    except LookupError as error:
        raise MapProblem(f"The map's encoding {encoding!r} is not known.") from error
    if not head:
        raise FileUnreadable("The file is empty.")
    if not is_clean and wanted == "auto" and encoding == "utf-8-sig":
        encoding, is_clean = "cp1252", True
    if not is_clean:
        raise FileUnreadable(f"The file is not in the encoding {encoding}. Name the right one in the map.")
    return FileFacts(encoding, wanted == "auto", digest.hexdigest())


@contextmanager
def open_table(path: Path, encoding: str, delimiter: str = "auto", *, has_header: bool = True) -> Iterator[Table]:
    """The file as a table; raises FileUnreadable, also while its lines are read."""
    csv.field_size_limit(_LARGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline(_LARGEST_CELL)
            file.seek(0)
            sign = _NAMED.get(delimiter, delimiter)
            if delimiter == "auto":
                sign = max(_DELIMITERS, key=first.count)
            elif len(sign) != 1:
                raise MapProblem("The map's delimiter must be one sign, or tab, comma, pipe or auto.")
            lines = _lines(csv.reader(file, delimiter=sign))
            if has_header:
                header = tuple(" ".join(cell.split()) for cell in next(lines, Line(1, [])).cells)
            else:
                width = len(next(csv.reader([first], delimiter=sign), []))
                header = tuple(str(number) for number in range(1, width + 1))
            yield Table(header, sign, lines)
    except OSError as error:
        raise FileUnreadable(f"The file cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise FileUnreadable(f"The file is not in the encoding {encoding}. Name the right one in the map.") from error


def _lines(reader: Iterator[list[str]]) -> Iterator[Line]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileUnreadable(
                f"From row {number} on the file cannot be read: a quotation mark is opened and never closed."
            ) from error
        if cells:
            yield Line(number, cells)


def _by_its_first_bytes(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Text in Western signs as UTF-16 has a zero in every second byte.
    sample = head[:2000]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    if len(sample) >= 4 and sample[::2].count(0) > len(sample) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, is_last: bool = False) -> bool:
    try:
        decoder.decode(piece, is_last)
    except UnicodeDecodeError:
        return False
    return True
