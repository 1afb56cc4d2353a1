"""Erasing one customer: what is told of him goes, what is counted stays.

The account and what callers must know go, and desktops are told to forget it. Of orders and events the texts go, and
a marker stands where the account's id stood. What a desktop sends later, again or for the first time, is blanked as the
projections meet it (`blank_late`), or known again as what it was (`erased`): neither refused nor restored.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from app.hub import schema
from app.hub.account_order import first_position
from app.hub.account_rows import account_rows
from app.hub.administration.customer import Customer, EventKey, bodies, find_customer, naming
from app.hub.administration.erased import ERASED, erased_body, erased_details, is_erased, names_account
from app.hub.administration.messages import CustomerErase, Erased
from app.hub.administration.office import Office
from app.hub.administration.tables import erased_account, erased_call
from app.hub.conversations.tables import lead_question
from app.hub.handover.tables import handover, handover_name
from app.hub.moment import to_micros
from app.hub.people import DEVICE_TOKEN_LASTS
from app.hub.search.tables import account_word
from app.hub.store import Store

# After that no device can send anything any more that it recorded before.
_REMEMBERED = DEVICE_TOKEN_LASTS + timedelta(days=7)
# SQLite takes no condition with more than a thousand parts.
_NAMED_AT_ONCE = 200


def erase_customer(office: Office, asked: CustomerErase) -> Erased:
    """Erases a customer, or tells what would go; again it finds what is left, if anything. Raises Problem 404.

    Looking takes a while, in which something may arrive. So the customer is remembered as erased first: what arrives
    from then on is blanked as the projections meet it, and what arrived before is found by looking once more.
    """
    with office.store.read() as connection:
        customer = find_customer(connection, asked.account)
        if not asked.confirmed:
            marker = _marker(connection, customer.account) or ""
            open_events = _not_done(connection, customer)
            return Erased(False, int(customer.body is not None), len(open_events), len(customer.orders), marker)
    account = customer.account
    with office.change(of_people=False) as connection:
        _remembered(connection, office, account, customer.calls)
        accounts = forget_account(connection, account, office.micros)
    with office.store.read() as connection:
        customer = find_customer(connection, account)
        open_events = _not_done(connection, customer)
    with office.change(of_people=False) as connection:
        marker = _remembered(connection, office, account, customer.calls)
        orders = _erase_orders(connection, office.store, account, marker)
        events = _erase_events(connection, office.store, open_events, {account: marker})
        _rename_history(connection, {account: marker})
        if accounts or orders or events:
            # The marker, not the id: the trail tells that somebody was erased, not who.
            office.note(connection, "customer-erased", marker, f"{accounts} accounts, {events} events, {orders} orders")
    return Erased(True, accounts, events, orders, marker)


def forget_account(connection: Connection, account: str, now: int) -> int:
    """Takes an account away with its phones and factors, and lets desktops know; how many there were (0 or 1)."""
    rows = account_rows(connection)
    known = rows.known(connection, [account], [])
    if known:
        rows.remove(connection, known, first_position(connection), now)
    connection.execute(delete(schema.account_phone).where(schema.account_phone.c.account == account))
    # What he is found by; it follows the accounts by itself, but later.
    connection.execute(delete(account_word).where(account_word.c.account == account))
    connection.execute(delete(schema.factor).where(schema.factor.c.account == account))
    # What an agent wrote to a lead in a call with him.
    connection.execute(delete(lead_question).where(lead_question.c.account == account))
    # What went along with a transferred call of his; there is no more of that than of a day.
    of_his = select(handover.c.id).where(handover.c.context.contains(f'"{account}"', autoescape=True))
    connection.execute(delete(handover_name).where(handover_name.c.handover.in_(of_his)))
    connection.execute(delete(handover).where(handover.c.id.in_(of_his)))
    return len(known)


def blank_late(connection: Connection, store: Store, first: int, last: int, months: Iterable[int]) -> None:
    """Blanks what arrived, between two positions, of customers who had been erased before. For the projector."""
    markers = {row.account: row.marker for row in connection.execute(select(erased_account))}
    if not markers:
        return
    event = schema.event
    arrived = select(event).where(event.c.position >= first, event.c.position <= last, event.c.month.in_(list(months)))
    named = {}
    accounts = sorted(markers)
    for start in range(0, len(accounts), _NAMED_AT_ONCE):
        some = accounts[start : start + _NAMED_AT_ONCE]
        for row in connection.execute(arrived.where(or_(*(naming(account) for account in some)))):
            if any(names_account(msgspec.json.decode(row.body).get("data"), account) for account in some):
                named[_key(row)] = row
    known = set(connection.execute(select(erased_call.c.subject)).scalars())
    of_calls = arrived.where(event.c.subject.in_(select(erased_call.c.subject)))
    late = named | {_key(row): row for row in connection.execute(of_calls)}
    for row in list(named.values()):
        if row.subject != row.person and row.subject not in known:
            known.add(row.subject)
            _remember_call(connection, row.subject, row.received_at)
            late |= {_key(one): one for one in _earlier_of_call(connection, row)}
    for key, row in late.items():
        _put_body(connection, key, erased_body(store, row.body, markers))
    _rename_history(connection, markers)


def _earlier_of_call(connection: Connection, row: Row[Any]) -> Iterable[Row[Any]]:
    """What the same device told of the same call, perhaps in an earlier batch; by the table's key, so it is quick."""
    event = schema.event
    return connection.execute(
        select(event).where(
            event.c.home_team == row.home_team,
            event.c.month == row.month,
            event.c.source == row.source,
            event.c.subject == row.subject,
        )
    ).all()


def _remembered(connection: Connection, office: Office, account: str, calls: Iterable[str]) -> str:
    before = to_micros(office.now - _REMEMBERED)
    connection.execute(delete(erased_account).where(erased_account.c.erased_at < before))
    connection.execute(delete(erased_call).where(erased_call.c.erased_at < before))
    marker = _marker(connection, account)
    if marker is None:
        # By chance, so that nobody can tell from it who it was; one for each, so that customers still count apart.
        marker = f"erased-{secrets.token_hex(8)}"
        connection.execute(insert(erased_account).values(account=account, marker=marker, erased_at=office.micros))
    known = set(connection.execute(select(erased_call.c.subject)).scalars())
    for call in sorted(set(calls) - known):
        _remember_call(connection, call, office.micros)
    return marker


def _remember_call(connection: Connection, subject: str, at: int) -> None:
    connection.execute(insert(erased_call).values(subject=subject, erased_at=at))


def _marker(connection: Connection, account: str) -> str | None:
    found = connection.execute(select(erased_account.c.marker).where(erased_account.c.account == account)).scalar()
    return None if found is None else str(found)


def _erase_orders(connection: Connection, store: Store, account: str, marker: str) -> int:
    orders = schema.placed_order
    rows = connection.execute(select(orders).where(orders.c.account == account)).all()
    for row in rows:
        left = row.details if is_erased(row.details) else erased_details(store, account, row.action, row.details)
        connection.execute(update(orders).where(orders.c.id == row.id).values(account=marker, details=left))
    return len(rows)


def _erase_events(connection: Connection, store: Store, keys: list[EventKey], markers: Mapping[str, str]) -> int:
    for key, row in _with_rows(connection, keys):
        _put_body(connection, key, erased_body(store, row.body, markers))
    return len(keys)


def _not_done(connection: Connection, customer: Customer) -> list[EventKey]:
    return [key for key, row in _with_rows(connection, customer.events) if not _is_done(row, customer.account)]


def _with_rows(connection: Connection, keys: list[EventKey]) -> Iterable[tuple[EventKey, Row[Any]]]:
    return zip(keys, bodies(connection, keys), strict=True)


def _is_done(row: Row[Any], account: str) -> bool:
    event = msgspec.json.decode(row.body)
    return ERASED in event and not names_account(event.get("data"), account)


def _put_body(connection: Connection, key: EventKey, body: str) -> None:
    event = schema.event
    connection.execute(
        update(event)
        .where(
            event.c.home_team == key.home_team,
            event.c.month == key.month,
            event.c.source == key.source,
            event.c.id == key.id,
        )
        .values(body=body)
    )


def _key(row: Row[Any]) -> EventKey:
    return EventKey(row.home_team, row.month, row.source, row.id)


def _rename_history(connection: Connection, markers: Mapping[str, str]) -> None:
    history = schema.account_history
    for account, marker in markers.items():
        connection.execute(update(history).where(history.c.account == account).values(account=marker))
