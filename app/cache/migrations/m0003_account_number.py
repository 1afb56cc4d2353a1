"""Accounts are found by the number that their customers know: what an IVR asks for."""

from __future__ import annotations

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """From version 2 to 3."""
    connection.exec_driver_sql("CREATE INDEX accounts_number ON accounts (number)")
