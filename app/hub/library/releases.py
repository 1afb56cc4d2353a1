"""Releases as the hub keeps them: published by one person, approved by another, then current for every desktop.

A release is never changed and never deleted. Its id is the SHA-256 of its file, so that it is its own ETag. Numbers
only grow: desktops refuse a release older than the one they had, so going back is a new number with the earlier
content, signed like any other; two people have approved that content before, so one is enough to bring it back.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from app.domain.person import Person, Role
from app.hub import schema
from app.hub.audit import audit
from app.hub.errors import Problem
from app.hub.library.tables import release
from app.hub.moment import from_micros, to_micros
from app.hub.push import publish_within
from app.hub.store import Store
from app.releases import unverified
from app.scripts.release import Manifest, ReleaseRefused

MOST_LISTED = 200

# Everything but the file.
_COLUMNS = tuple(column for column in release.c if column.name != "packed")
_LOCK = "library"
_ID = re.compile(r"[0-9a-f]{64}")
_HIGHEST_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """What the hub knows of a release.

    `author` and `approver` stand in its signed manifest; `published_by` and `approved_by` are the people's shown names
    at the hub, "" where nobody has approved it yet. `goes_back_to`: the id of the earlier release with this content.
    """

    id: str
    number: int
    content_hash: str
    author: str
    approver: str
    signed_with: str
    valid_from: datetime
    valid_until: datetime | None
    size: int
    published_by: str
    published_at: datetime
    approved_by: str
    approved_at: datetime | None
    goes_back_to: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, on which device, and when: what the audit trail wants to know."""

    person: Person
    device: str
    now: datetime


def publish_release(store: Store, asking: Asking, file: bytes) -> ReleaseRow:
    """Takes a release in; it waits for another person's approval. The same file again is the same release.

    Raises Problem 400 for what is no release, 409 for a number that is taken or not higher than the one in use.
    """
    manifest, signed_with = _read(file)
    with store.write() as connection:
        store.exclusive(connection, _LOCK)
        known = _row(connection, sha256(file).hexdigest())
        if known is not None:
            return _shown(connection, known)
        _check_number(connection, manifest)
        return _shown(connection, _insert(connection, store, asking, file, manifest, signed_with))


def approve_release(store: Store, asking: Asking, release_id: str) -> ReleaseRow:
    """Makes a release current, and tells every desktop.

    Raises Problem 404; 403 for whoever published it; 409 where it was approved before, or a newer one is in use.
    """
    with store.write() as connection:
        store.exclusive(connection, _LOCK)
        row = _known(connection, release_id)
        wrote = row.author.strip().casefold() == asking.person.display_name.strip().casefold()
        if wrote or row.published_by == asking.person.id:
            raise Problem(403, "Whoever wrote or published a release cannot approve it. Ask a second person.")
        if row.approved_by is not None:
            raise Problem(409, f"Release {row.number} was approved before.")
        _check_newer(connection, row.number)
        return _make_current(connection, store, asking, row.id, "approved")


def bring_back(store: Store, asking: Asking, release_id: str, file: bytes) -> ReleaseRow:
    """Makes an earlier approved release's content current again, by a file with that content under a new number.

    One step and one person. Raises Problem 404, 400 for what is no release, 409 where the earlier one was never
    approved, is in use, or has another content than the file, and for a number as in `publish_release`.
    """
    manifest, signed_with = _read(file)
    with store.write() as connection:
        store.exclusive(connection, _LOCK)
        earlier = _known(connection, release_id)
        if earlier.approved_by is None:
            raise Problem(409, f"Release {earlier.number} was never approved, so there is no going back to it.")
        if earlier.id == _current_id(connection):
            raise Problem(409, f"Release {earlier.number} is in use.")
        if earlier.content != manifest.sha256:
            raise Problem(409, f"This file has not the content of release {earlier.number}.")
        if _row(connection, sha256(file).hexdigest()) is not None:
            raise Problem(409, "This file was published before. Sign the earlier content anew.")
        _check_number(connection, manifest)
        row = _insert(connection, store, asking, file, manifest, signed_with, goes_back_to=earlier.id)
        return _make_current(connection, store, asking, row.id, "brought back")


def all_releases(store: Store) -> list[ReleaseRow]:
    """The newest releases, by number, the newest first."""
    with store.read() as connection:
        rows = connection.execute(select(*_COLUMNS).order_by(release.c.number.desc()).limit(MOST_LISTED)).all()
        current, names = _current_id(connection), _names(connection, rows)
        return [_plain(row, current, names) for row in rows]


def current_id(store: Store) -> str:
    """The id of the release in use; "" while none was approved."""
    with store.read() as connection:
        return _current_id(connection)


def release_file(store: Store, release_id: str) -> bytes | None:
    """A release's file, packed by gzip; None where there is none."""
    if not _ID.fullmatch(release_id):
        return None
    with store.read() as connection:
        packed = connection.execute(select(release.c.packed).where(release.c.id == release_id)).scalar()
        return None if packed is None else bytes(packed)


def may_see_all(person: Person) -> bool:
    """Whether somebody may see releases that are not in use."""
    return any(person.may(role) for role in (Role.TRAINER, Role.APPROVER, Role.ADMIN))


def _read(file: bytes) -> tuple[Manifest, str]:
    try:
        manifest, signed_with = unverified(file)
    except ReleaseRefused as refused:
        raise Problem(400, str(refused)) from refused
    # What a database could not keep; nobody has signed such a thing in earnest.
    if "\0" in manifest.author + manifest.approver + signed_with or manifest.number > _HIGHEST_NUMBER:
        raise Problem(400, "The release's manifest names people or a number that cannot be.")
    return manifest, signed_with


def _insert(
    connection: Connection,
    store: Store,
    asking: Asking,
    file: bytes,
    manifest: Manifest,
    signed_with: str,
    goes_back_to: str | None = None,
) -> Row[Any]:
    release_id = sha256(file).hexdigest()
    connection.execute(
        insert(release).values(
            id=release_id,
            number=manifest.number,
            content_hash=manifest.content_hash,
            content=manifest.sha256,
            author=manifest.author,
            approver=manifest.approver,
            signed_with=signed_with[:64],
            valid_from=to_micros(manifest.valid_from),
            valid_until=None if manifest.valid_until is None else to_micros(manifest.valid_until),
            size=len(file),
            # Without a time in it: the same file is the same bytes.
            packed=gzip.compress(file, mtime=0),
            published_by=asking.person.id,
            published_at=to_micros(asking.now),
            goes_back_to=goes_back_to,
        )
    )
    _note(connection, store, asking, release_id, f"published {manifest.number}")
    return _known(connection, release_id)


def _make_current(connection: Connection, store: Store, asking: Asking, release_id: str, how: str) -> ReleaseRow:
    approved = {"approved_by": asking.person.id, "approved_at": to_micros(asking.now)}
    connection.execute(update(release).where(release.c.id == release_id).values(**approved))
    row = _known(connection, release_id)
    _note(connection, store, asking, release_id, f"{how} {row.number}")
    publish_within(connection, store, asking.now, "release", {"release": release_id, "number": row.number})
    return _shown(connection, row)


def _note(connection: Connection, store: Store, asking: Asking, about: str, detail: str) -> None:
    facts = {"person": asking.person.id, "device": asking.device, "about": about, "detail": detail}
    audit(connection, store.key, asking.now, "release", **facts)


def _check_number(connection: Connection, manifest: Manifest) -> None:
    taken = connection.execute(select(release.c.id).where(release.c.number == manifest.number)).first()
    if taken is not None:
        raise Problem(409, f"There is another release {manifest.number}. Sign it under a higher number.")
    _check_newer(connection, manifest.number)


def _check_newer(connection: Connection, number: int) -> None:
    in_use = connection.execute(select(func.max(release.c.number)).where(release.c.approved_by.is_not(None))).scalar()
    if in_use is not None and number <= in_use:
        raise Problem(409, f"Release {in_use} is in use, and desktops refuse an older one. Sign it under a new number.")


def _row(connection: Connection, release_id: str) -> Row[Any] | None:
    if not _ID.fullmatch(release_id):
        return None
    return connection.execute(select(*_COLUMNS).where(release.c.id == release_id)).first()


def _known(connection: Connection, release_id: str) -> Row[Any]:
    row = _row(connection, release_id)
    if row is None:
        raise Problem(404, "There is no such release.")
    return row


def _current_id(connection: Connection) -> str:
    newest = select(release.c.id).where(release.c.approved_by.is_not(None)).order_by(release.c.number.desc()).limit(1)
    return connection.execute(newest).scalar() or ""


def _shown(connection: Connection, row: Row[Any]) -> ReleaseRow:
    return _plain(row, _current_id(connection), _names(connection, [row]))


def _names(connection: Connection, rows: list[Row[Any]] | Any) -> dict[str, str]:
    ids = {person for row in rows for person in (row.published_by, row.approved_by) if person}
    people = schema.person
    found = connection.execute(select(people.c.id, people.c.display_name).where(people.c.id.in_(ids)))
    return {person.id: person.display_name for person in found}


def _plain(row: Row[Any], current: str, names: dict[str, str]) -> ReleaseRow:
    return ReleaseRow(
        id=row.id,
        number=row.number,
        content_hash=row.content_hash,
        author=row.author,
        approver=row.approver,
        signed_with=row.signed_with,
        valid_from=from_micros(row.valid_from),
        valid_until=None if row.valid_until is None else from_micros(row.valid_until),
        size=row.size,
        published_by=names.get(row.published_by, row.published_by),
        published_at=from_micros(row.published_at),
        approved_by="" if row.approved_by is None else names.get(row.approved_by, row.approved_by),
        approved_at=None if row.approved_at is None else from_micros(row.approved_at),
        goes_back_to=row.goes_back_to or "",
        is_current=row.id == current,
    )
