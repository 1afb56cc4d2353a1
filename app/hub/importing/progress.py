"""How far an import is, and what was wrong with which row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from app.hub.errors import Problem
from app.hub.importing import tables
from app.hub.importing.given import Counts, Fault, Progress
from app.hub.moment import from_micros

MOST_FAULTS = 10_000
"""How many faults of an import are kept; bad rows are all counted."""


def progress_in(connection: Connection, run: int) -> Progress:
    """How far an import is; raises Problem 404 for one that is not here."""
    imports, chunks, faults = tables.account_import, tables.account_import_chunk, tables.account_import_fault
    about = connection.execute(select(imports).where(imports.c.number == run)).first()
    if about is None:
        raise Problem(404, "There is no such import.")
    sums = connection.execute(
        select(
            func.count().label("chunks"),
            *(func.coalesce(func.sum(chunks.c[name]), 0).label(name) for name in Counts.__slots__),
        ).where(chunks.c.run == run)
    ).one()
    next_chunk = sums.chunks + 1
    if sums.chunks:
        numbers = connection.execute(
            select(chunks.c.number).where(chunks.c.run == run).order_by(chunks.c.number)
        ).scalars()
        next_chunk = next((place for place, number in enumerate(numbers, 1) if number != place), sums.chunks + 1)
    faulty = connection.execute(select(func.count()).select_from(faults).where(faults.c.run == run)).scalar_one()
    return Progress(
        number=run,
        is_full=bool(about.is_full),
        is_trial=bool(about.is_trial),
        chunk_rows=about.chunk_rows,
        begun_at=from_micros(about.begun_at),
        finished_at=None if about.finished_at is None else from_micros(about.finished_at),
        chunks=sums.chunks,
        next_chunk=next_chunk,
        counts=counts_of(sums),
        gone=about.gone,
        faults=faulty,
    )


def counts_of(row: Any) -> Counts:
    """The counts in a row of chunks, or of their sums."""
    return Counts(**{name: int(getattr(row, name)) for name in Counts.__slots__})


def faults_in(connection: Connection, run: int, after: int = 0, limit: int = MOST_FAULTS) -> list[Fault]:
    """What is wrong with which row, in order of rows after a given one."""
    table = tables.account_import_fault
    wanted = select(table).where(table.c.run == run, table.c.row > after)
    rows = connection.execute(wanted.order_by(table.c.row, table.c.place).limit(limit)).all()
    return [Fault(row.row, row.place, row.problem) for row in rows]


def keep_faults(connection: Connection, run: int, faults: Sequence[Fault]) -> None:
    """Keeps faults, as long as there are not too many."""
    if not faults:
        return
    table = tables.account_import_fault
    kept = connection.execute(select(func.count()).select_from(table).where(table.c.run == run)).scalar_one()
    # A row may have two faults of the same column (two numbers in one cell): said once.
    once = {(fault.row, fault.place): fault for fault in faults}
    rows = [
        {"run": run, "row": fault.row, "place": fault.place, "problem": fault.problem}
        for fault in list(once.values())[: max(0, MOST_FAULTS - kept)]
    ]
    if rows:
        connection.execute(insert(table), rows)
