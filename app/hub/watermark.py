"""What the hub has of a device, told to it, so that a hub that was restored from a backup gets again what it lacks.

A backup may also be older than a device's sign-in. So the hub vouches for each session and its device token while it
knows them (`voucher`): a statement under the hub's key, which is no part of the database. Handed in later (`redeem`),
it puts the rows back that a restore took away, and changes none that is there.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, insert, or_, select

from app.hub import schema
from app.hub.administration.access import hold_door
from app.hub.administration.tables import withdrawn_device
from app.hub.audit import audit
from app.hub.credentials import token_digest
from app.hub.envelope import is_event_id
from app.hub.errors import Problem
from app.hub.moment import to_micros
from app.hub.months import ELSEWHERE, month_of
from app.hub.people import Credential
from app.hub.store import Store

MAX_COMPARED = 50_000
"""Events that one question may be about."""

MAX_VOUCHERS = 100
_PURPOSE = "voucher"
_KEY_COLUMNS = {"agent_session": "id", "device": "id", "token": "digest"}


class SequencesAnswer(msgspec.Struct, frozen=True):
    """The numbers of the recorded events, as ranges from first to last, and which start of the hub answers."""

    recorded: list[tuple[int, int]]
    instance: str
    server_time: datetime


class DeviceAnswer(msgspec.Struct, frozen=True):
    """A voucher for the device's session and token, and which start of the hub answers."""

    voucher: str
    instance: str
    server_time: datetime


class LossReport(msgspec.Struct, frozen=True):
    """A device's store was damaged or locked: what was saved, and the numbers of events that may be lost."""

    kind: Annotated[str, msgspec.Meta(pattern="^[a-z-]{1,40}$")]
    saved: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    lost: Annotated[list[tuple[int, int]], msgspec.Meta(max_length=1000)]
    next_sequence: Annotated[int, msgspec.Meta(ge=0, lt=10**18)]


class Vouchers(msgspec.Struct, frozen=True):
    """Vouchers that a device hands in."""

    vouchers: Annotated[list[Annotated[str, msgspec.Meta(max_length=20_000)]], msgspec.Meta(max_length=MAX_VOUCHERS)]


class VouchersAnswer(msgspec.Struct, frozen=True):
    """How many of the vouchers put something back."""

    restored: int


class _Voucher(msgspec.Struct, frozen=True):
    session: dict[str, Any]
    device: dict[str, Any]
    token: dict[str, Any]


def recorded_sequences(store: Store, credential: Credential, first_id: str, last_id: str) -> list[tuple[int, int]]:
    """The numbers of the device's recorded events with ids from the first to the last, as ranges.

    Raises Problem 400 for ids that are none, 413 where there are more than MAX_COMPARED events between them.
    """
    if not (is_event_id(first_id) and is_event_id(last_id)):
        raise Problem(400, "Give the ids of the first and the last event, as from and to.")
    event = schema.event
    # The columns of the table's one key, in its order: no other index is needed.
    found = (
        select(event.c.sequence)
        .where(
            event.c.home_team == credential.home_team,
            _months(first_id, last_id),
            event.c.source == credential.source,
            event.c.id.between(first_id, last_id),
        )
        .limit(MAX_COMPARED + 1)
    )
    with store.read() as connection:
        sequences = connection.execute(found).scalars().all()
    if len(sequences) > MAX_COMPARED:
        raise Problem(413, f"There are more than {MAX_COMPARED} events between these ids. Ask for fewer at once.")
    return as_ranges(sequences)


def report_loss(store: Store, credential: Credential, report: LossReport, now: datetime) -> None:
    """Writes into the audit trail that a device's store was damaged, and which events may be lost."""
    lost = ", ".join(f"{first}-{last}" for first, last in report.lost) or "none known"
    with store.write() as connection:
        audit(
            connection,
            store.key,
            now,
            "store-damaged",
            person=credential.session.person.id,
            device=credential.session.device_id,
            about=report.kind,
            detail=f"events saved: {report.saved}; perhaps lost: {lost}; goes on at {report.next_sequence}",
        )


def voucher(store: Store, credential: Credential, token: str) -> str:
    """The hub's statement that it issued this session and this token; "" for a token that may do more than send."""
    if not credential.device_only:
        return ""
    with store.read() as connection:
        statement = _Voucher(
            _row(connection, schema.agent_session, credential.session.id),
            _row(connection, schema.device, credential.session.device_id),
            _row(connection, schema.token, token_digest(token)),
        )
    body = msgspec.json.encode(statement)
    return base64.urlsafe_b64encode(store.keyed_hash(_PURPOSE, body.decode()) + body).decode()


def redeem(store: Store, vouchers: Iterable[str], now: datetime) -> int:
    """Puts back the sessions, devices and device tokens that the hub vouched for and no longer has; how many vouchers
    did something.

    A row that is there stays as it is: what was ended or withdrawn stays so. What has run out, is not under this hub's
    key, or is of a person who is not known here or a device that is withdrawn is passed over.
    """
    restored = 0
    for text in vouchers:
        statement = _checked(store, text)
        if statement is None or int(statement.token["expires_at"]) <= to_micros(now):
            continue
        with store.read() as connection:
            if not _lacks(connection, statement):
                continue
        with store.write() as connection:
            hold_door(store, connection)
            store.exclusive(connection, f"device {statement.device['id']}")
            restored += _put_back(connection, store, statement, now)
    return restored


def as_ranges(sequences: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers as ranges from first to last, in order."""
    ranges: list[tuple[int, int]] = []
    for sequence in sorted(sequences):
        if ranges and sequence <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], sequence)
        else:
            ranges.append((sequence, sequence))
    return ranges


def _months(first_id: str, last_id: str) -> ColumnElement[bool]:
    month = schema.event.c.month
    first, last = month_of(first_id), month_of(last_id)
    if ELSEWHERE in (first, last):
        return month >= ELSEWHERE
    return or_(month.between(first, last), month == ELSEWHERE)


def _row(connection: Connection, table: Table, key: str | bytes) -> dict[str, Any]:
    """A row as JSON can carry it."""
    row = connection.execute(select(table).where(table.c[_KEY_COLUMNS[table.name]] == key)).mappings().one()
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


def _checked(store: Store, text: str) -> _Voucher | None:
    try:
        raw = base64.urlsafe_b64decode(text)
        digest, body = raw[:32], raw[32:]
        if not hmac.compare_digest(digest, store.keyed_hash(_PURPOSE, body.decode())):
            return None
        return msgspec.json.decode(body, type=_Voucher)
    except (ValueError, msgspec.MsgspecError):
        return None


def _lacks(connection: Connection, statement: _Voucher) -> bool:
    """Whether something of it is not there."""
    token = bytes.fromhex(statement.token["digest"])
    kept = (
        (schema.device, statement.device["id"]),
        (schema.agent_session, statement.session["id"]),
        (schema.token, token),
    )
    return not all(_is_there(connection, table, key) for table, key in kept)


def _put_back(connection: Connection, store: Store, statement: _Voucher, now: datetime) -> bool:
    person = schema.person
    known = select(person.c.id).where(person.c.id == statement.session["person"])
    withdrawn = select(withdrawn_device).where(withdrawn_device.c.device == statement.device["id"])
    # Of somebody who is disabled it is put back: what he recorded before still comes in.
    if connection.execute(known).first() is None or connection.execute(withdrawn).first() is not None:
        return False
    token = statement.token | {"digest": bytes.fromhex(statement.token["digest"])}
    # All three before any shortcut: each may be missing by itself.
    added = [
        _add(connection, schema.device, statement.device),
        _add(connection, schema.agent_session, statement.session),
        _add(connection, schema.token, token),
    ]
    if any(added):
        audit(
            connection,
            store.key,
            now,
            "session-restored",
            person=statement.session["person"],
            device=statement.device["id"],
            about=statement.session["id"],
            detail="put back by the hub's own voucher",
        )
    return any(added)


def _add(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Adds a row where there is none with its key. A column that came later takes its default."""
    if _is_there(connection, table, row[_KEY_COLUMNS[table.name]]):
        return False
    connection.execute(insert(table).values({name: value for name, value in row.items() if name in table.c}))
    return True


def _is_there(connection: Connection, table: Table, key: str | bytes) -> bool:
    column = table.c[_KEY_COLUMNS[table.name]]
    return connection.execute(select(column).where(column == key)).first() is not None
