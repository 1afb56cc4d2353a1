"""What an import is made of: rows that were read, what is wrong with them, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """What is wrong with a row: its number, the column ("" for the whole row), and a sentence that quotes no cell."""

    row: int
    place: str
    problem: str


@dataclass(slots=True)
class GivenRow:
    """One row, read.

    `number` is the account number, "" where that could not be read; `id` "" where the file has none. `facts` are the
    fields of `Account` that the file tells, as values; None for a row that is bad. `factors` are what a caller must
    know, by method, in the clear: they are hashed when they are taken. A row with faults may still be taken, without
    what could not be read.
    """

    row: int
    number: str
    id: str = ""
    facts: Mapping[str, Any] | None = None
    factors: Mapping[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows. `lost`: bad rows of which it is not known whose they are (they are among the `bad`)."""

    fresh: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    lost: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.fresh + other.fresh,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.bad + other.bad,
            self.lost + other.lost,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `next_chunk`: the first that is missing; `faults`: how many, of which some are kept."""

    number: int
    is_full: bool
    is_trial: bool
    chunk_rows: int
    begun_at: datetime
    finished_at: datetime | None
    chunks: int
    next_chunk: int
    counts: Counts
    gone: int
    faults: int
