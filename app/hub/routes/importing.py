"""Accounts in, by the file."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial
from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post, put
from litestar.params import FromPath, FromQuery

from app.domain.person import Role
from app.hub.body import read_body
from app.hub.errors import Problem
from app.hub.importing import imports
from app.hub.importing.given import Counts, Progress
from app.hub.importing.wire import ChunkBody, rows_in
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, hub_of, person_in, read_json
from app.hub.strict_json import read_as

_MOST_CHUNKS = 1_000_000
_FAULTS_A_PAGE = 1000

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]


class BeginImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An import to begin. `fingerprint` is the sender's own name for exactly this file: the same goes on.

    `full`: accounts that are in none of its rows are gone. `trial`: nothing is changed, only counted.
    """

    fingerprint: _Words
    full: bool = False
    trial: bool = False


class FinishImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That all chunks were sent; `allow_removal`: also where more than a tenth of all accounts would go."""

    chunks: Annotated[int, msgspec.Meta(ge=0, le=_MOST_CHUNKS)]
    allow_removal: bool = False


class WrongRow(msgspec.Struct, frozen=True):
    """What is wrong with a row: its number, the column's name ("" for the whole row), a sentence."""

    row: int
    column: str
    problem: str


class ImportAnswer(msgspec.Struct, frozen=True):
    """How far an import is. `next_chunk`: the first that is missing; `bad`: rows that were not taken."""

    number: int
    full: bool
    trial: bool
    chunk_rows: int
    begun_at: datetime
    finished_at: datetime | None
    chunks: int
    next_chunk: int
    new: int
    changed: int
    unchanged: int
    bad: int
    lost: int
    gone: int
    faults: int


class ChunkAnswer(msgspec.Struct, frozen=True):
    """What became of a chunk's rows, after the commit."""

    new: int
    changed: int
    unchanged: int
    bad: int


class FaultsAnswer(msgspec.Struct, frozen=True):
    """What is wrong with which row, in order; `more`: ask again with `after` the last row."""

    faults: list[WrongRow]
    more: bool


@post("/v1/accounts/imports", opt={"role": Role.ADMIN}, operation_class=takes(BeginImport))
async def begin_import(request: HubRequest) -> ImportAnswer:
    """Begins an import, or goes on with the same one where it was broken off."""
    hub = hub_of(request)
    asked = await read_json(request, BeginImport)
    begin = partial(
        imports.begin,
        hub.store,
        hub.clock(),
        fingerprint=asked.fingerprint,
        person=person_in(request).id,
        is_full=asked.full,
        is_trial=asked.trial,
    )
    return _answer(await run_sync(begin))


@get("/v1/accounts/imports/{number:int}", opt={"role": Role.ADMIN})
async def read_import(request: HubRequest, number: FromPath[int]) -> ImportAnswer:
    """How far an import is."""
    return _answer(await run_sync(imports.progress, hub_of(request).store, _known(number)))


@get("/v1/accounts/imports/{number:int}/faults", opt={"role": Role.ADMIN})
async def read_faults(request: HubRequest, number: FromPath[int], after: FromQuery[int] = 0) -> FaultsAnswer:
    """What is wrong with which row. No cell is quoted."""
    after = max(0, min(after, 2**31 - 1))
    find = partial(imports.faults_of, hub_of(request).store, _known(number), after, _FAULTS_A_PAGE + 200)
    found = await run_sync(find)
    more = len(found) > _FAULTS_A_PAGE
    if more:
        # Cut between rows, so that asking for what comes after a row loses none.
        cut = found[_FAULTS_A_PAGE].row
        found = [fault for fault in found if fault.row < cut] or found
    return FaultsAnswer([WrongRow(fault.row, fault.place, fault.problem) for fault in found], more)


@put(
    "/v1/accounts/imports/{number:int}/chunks/{chunk:int}",
    opt={"role": Role.ADMIN},
    operation_class=takes(ChunkBody),
)
async def take_chunk(request: HubRequest, number: FromPath[int], chunk: FromPath[int]) -> ChunkAnswer:
    """Takes a chunk's rows and answers after the commit. The same chunk again is answered and changes nothing."""
    hub = hub_of(request)
    if not 1 <= chunk <= _MOST_CHUNKS:
        raise Problem(400, "Chunks are numbered from 1.")
    body = await read_body(request.stream(), request.headers, hub.bodies)
    now = hub.clock()

    def take() -> Counts:
        rows = rows_in(read_as(body, ChunkBody))
        return imports.take(hub.store, now, _known(number), chunk, hashlib.sha256(body).digest(), rows)

    counts = await run_sync(take)
    return ChunkAnswer(counts.fresh, counts.changed, counts.unchanged, counts.bad)


@post(
    "/v1/accounts/imports/{number:int}/finish",
    opt={"role": Role.ADMIN},
    status_code=200,
    operation_class=takes(FinishImport),
)
async def finish_import(request: HubRequest, number: FromPath[int]) -> ImportAnswer:
    """Ends an import; a full one takes away the accounts that it did not meet."""
    hub = hub_of(request)
    asked = await read_json(request, FinishImport)
    finish = partial(
        imports.finish, hub.store, hub.clock(), _known(number), asked.chunks, allow_removal=asked.allow_removal
    )
    return _answer(await run_sync(finish))


def _known(number: int) -> int:
    if not 0 < number < 2**31:
        raise Problem(404, "There is no such import.")
    return number


def _answer(about: Progress) -> ImportAnswer:
    return ImportAnswer(
        about.number,
        about.is_full,
        about.is_trial,
        about.chunk_rows,
        about.begun_at,
        about.finished_at,
        about.chunks,
        about.next_chunk,
        about.counts.fresh,
        about.counts.changed,
        about.counts.unchanged,
        about.counts.bad,
        about.counts.lost,
        about.gone,
        about.faults,
    )


ROUTES = (
    begin_import,
    read_import,
    read_faults,
    take_chunk,
    finish_import,
)
