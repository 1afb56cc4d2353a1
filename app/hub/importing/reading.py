"""A file, by its map, as chunks of rows: the same chunks each time, whoever takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.hub.importing.given import GivenRow
from app.hub.importing.mapping import AccountMap
from app.hub.importing.rows import RowReader
from app.hub.importing.table import Table, look_at, open_table


class Chunk(NamedTuple):
    """Some rows: their place among all chunks from 1, a digest that is the same for the same rows, and the rows."""

    number: int
    digest: bytes
    rows: list[GivenRow]


@dataclass(frozen=True, slots=True)
class Export:
    """An operator's file and its map. `fingerprint` tells this file with this map again."""

    path: Path
    map: AccountMap
    encoding: str
    was_guessed: bool
    fingerprint: str


def look_at_export(path: Path, given: AccountMap) -> Export:
    """Reads the file once; raises FileUnreadable or MapProblem."""
    facts = look_at(path, given.encoding)
    about = hashlib.sha256(facts.digest.encode() + msgspec.json.encode(given, order="deterministic"))
    return Export(path, given, facts.encoding, facts.was_guessed, about.hexdigest())


@contextmanager
def chunks_of(export: Export, chunk_rows: int, first: int = 1) -> Iterator[Iterator[Chunk]]:
    """The chunks from the first that is wanted; those before are passed over without being read as accounts."""
    given = export.map
    with open_table(export.path, export.encoding, given.delimiter, has_header=given.header) as table:
        reader = RowReader(given, table.header)
        yield _chunks(export, table, reader, chunk_rows, first)


def chunk_digest(export: Export, chunk_rows: int, number: int) -> bytes:
    """What tells a chunk again: the file, its map, and which rows."""
    return hashlib.sha256(f"{export.fingerprint} {chunk_rows} {number}".encode()).digest()


def _chunks(export: Export, table: Table, reader: RowReader, chunk_rows: int, first: int) -> Iterator[Chunk]:
    number = 0
    while lines := list(islice(table.lines, chunk_rows)):
        number += 1
        if number >= first:
            digest = chunk_digest(export, chunk_rows, number)
            yield Chunk(number, digest, [reader.read(line) for line in lines])
