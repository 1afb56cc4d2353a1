"""How the local store came to be what it is: one module per step, in order, never changed after it was published.

Each has `upgrade(connection)` in plain SQL. A step expands: it adds what the version before does not mind, so that an
older Cuecard that still has the file open goes on working. What a step makes needless is taken away by a step of the
version after (contract). Imports nothing of ours; `app.cache.upgrade` copies the file before it runs a step.
"""

from __future__ import annotations

from sqlalchemy import Connection

from app.cache.migrations import m0002_hub_memory, m0003_account_number

STEPS = (m0002_hub_memory, m0003_account_number)
"""The step to version 2 and those after it; version 1 is where stores began."""


def migrate(connection: Connection, version: int) -> None:
    """Takes a store from `version` (1 at least) to the newest, within the caller's transaction."""
    for step in STEPS[version - 1 :]:
        step.upgrade(connection)
