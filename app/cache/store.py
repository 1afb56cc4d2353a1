"""The local store as the rest of the program sees it: one object, safe to use from every thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.cache import accounts, kept, outbox, schema
from app.cache.database import Database
from app.cache.errors import StoreError
from app.desk.ports import Draft, WaitingKind
from app.domain.account import Account
from app.domain.event import Event, Json, NewEvent
from app.domain.phone import read_number
from app.sync.crm import Credentials, Rejection

T = TypeVar("T")

# Accounts kept per transaction of a refresh: about two milliseconds, so that a key press never waits longer.
_REFRESH_PIECE = 40
_sign_ins_newest_first = select(schema.sign_ins.c.credentials).order_by(
    schema.sign_ins.c.current.desc(), text("rowid DESC")
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LocalStore:
    """One agent's encrypted store: `Recorder` and `AccountBook` for the desk, outbox and cursors for sync.

    Attributes: `path` of the file, `device_id`, and `source`, the events' source (`/devices/<device id>`).
    Every method may raise StoreError (see `app.cache.errors`) and then has changed nothing.
    """

    def __init__(self, database: Database, device_id: str, clock: Callable[[], datetime]) -> None:
        self.path = database.path
        self.device_id = device_id
        self.source = f"/devices/{device_id}"
        self._database = database
        self._clock = clock

    @classmethod
    def open(cls, path: Path, key: bytes, device_id: str, clock: Callable[[], datetime] = _utc_now) -> LocalStore:
        """Opens the agent's store, or makes a new one where the file is not there.

        `key` is 32 raw bytes out of the vault. Raises StoreUnreadable for a wrong key or a damaged file, which is
        left untouched; StoreTooNew; StoreFull.
        """
        try:
            return cls(Database.open(path, key, device_id), device_id, clock)
        except OSError as error:
            raise StoreError(f"The local store cannot be opened ({error.strerror}); check its folder.") from None

    def close(self) -> None:
        """Frees everything; a second call does nothing."""
        self._database.close()

    # Recording (app.desk.ports.Recorder)

    def record(
        self, events: Sequence[NewEvent], draft: Draft | None = None, drop_draft: str | None = None
    ) -> list[Event]:
        """Commits events with the call's draft or its removal in one durable transaction; see `Recorder.record`."""
        with self._database.write() as connection:
            recorded = outbox.record(connection, self.source, events)
            if draft is not None:
                outbox.keep_draft(connection, draft)
            if drop_draft is not None:
                outbox.drop_draft(connection, drop_draft)
        return recorded

    def drafts(self) -> list[Draft]:
        """The calls that were under way, oldest first."""
        with self._database.read() as connection:
            return outbox.drafts_in_order(connection)

    def recorded_since(self, since: datetime, person: str) -> list[Event]:
        """The events of a person's sessions from that time on, in order of recording."""
        with self._database.read() as connection:
            return outbox.recorded_since(connection, self.source, since, person)

    def open_orders(self) -> list[Event]:
        """The events of orders that were asked for and of which nothing was heard since, in order."""
        with self._database.read() as connection:
            return outbox.open_orders(connection, self.source)

    # Accounts (app.desk.ports.AccountBook)

    def by_phone(self, e164: str) -> tuple[Account, ...]:
        """Accounts with this number, by account number; FULL where opened lately, else INDEX."""
        with self._database.read() as connection:
            return accounts.by_phone(connection, e164)

    def by_id(self, account_id: str) -> Account | None:
        """One account, or None."""
        with self._database.read() as connection:
            return accounts.by_id(connection, account_id)

    def find_accounts(self, text: str, region: str) -> tuple[Account, ...]:
        """The account with this number, or those with this phone number; names are masked here, so not by name."""
        e164 = read_number(text, region).e164
        with self._database.read() as connection:
            return accounts.by_number(connection, text) or (accounts.by_phone(connection, e164) if e164 else ())

    def by_number(self, number: str) -> Account | None:
        """The account with that account number, or None."""
        with self._database.read() as connection:
            return next(iter(accounts.by_number(connection, number)), None)

    def keep(self, given: Sequence[Account]) -> None:
        """Caches accounts as given; FULL ones count as opened now."""
        with self._database.write() as connection:
            accounts.keep(connection, given, self._clock())

    def purge_opened(self, before: datetime) -> int:
        """Reduces records opened before that time to INDEX detail; how many."""
        with self._database.write_later() as connection:
            return accounts.purge_opened(connection, before)

    # Refreshing the index (app.sync.engine.Book)

    def keep_changes(self, given: Sequence[Account], name: str, cursor: str, gone: Sequence[str] = ()) -> None:
        """Caches a page of changes, a few at a time, and moves the cursor with the last of them.

        Accounts that are `gone` are removed, opened ones too.

        A kill in between leaves the old cursor: the same page comes again and changes nothing.
        """
        for start in range(0, len(gone), _REFRESH_PIECE):
            with self._database.write_later() as connection:
                accounts.remove(connection, gone[start : start + _REFRESH_PIECE])
        pieces = list(accounts.account_batches(given, _REFRESH_PIECE)) or [()]
        for piece in pieces[:-1]:
            with self._database.write_later() as connection:
                accounts.keep(connection, piece, self._clock())
        with self._database.write_later() as connection:
            accounts.keep(connection, pieces[-1], self._clock())
            row = upsert(schema.cursors).values(name=name, value=cursor, moved_us=schema.microseconds(self._clock()))
            connection.execute(
                row.on_conflict_do_update(
                    index_elements=[schema.cursors.c.name],
                    set_={"value": row.excluded.value, "moved_us": row.excluded.moved_us},
                )
            )
        if len(pieces) > 1:
            # Beside everyone's turns; else the log grows until some key press has to move all of it into the file.
            self._database.checkpoint()

    def cursor(self, name: str) -> str | None:
        """Where a refresh goes on; None at the beginning."""
        with self._database.read() as connection:
            return connection.execute(
                select(schema.cursors.c.value).where(schema.cursors.c.name == name)
            ).scalar_one_or_none()

    def forget_cursor(self, name: str) -> None:
        """Makes the next refresh begin at the beginning; what is cached stays until then."""
        with self._database.write_later() as connection:
            connection.execute(delete(schema.cursors).where(schema.cursors.c.name == name))

    def forget_index(self, name: str, moved_before: datetime) -> bool:
        """Deletes all cached accounts where their cursor has not moved since that time; whether it did."""
        with self._database.write_later() as connection:
            stale = connection.execute(
                delete(schema.cursors).where(
                    schema.cursors.c.name == name, schema.cursors.c.moved_us < schema.microseconds(moved_before)
                )
            ).rowcount
            if stale:
                accounts.forget(connection)
        return bool(stale)

    # The outbox (app.sync.engine.Outbox)

    def unsent(self, limit: int) -> list[Event]:
        """The first events not yet acknowledged, in order of their sequence."""
        with self._database.read() as connection:
            return outbox.unsent(connection, self.source, limit)

    def backlog(self) -> outbox.Backlog:
        """How much is not at the CRM."""
        with self._database.read() as connection:
            return outbox.backlog(connection)

    def acknowledge(self, ids: Iterable[str]) -> int:
        """Marks events as being at the CRM; ids not waiting here are ignored. How many were marked."""
        with self._database.write_later() as connection:
            return outbox.acknowledge(connection, ids, self._clock())

    def set_aside(self, rejections: Iterable[Rejection]) -> int:
        """Takes refused events out of the queue, with the reason; they keep their number and are never deleted."""
        with self._database.write_later() as connection:
            return outbox.set_aside(connection, rejections, self._clock())

    def suspects(self, limit: int) -> list[Event]:
        """Events on which the hub failed while others went through."""
        with self._database.read() as connection:
            return outbox.suspects(connection, self.source, limit)

    def count_try(self, event_id: str) -> int:
        """Counts one more failure of the hub on an event that waits; how many there are now."""
        with self._database.write_later() as connection:
            return outbox.count_try(connection, event_id)

    def try_again(self, ids: Sequence[str]) -> int:
        """Puts events that were set aside back into the queue; how many."""
        with self._database.write() as connection:
            return outbox.try_again(connection, ids)

    def another_chance(self, status: int, tries: int) -> int:
        """Puts what was set aside with that status back into the queue, as if tried so often; how many."""
        with self._database.write_later() as connection:
            return outbox.another_chance(connection, status, tries)

    def waiting_kinds(self) -> list[WaitingKind]:
        """What waits, by type."""
        with self._database.read() as connection:
            return outbox.waiting_kinds(connection)

    def refused(self) -> list[outbox.SetAside]:
        """The events that were set aside, in order."""
        with self._database.read() as connection:
            return outbox.refused(connection, self.source)

    def purge_acknowledged(self, before: datetime) -> int:
        """Deletes events acknowledged before that time; how many."""
        with self._database.write_later() as connection:
            return outbox.purge_acknowledged(connection, before)

    # What the hub is known to have (app.sync.reconcile.Memory)

    def kept(self, everything: bool = False) -> list[tuple[str, int]]:
        """Ids and numbers of acknowledged events: of those since the last check and in it, or of all; by id."""
        with self._database.read() as connection:
            return kept.window(connection, everything)

    def confirm(self, sequences: Sequence[int]) -> None:
        """Notes that the hub has these acknowledged events, as one more check."""
        with self._database.write_later() as connection:
            kept.confirm(connection, sequences)

    def send_again(self, sequences: Sequence[int]) -> int:
        """Puts acknowledged events back into the queue; how many."""
        with self._database.write_later() as connection:
            return kept.send_again(connection, sequences)

    def newest_acknowledged(self) -> Event | None:
        """The acknowledged event with the highest number."""
        with self._database.read() as connection:
            return kept.newest_acknowledged(connection, self.source)

    def open_sessions(self) -> list[str]:
        """The agents' sessions of events that wait."""
        with self._database.read() as connection:
            return kept.open_sessions(connection)

    def device_tokens(self) -> list[tuple[str, str]]:
        """Sessions that were opened here and their tokens for sending, the one in use first, then the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(_sign_ins_newest_first).scalars().all()
        opened = [msgspec.json.decode(body, type=Credentials) for body in rows]
        return [(credentials.session.id, credentials.device_token) for credentials in opened]

    def fact(self, name: str, shape: type[T]) -> T | None:
        """What is known of the hub under a name."""
        with self._database.read() as connection:
            return kept.fact(connection, name, shape)

    def keep_fact(self, name: str, value: Json) -> None:
        """Keeps what is known of the hub."""
        with self._database.write_later() as connection:
            kept.keep_fact(connection, name, value)

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file without keeping anyone waiting."""
        self._database.checkpoint()

    # Signing in

    def save_sign_in(self, credentials: Credentials) -> None:
        """Keeps a sign-in, so that a restart goes on with it and its events can always be sent as its own."""
        signed_in = upsert(schema.sign_ins).values(
            session=credentials.session.id,
            person=credentials.session.person.id,
            credentials=msgspec.json.encode(credentials),
            current=1,
        )
        with self._database.write() as connection:
            connection.execute(update(schema.sign_ins).values(current=0))
            connection.execute(
                signed_in.on_conflict_do_update(
                    index_elements=[schema.sign_ins.c.session],
                    set_={"credentials": signed_in.excluded.credentials, "current": 1},
                )
            )

    def sign_in(self) -> Credentials | None:
        """The sign-in to go on with, or None after a sign-out."""
        with self._database.read() as connection:
            body = connection.execute(
                select(schema.sign_ins.c.credentials).where(schema.sign_ins.c.current == 1)
            ).scalar_one_or_none()
        return None if body is None else msgspec.json.decode(body, type=Credentials)

    def end_sign_in(self) -> None:
        """Forgets what opens the CRM; the device token stays, for events not yet sent."""
        credentials = self.sign_in()
        with self._database.write() as connection:
            if credentials is not None:
                ended = msgspec.json.encode(replace(credentials, token="", refresh="", next_refresh=""))
                connection.execute(
                    update(schema.sign_ins)
                    .where(schema.sign_ins.c.session == credentials.session.id)
                    .values(current=0, credentials=ended)
                )

    def device_token(self, session: str) -> str | None:
        """The token with which the events of that session are sent; None for a session unknown here."""
        with self._database.read() as connection:
            body = connection.execute(
                select(schema.sign_ins.c.credentials).where(schema.sign_ins.c.session == session)
            ).scalar_one_or_none()
        return None if body is None else msgspec.json.decode(body, type=Credentials).device_token

    # Settings

    def setting(self, key: str, shape: type[T]) -> T | None:
        """A setting of this agent on this device, or None where there is none of that shape."""
        with self._database.read() as connection:
            body = connection.execute(
                select(schema.settings.c.value).where(schema.settings.c.key == key)
            ).scalar_one_or_none()
        try:
            return None if body is None else msgspec.json.decode(body, type=shape)
        except msgspec.DecodeError:
            return None

    def keep_setting(self, key: str, value: Json) -> None:
        """Keeps a setting."""
        row = upsert(schema.settings).values(key=key, value=msgspec.json.encode(value))
        with self._database.write() as connection:
            connection.execute(
                row.on_conflict_do_update(index_elements=[schema.settings.c.key], set_={"value": row.excluded.value})
            )
