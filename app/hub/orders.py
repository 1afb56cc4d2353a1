"""Orders and cancellations placed through the hub."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.hub import schema
from app.hub.administration.erased import is_erased_order
from app.hub.errors import Problem
from app.hub.moment import to_micros
from app.hub.store import Store
from app.hub.strict_json import canonical

ACTIONS = frozenset({"place_order", "start_cancellation", "line_test", "engineer_visit", "guide_by_text"})
_NAMED = re.compile(r"(?:task|send):[a-z0-9_-]{1,35}", re.ASCII)

_FIRST_NUMBER = 100_001


def place_order(
    store: Store, now: datetime, *, order_id: str, account: str, action: str, details: dict[str, Any], person: str
) -> tuple[str, bool]:
    """Places an order; its reference, and whether it is new. The same id again is the same order.

    Raises Problem 404 for an unknown account, 409 for the same id with another content, 422 for an unknown action.
    """
    if action not in ACTIONS and not _NAMED.fullmatch(action):
        known = ", ".join(sorted(ACTIONS))
        raise Problem(422, f"The action is not known here. It is one of: {known}, task:KIND, send:TEMPLATE.")
    orders = schema.placed_order
    kept = canonical(details).decode()
    with store.write() as connection:
        store.exclusive(connection, "orders")
        earlier = connection.execute(select(orders).where(orders.c.id == order_id)).first()
        if earlier is not None:
            is_same = (earlier.account, earlier.action, earlier.details) == (account, action, kept)
            if not (is_same or is_erased_order(store, earlier.details, account, action, kept)):
                raise Problem(409, "An order with this id and another content was placed before. Use a new id.")
            return _reference(earlier.number), False
        if connection.execute(select(schema.account.c.id).where(schema.account.c.id == account)).first() is None:
            raise Problem(404, "There is no such account.")
        last = connection.execute(select(func.max(orders.c.number))).scalar()
        number = _FIRST_NUMBER if last is None else int(last) + 1
        connection.execute(
            insert(orders).values(
                id=order_id,
                number=number,
                account=account,
                action=action,
                details=kept,
                person=person,
                placed_at=to_micros(now),
            )
        )
    return _reference(number), True


def _reference(number: int) -> str:
    return f"NL-{number}"
