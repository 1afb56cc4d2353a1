"""What every administrative change has in common: who makes it and when, one transaction, a row in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.hub.administration.access import end_sessions, shut_door, take_over_moves
from app.hub.audit import audit
from app.hub.credentials import Passwords
from app.hub.moment import to_micros
from app.hub.push import SIGN_OUT, publish_within
from app.hub.store import Store


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's id and his device's."""

    person: str
    device: str


MACHINE = Actor("", "this-machine")
"""The machine's administrator, who works on the database itself."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where an administrator stands: the store, how passwords are kept, the time, and who acts."""

    store: Store
    passwords: Passwords
    now: datetime
    by: Actor

    @property
    def micros(self) -> int:
        """The time as the store keeps it."""
        return to_micros(self.now)

    @contextmanager
    def change(self, *, of_people: bool = True) -> Iterator[Connection]:
        """One transaction; no other administrator changes anything meanwhile. Moves that are due are made first.

        While it runs nobody signs in, but for one that is not `of_people` and may take long.
        """
        with self.store.write() as connection:
            self.store.exclusive(connection, "administration")
            if of_people:
                shut_door(self.store, connection)
            take_over_moves(connection, self.micros)
            yield connection

    def note(self, connection: Connection, kind: str, about: str, detail: str = "") -> None:
        """Writes down what was done to whom: ids only."""
        facts = {"person": self.by.person, "device": self.by.device, "about": about, "detail": detail}
        audit(connection, self.store.key, self.now, kind, **facts)

    def sign_out(self, connection: Connection, person: str, *, and_devices: bool = False, but: str = "") -> int:
        """Ends a person's sessions and what is being pushed to him; how many sessions."""
        ended = end_sessions(connection, self.micros, person=person, and_devices=and_devices, but=but)
        publish_within(connection, self.store, self.now, SIGN_OUT, {}, person=person)
        return ended
