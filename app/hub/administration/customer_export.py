"""Everything the hub knows of one customer, as files that he can be given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.hub import schema
from app.hub.administration.customer import bodies, find_customer
from app.hub.administration.messages import CustomerFiles, CustomerNamed
from app.hub.administration.office import Office
from app.hub.moment import from_micros
from app.reports.render import sheet_text

_SOMEBODY_ELSE = "another-account"
_EVIDENCE = frozenset(
    {"consent.given", "consent.refused", "disclosure.read", "caller.verified", "script.started", "cancel.requested"}
)
_READ_ME = """What this call-center system holds about one customer.

account.json    the account as it is now
events.jsonl    everything recorded in calls with this customer, one JSON object a line, in order of arrival
events.csv      the same, readable in a spreadsheet
evidence.csv    of these: who was verified and how, disclosures read, consents, the version of each script
orders.jsonl    orders and cancellations that were placed

Where a call touched another customer's account as well, that account is called "another-account".
"""


def export_customer(office: Office, asked: CustomerNamed) -> CustomerFiles:
    """The customer's account, events, orders and evidence as texts by file name; raises Problem 404."""
    with office.store.read() as connection:
        customer = find_customer(connection, asked.account)
        events = [_event(row, customer.account) for row in bodies(connection, customer.events)]
        orders = list(_orders(connection, customer.orders))
    with office.change() as connection:
        # Not the id: the trail is never changed, also when this customer is erased one day.
        office.note(connection, "customer-exported", office.store.keyed_hash("customer", customer.account).hex()[:16])
    files = {
        "README.txt": _READ_ME,
        "account.json": (customer.body or "null") + "\n",
        "events.jsonl": _lines(events),
        "events.csv": _table(events),
        "evidence.csv": _table(event for event in events if event["happened"] in _EVIDENCE),
        "orders.jsonl": _lines(orders),
    }
    return CustomerFiles(customer.account, files)


def _event(row: Any, account: str) -> dict[str, Any]:
    body = msgspec.json.decode(row.body)
    data = dict(body.get("data") or {})
    if data.get("account") not in (None, "", account):
        data["account"] = _SOMEBODY_ELSE
    return {
        "id": row.id,
        "time": body.get("time"),
        "call": row.subject,
        "happened": row.type,
        "agent": row.person,
        "data": data,
    }


def _orders(connection: Connection, ids: list[str]) -> Iterable[dict[str, Any]]:
    orders = schema.placed_order
    for order in ids:
        row = connection.execute(select(orders).where(orders.c.id == order)).one()
        yield {
            "id": row.id,
            "reference": row.number,
            "placed_at": from_micros(row.placed_at).isoformat(),
            "action": row.action,
            "details": msgspec.json.decode(row.details),
        }


def _lines(values: Iterable[Any]) -> str:
    return "".join(msgspec.json.encode(value).decode() + "\n" for value in values)


def _table(events: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["time", "call", "happened", "agent", "details"])
    for event in events:
        details = "; ".join(f"{name}: {_plain(value)}" for name, value in event["data"].items())
        cells = (str(event["time"]), event["call"], event["happened"], event["agent"], details)
        writer.writerow([sheet_text(cell) for cell in cells])
    return text.getvalue()


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
