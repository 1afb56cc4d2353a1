"""The tables of releases and settings; made by the step `m0008_library`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from app.hub.schema import metadata

# Never changed but once, by its approval. `id` is the SHA-256 (hex) of the whole file, `packed` the file by gzip;
# `content` the SHA-256 of what is in it, which a release that goes back has in common with the earlier one.
release = Table(
    "library_release",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("content_hash", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("author", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("signed_with", String(64), nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("valid_until", BigInteger),
    Column("size", BigInteger, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    Column("published_by", String(64), nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("approved_by", String(64)),
    Column("approved_at", BigInteger),
    # The earlier release whose content this one brings back.
    Column("goes_back_to", String(64)),
    Index("library_release_content", "content"),
)

# What the hub says instead of the built-in defaults: for the site (team "") and for teams. `value` is JSON.
managed_setting = Table(
    "managed_setting",
    metadata,
    Column("team", String(64), nullable=False),
    Column("name", String(60), nullable=False),
    Column("value", Text, nullable=False),
    Column("person", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("team", "name", name="managed_setting_key"),
)
