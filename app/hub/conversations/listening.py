"""Which leads listen just now, so that an agent is told at once where nobody does.

A lead's stream of pushes is noted while it is open, in the database: it may be held by another process of the hub.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from contextlib import aclosing, suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from uuid_utils import uuid7

from app.hub.conversations.tables import lead_listening
from app.hub.moment import to_micros
from app.hub.store import Store

HOLDS = timedelta(seconds=40)
"""How long a stream counts as open without a word from its process; longer than the time between two heartbeats."""

_RENEWED_AFTER = timedelta(seconds=10)


def listening(connection: Connection, people: Collection[str], now: datetime) -> frozenset[str]:
    """Who of these people listens."""
    table = lead_listening
    rows = connection.execute(
        select(table.c.person).where(table.c.person.in_(list(people)), table.c.until > to_micros(now))
    )
    return frozenset(rows.scalars())


async def noted(
    stream: AsyncGenerator[bytes, None], store: Store, clock: Callable[[], datetime], person: str
) -> AsyncIterator[bytes]:
    """The stream, with a note that this person listens for as long as it is open."""
    name = str(uuid7())
    renewed = clock()
    try:
        await asyncio.to_thread(_begin, store, name, person, renewed)
        async with aclosing(stream):
            async for piece in stream:
                yield piece
                if clock() - renewed >= _RENEWED_AFTER:
                    renewed = clock()
                    await asyncio.to_thread(_renew, store, name, renewed)
    finally:
        # Not awaited: whoever ends a stream by cancelling it would cancel this, too.
        asyncio.get_running_loop().run_in_executor(None, _end, store, name)


def _begin(store: Store, name: str, person: str, now: datetime) -> None:
    with store.write() as connection:
        connection.execute(delete(lead_listening).where(lead_listening.c.until < to_micros(now - HOLDS)))
        connection.execute(insert(lead_listening).values(stream=name, person=person, until=to_micros(now + HOLDS)))


def _renew(store: Store, name: str, now: datetime) -> None:
    # Pushes go on without it; at worst somebody counts as away for a while.
    with suppress(SQLAlchemyError), store.write() as connection:
        connection.execute(
            update(lead_listening).where(lead_listening.c.stream == name).values(until=to_micros(now + HOLDS))
        )


def _end(store: Store, name: str) -> None:
    with suppress(SQLAlchemyError), store.write() as connection:
        connection.execute(delete(lead_listening).where(lead_listening.c.stream == name))
