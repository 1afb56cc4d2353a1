"""The tables of this room. Times are microseconds since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from app.hub.schema import metadata

# A transferred call's context, JSON of the desktop's. `number` is a keyed hash of the caller's, NULL where there is
# none; `target` is what was dialled, casefolded, `target_person` whose phone that is; `taken_by` who has gone on with
# it; the last two are "" for nobody.
handover = Table(
    "handover",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("person", String(64), nullable=False),
    Column("number", LargeBinary(32)),
    Column("target", String(128), nullable=False),
    Column("target_person", String(64), nullable=False),
    Column("taken_by", String(64), nullable=False),
    Column("context", Text, nullable=False),
    Index("handover_at", "at"),
    Index("handover_number", "number"),
)

# The ids by which phone systems know the call: of the interaction, of the caller's leg, of the agents' legs.
handover_name = Table(
    "handover_name",
    metadata,
    Column("name", String(128), nullable=False),
    Column("handover", String(64), nullable=False),
    PrimaryKeyConstraint("name", "handover", name="handover_name_key"),
    Index("handover_name_handover", "handover"),
)
