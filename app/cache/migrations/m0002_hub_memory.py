"""What the store has to remember of the hub.

`tries`: how often the hub failed on this event alone while others went through. `confirmed`: the number of the check
in which the hub still had this acknowledged event (0: not asked yet). `hub_facts`: the clocks' offset, the number of
the last check, what is yet to be reported.
"""

from __future__ import annotations

from sqlalchemy import Connection

_STATEMENTS = (
    "ALTER TABLE outbox ADD COLUMN tries INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE outbox ADD COLUMN confirmed INTEGER DEFAULT 0 NOT NULL",
    "CREATE INDEX outbox_confirmed ON outbox (confirmed, sequence) WHERE state = 1",
    "CREATE TABLE hub_facts (name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID",
)


def upgrade(connection: Connection) -> None:
    """From version 1 to 2."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
