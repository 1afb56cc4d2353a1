"""One customer's data, found: account, events, orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, or_, select

from app.hub import schema
from app.hub.administration.erased import names_account
from app.hub.administration.tables import erased_account
from app.hub.errors import Problem

_AT_ONCE = 500


class EventKey(NamedTuple):
    """An event's place in the table."""

    home_team: str
    month: int
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Customer:
    """What there is of a customer. `account` is the id; `body` the account, None where it is not (or no longer) here.

    `calls` are the subjects of events that name him; `events` lie in the order of their arrival.
    """

    account: str
    body: str | None
    calls: frozenset[str]
    events: list[EventKey]
    orders: list[str]


def find_customer(connection: Connection, named: str) -> Customer:
    """A customer by the account's id or number; raises Problem 404 where nothing at all is known.

    Looks through all events, since none is kept by account: that takes a while in a large hub.
    """
    accounts, orders = schema.account, schema.placed_order
    row = connection.execute(
        select(accounts.c.id, accounts.c.body).where(or_(accounts.c.id == named, accounts.c.number == named))
    ).first()
    account = named if row is None else str(row.id)
    calls = _calls(connection, account)
    events = list(_events(connection, account, calls))
    placed = connection.execute(select(orders.c.id).where(orders.c.account == account).order_by(orders.c.number))
    order_ids = [str(order) for order in placed.scalars()]
    was_erased = connection.execute(select(erased_account).where(erased_account.c.account == account)).first()
    if row is None and not events and not order_ids and was_erased is None:
        raise Problem(404, "Nothing is known of such a customer. Give the account's id or number.")
    return Customer(account, None if row is None else row.body, calls, events, order_ids)


def bodies(connection: Connection, keys: list[EventKey]) -> Iterator[Row[Any]]:
    """The rows of these events, as they are now."""
    event = schema.event
    for key in keys:
        yield connection.execute(
            select(event).where(
                event.c.home_team == key.home_team,
                event.c.month == key.month,
                event.c.source == key.source,
                event.c.id == key.id,
            )
        ).one()


def naming(account: str) -> Any:
    """The condition that an event's body holds an id; what it finds has to be looked at (`names_account`)."""
    quoted = msgspec.json.encode(account).decode()
    return schema.event.c.body.contains(quoted, autoescape=True)


def _calls(connection: Connection, account: str) -> frozenset[str]:
    event = schema.event
    found = set()
    rows = connection.execute(
        select(event.c.subject, event.c.person, event.c.body).where(naming(account)),
        execution_options={"yield_per": _AT_ONCE},
    )
    for row in rows:
        # What belongs to no call has the agent as its subject: that is no reason to take all of his.
        if row.subject != row.person and names_account(msgspec.json.decode(row.body).get("data"), account):
            found.add(str(row.subject))
    return frozenset(found)


def _events(connection: Connection, account: str, calls: frozenset[str]) -> Iterator[EventKey]:
    event = schema.event
    subjects = sorted(calls)
    found: dict[int, EventKey] = {}
    columns = (event.c.position, event.c.home_team, event.c.month, event.c.source, event.c.id)
    for start in range(0, len(subjects), _AT_ONCE):
        wanted = event.c.subject.in_(subjects[start : start + _AT_ONCE])
        for row in connection.execute(select(*columns).where(wanted)):
            found[row.position] = EventKey(*row[1:])
    for named in connection.execute(select(*columns, event.c.body).where(naming(account))):
        if names_account(msgspec.json.decode(named.body).get("data"), account):
            found[named.position] = EventKey(*named[1:5])
    return iter(found[position] for position in sorted(found))
