"""Accounts as rows: many of them read and written at a time, in the way that each database takes them fastest.

SQLite takes hundreds of rows by one statement, so that the driver does not hand the interpreter over at each row;
PostgreSQL takes them by COPY: new ones straight away, others into a temporary table and from there by INSERT .. ON
CONFLICT DO UPDATE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection


class KnownAccount(NamedTuple):
    """An account as it is kept; its `revision` counts, whatever the body says."""

    id: str
    number: str
    revision: int
    body: str


class AccountRow(NamedTuple):
    """An account to be kept."""

    id: str
    number: str
    revision: int
    position: int
    body: str


class AccountRows(Protocol):
    """How a database takes many accounts within the caller's transaction."""

    def known(self, connection: Connection, ids: Sequence[str], numbers: Sequence[str]) -> list[KnownAccount]:
        """The accounts with these ids or numbers, held for this transaction."""

    def gone(self, connection: Connection, ids: Sequence[str]) -> dict[str, int]:
        """The revisions of those that were taken away."""

    def put(self, connection: Connection, rows: Sequence[AccountRow], *, are_new: bool = False) -> None:
        """Adds or replaces accounts; one that was changed meanwhile gets a revision higher still.

        `are_new`, here and below: hardly any of them can be there already. Where one is nevertheless, nothing is wrong.
        """

    def put_phones(
        self,
        connection: Connection,
        taken: Sequence[tuple[str, str]],
        added: Sequence[tuple[str, str]],
        *,
        are_new: bool = False,
    ) -> None:
        """Takes away and adds pairs of phone number and account."""

    def put_factors(
        self, connection: Connection, factors: Sequence[tuple[str, str, bytes]], *, are_new: bool = False
    ) -> None:
        """Keeps digests by account and method."""

    def see(self, connection: Connection, run: int, ids: Sequence[str]) -> set[str]:
        """Notes that an import has met these accounts; those among them that it had met before."""

    def forget_gone(self, connection: Connection, ids: Sequence[str]) -> None:
        """Accounts that are here again are gone no longer."""

    def remove(self, connection: Connection, known: Sequence[KnownAccount], first: int, at: int) -> None:
        """Takes accounts away and notes that they are gone, at positions from `first`."""


def account_rows(connection: Connection) -> AccountRows:
    """The way of this connection's database."""
    return _Postgres() if connection.dialect.name == "postgresql" else _Sqlite()


def phones_of(account_id: str, body: str) -> list[tuple[str, str]]:
    """The pairs of phone number and account that stand for a kept account."""
    return [(phone, account_id) for phone in _phones(body).phones]


class _Phones(msgspec.Struct):
    phones: tuple[str, ...] = ()


_phones = msgspec.json.Decoder(_Phones).decode

# SQLite takes 32,766 values in a statement; few lengths, so that each is prepared once.
_ROWS_AT_ONCE = (500, 100, 10, 1)
_IN = "IN (SELECT value FROM json_each(?))"


class _Sqlite:
    def known(self, connection: Connection, ids: Sequence[str], numbers: Sequence[str]) -> list[KnownAccount]:
        found: dict[str, KnownAccount] = {}
        for column, wanted in (("id", ids), ("number", numbers)):
            if wanted:
                query = f"SELECT id, number, revision, body FROM account WHERE {column} {_IN}"
                for row in connection.exec_driver_sql(query, (_json(wanted),)):
                    found[row.id] = KnownAccount(*row)
        return list(found.values())

    def gone(self, connection: Connection, ids: Sequence[str]) -> dict[str, int]:
        query = f"SELECT id, revision FROM account_gone WHERE id {_IN}"
        return {row.id: row.revision for row in connection.exec_driver_sql(query, (_json(ids),))}

    def put(self, connection: Connection, rows: Sequence[AccountRow], *, are_new: bool = False) -> None:
        _insert(
            connection,
            "account (id, number, revision, position, body)",
            rows,
            "(id) DO UPDATE SET number = excluded.number, position = excluded.position, body = excluded.body,"
            " revision = max(excluded.revision, account.revision + 1)",
        )

    def put_phones(
        self,
        connection: Connection,
        taken: Sequence[tuple[str, str]],
        added: Sequence[tuple[str, str]],
        *,
        are_new: bool = False,
    ) -> None:
        if taken:
            pairs = "SELECT value ->> 0, value ->> 1 FROM json_each(?)"
            query = f"DELETE FROM account_phone WHERE (phone, account) IN ({pairs})"
            connection.exec_driver_sql(query, (_json(taken),))
        _insert(connection, "account_phone (phone, account)", added, "DO NOTHING")

    def put_factors(
        self, connection: Connection, factors: Sequence[tuple[str, str, bytes]], *, are_new: bool = False
    ) -> None:
        _insert(
            connection,
            "factor (account, method, digest)",
            factors,
            "(account, method) DO UPDATE SET digest = excluded.digest WHERE factor.digest <> excluded.digest",
        )

    def see(self, connection: Connection, run: int, ids: Sequence[str]) -> set[str]:
        query = f"SELECT account FROM account_import_seen WHERE run = ? AND account {_IN}"
        before = {row.account for row in connection.exec_driver_sql(query, (run, _json(ids)))}
        fresh = [(run, account) for account in ids if account not in before]
        _insert(connection, "account_import_seen (run, account)", fresh, "DO NOTHING")
        return before

    def forget_gone(self, connection: Connection, ids: Sequence[str]) -> None:
        connection.exec_driver_sql(f"DELETE FROM account_gone WHERE id {_IN}", (_json(ids),))

    def remove(self, connection: Connection, known: Sequence[KnownAccount], first: int, at: int) -> None:
        ids = _json([one.id for one in known])
        phones = [pair for one in known for pair in phones_of(one.id, one.body)]
        self.put_phones(connection, phones, ())
        for table, column in (("factor", "account"), ("account", "id")):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} {_IN}", (ids,))
        rows = [(one.id, one.revision + 1, position, at) for position, one in enumerate(known, first)]
        _insert(
            connection,
            "account_gone (id, revision, position, gone_at)",
            rows,
            "(id) DO UPDATE SET revision = excluded.revision, position = excluded.position, gone_at = excluded.gone_at",
        )


def _insert(connection: Connection, target: str, rows: Sequence[tuple[Any, ...]], conflict: str) -> None:
    if not rows:
        return
    row = f"({', '.join('?' * len(rows[0]))})"
    start = 0
    for count in _ROWS_AT_ONCE:
        if len(rows) - start < count:
            continue
        statement = f"INSERT INTO {target} VALUES {', '.join([row] * count)} ON CONFLICT {conflict}"
        while len(rows) - start >= count:
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(rows[start : start + count])))
            start += count


def _json(values: Iterable[Any]) -> str:
    return msgspec.json.encode(list(values)).decode()


_ASIDE = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_account
    (id varchar, number varchar, revision int, "position" bigint, body text) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_phone (phone varchar, account varchar) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_factor
    (account varchar, method varchar, digest bytea) ON COMMIT DELETE ROWS;
DELETE FROM incoming_account; DELETE FROM incoming_phone; DELETE FROM incoming_factor;
"""


class _Postgres:
    def known(self, connection: Connection, ids: Sequence[str], numbers: Sequence[str]) -> list[KnownAccount]:
        # In one order whoever asks, so that two transactions wait for each other and never each for the other.
        query = "SELECT id, number, revision, body FROM account WHERE {} = ANY(%s) ORDER BY id FOR UPDATE"
        found: dict[str, KnownAccount] = {}
        with _driver(connection).cursor() as cursor:
            # A table that grows this fast has no statistics yet, and the planner would read all of it for each chunk.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
            for column, wanted in (("id", ids), ("number", numbers)):
                if wanted:
                    cursor.execute(query.format(column), (list(wanted),))
                    found |= {row[0]: KnownAccount(*row) for row in cursor}
        return list(found.values())

    def gone(self, connection: Connection, ids: Sequence[str]) -> dict[str, int]:
        with _driver(connection).cursor() as cursor:
            cursor.execute("SELECT id, revision FROM account_gone WHERE id = ANY(%s)", (list(ids),))
            return dict(cursor.fetchall())

    def put(self, connection: Connection, rows: Sequence[AccountRow], *, are_new: bool = False) -> None:
        if not rows:
            return
        with _driver(connection).cursor() as cursor:
            columns, ordered = '(id, number, revision, "position", body)', sorted(rows)
            if are_new and _copied_at_once(cursor, f"account {columns}", ordered):
                return
            cursor.execute(_ASIDE)
            _copy(cursor, f"incoming_account {columns}", ordered)
            cursor.execute(
                "INSERT INTO account AS kept (id, number, revision, position, body)"
                " SELECT id, number, revision, position, body FROM incoming_account"
                " ON CONFLICT (id) DO UPDATE SET number = excluded.number, position = excluded.position,"
                " body = excluded.body, revision = GREATEST(excluded.revision, kept.revision + 1)"
            )

    def put_phones(
        self,
        connection: Connection,
        taken: Sequence[tuple[str, str]],
        added: Sequence[tuple[str, str]],
        *,
        are_new: bool = False,
    ) -> None:
        with _driver(connection).cursor() as cursor:
            if taken:
                cursor.execute(
                    "DELETE FROM account_phone p USING unnest(%s::varchar[], %s::varchar[]) AS t (phone, account)"
                    " WHERE p.phone = t.phone AND p.account = t.account",
                    ([phone for phone, _ in taken], [account for _, account in taken]),
                )
            ordered = sorted(added)
            if added and not (are_new and _copied_at_once(cursor, "account_phone (phone, account)", ordered)):
                cursor.execute(_ASIDE)
                _copy(cursor, "incoming_phone (phone, account)", ordered)
                cursor.execute(
                    "INSERT INTO account_phone SELECT phone, account FROM incoming_phone ON CONFLICT DO NOTHING"
                )

    def put_factors(
        self, connection: Connection, factors: Sequence[tuple[str, str, bytes]], *, are_new: bool = False
    ) -> None:
        if not factors:
            return
        with _driver(connection).cursor() as cursor:
            rows = [(account, method, f"\\x{digest.hex()}") for account, method, digest in sorted(factors)]
            if are_new and _copied_at_once(cursor, "factor (account, method, digest)", rows):
                return
            cursor.execute(_ASIDE)
            _copy(cursor, "incoming_factor (account, method, digest)", rows)
            cursor.execute(
                "INSERT INTO factor AS kept SELECT account, method, digest FROM incoming_factor"
                " ON CONFLICT (account, method) DO UPDATE SET digest = excluded.digest"
                " WHERE kept.digest <> excluded.digest"
            )

    def see(self, connection: Connection, run: int, ids: Sequence[str]) -> set[str]:
        with _driver(connection).cursor() as cursor:
            cursor.execute(
                "INSERT INTO account_import_seen (run, account) SELECT %s, unnest(%s::varchar[])"
                " ON CONFLICT DO NOTHING RETURNING account",
                (run, list(ids)),
            )
            return set(ids).difference(row[0] for row in cursor)

    def forget_gone(self, connection: Connection, ids: Sequence[str]) -> None:
        with _driver(connection).cursor() as cursor:
            cursor.execute("DELETE FROM account_gone WHERE id = ANY(%s)", (list(ids),))

    def remove(self, connection: Connection, known: Sequence[KnownAccount], first: int, at: int) -> None:
        self.put_phones(connection, [pair for one in known for pair in phones_of(one.id, one.body)], ())
        ids = [one.id for one in known]
        with _driver(connection).cursor() as cursor:
            for table, column in (("factor", "account"), ("account", "id")):
                cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", (ids,))
            rows = [(one.id, one.revision + 1, position, at) for position, one in enumerate(known, first)]
            cursor.executemany(
                "INSERT INTO account_gone (id, revision, position, gone_at) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, position = excluded.position,"
                " gone_at = excluded.gone_at",
                rows,
            )


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _copied_at_once(cursor: Any, target: str, rows: Sequence[tuple[Any, ...]]) -> bool:
    """Whether the rows could go straight into their table: half the work, where none of them is there yet."""
    # Only here: who keeps the hub's data in SQLite need not have the driver of PostgreSQL.
    from psycopg.errors import UniqueViolation

    try:
        with cursor.connection.transaction():
            _copy(cursor, target, rows)
    except UniqueViolation:
        return False
    return True


def _copy(cursor: Any, target: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    template = "\t".join(["%s"] * len(rows[0]))
    text = "\n".join([template % row for row in rows])
    if (
        "\\" in text
        or "\r" in text
        or text.count("\n") != len(rows) - 1
        or text.count("\t") != len(rows) * (len(rows[0]) - 1)
    ):
        text = "\n".join([template % tuple(map(_escaped, row)) for row in rows])
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        copy.write((text + "\n").encode())


def _escaped(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
