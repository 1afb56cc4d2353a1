"""How the hub's database came to be what it is: one module per step, in order, never changed after it was published.

Each has `upgrade(operations)`, written with Alembic's operations. A step expands (adds tables and columns that the last
version does not mind); what it makes needless is removed by a step of the version after. The steps are modules that
are imported by name, so that the packed program has them too.
"""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from app.hub.migrations import (
    m0001_first,
    m0002_large,
    m0003_history,
    m0004_months,
    m0005_identity,
    m0006_accounts_in,
    m0007_phones,
    m0008_library,
    m0009_conversations,
    m0010_administration,
    m0011_account_search,
    m0012_handover,
    m0013_transfers,
)

STEPS = (
    m0001_first,
    m0002_large,
    m0003_history,
    m0004_months,
    m0005_identity,
    m0006_accounts_in,
    m0007_phones,
    m0008_library,
    m0009_conversations,
    m0010_administration,
    m0011_account_search,
    m0012_handover,
    m0013_transfers,
)

NEWEST = len(STEPS)
"""The version that a database has after the last step."""


def migrate(connection: Connection, version: int) -> None:
    """Takes a database from `version` (0: empty) to the newest, within the caller's transaction."""
    operations = Operations(MigrationContext.configure(connection))
    for step in STEPS[version:]:
        step.upgrade(operations)
