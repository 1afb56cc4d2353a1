"""The phone systems that may post calls, as an administrator registered them, each with its secret."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row, delete, insert, select

from app.hub.audit import audit
from app.hub.moment import to_micros
from app.hub.phones.errors import PhoneSetupError
from app.hub.phones.tables import phone_source
from app.hub.store import Store
from app.telephony.webhooks.kinds import KINDS

_log = logging.getLogger("cuecard.hub")

LONGEST_SECRET = 512
_NONCE_BYTES = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_SHORTEST_OWN = 32
"""What we verify with alone, and the other side did not make, has to be long."""


@dataclass(frozen=True, slots=True)
class PhoneSource:
    """A phone system that is registered. `public_url` is the address by which it calls, "" for the one we see."""

    name: str
    kind: str
    public_url: str
    secret: bytes = field(repr=False)


def add_source(store: Store, now: datetime, *, name: str, kind: str, secret: str, public_url: str = "") -> None:
    """Registers a phone system, or replaces the one of that name; raises PhoneSetupError."""
    if not _NAME.fullmatch(name):
        raise PhoneSetupError("A source's name has 1 to 40 small letters, digits and dashes, such as twilio-main.")
    if kind not in KINDS:
        raise PhoneSetupError(f"There is no kind {kind!r}. Choose one of: {', '.join(KINDS)}.")
    if not secret or len(secret) > LONGEST_SECRET or not secret.isprintable():
        raise PhoneSetupError(f"The secret is empty, or over {LONGEST_SECRET} characters, or no text.")
    if kind == "json" and len(secret) < _SHORTEST_OWN:
        raise PhoneSetupError(f"The secret of a signed source needs {_SHORTEST_OWN} characters or more.")
    parts = urlsplit(public_url)
    if public_url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise PhoneSetupError("Give --public-url like https://hub.example.com/v1/phones/NAME, without a question mark.")
    row = {
        "name": name,
        "kind": kind,
        "secret": _sealed(store, name, secret.encode()),
        "public_url": public_url.rstrip("/"),
        "added_at": to_micros(now),
    }
    with store.write() as connection:
        store.exclusive(connection, "phone sources")
        connection.execute(delete(phone_source).where(phone_source.c.name == name))
        connection.execute(insert(phone_source).values(**row))
        audit(connection, store.key, now, "phone-source", person="", device="", about=name, detail=f"added, {kind}")


def remove_source(store: Store, now: datetime, name: str) -> None:
    """Takes nothing from this phone system any more; raises PhoneSetupError where there is none of that name."""
    with store.write() as connection:
        gone = connection.execute(delete(phone_source).where(phone_source.c.name == name))
        if gone.rowcount == 0:
            raise PhoneSetupError(f"There is no source {name!r}. `cuecard hub phones list` shows which there are.")
        audit(connection, store.key, now, "phone-source", person="", device="", about=name, detail="removed")


def sources(store: Store) -> dict[str, PhoneSource]:
    """All that are registered, by name; raises PhoneSetupError where the secret of one was changed in the database."""
    with store.read() as connection:
        rows = connection.execute(select(phone_source).order_by(phone_source.c.name)).all()
    return {row.name: _opened(store, row) for row in rows}


def readable_sources(store: Store) -> dict[str, PhoneSource]:
    """The same without those whose secret was changed in the database: the other phone systems' calls go on."""
    with store.read() as connection:
        rows = connection.execute(select(phone_source).order_by(phone_source.c.name)).all()
    found = {}
    for row in rows:
        try:
            found[row.name] = _opened(store, row)
        except PhoneSetupError as error:
            _log.error("%s", error)
    return found


def _opened(store: Store, row: Row[Any]) -> PhoneSource:
    sealed = bytes(row.secret)
    try:
        secret = _cipher(store).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row.name.encode())
    except InvalidTag:
        raise PhoneSetupError(
            f"The secret of the source {row.name} was changed in the database; add it anew."
        ) from None
    return PhoneSource(row.name, row.kind, row.public_url, secret)


def _sealed(store: Store, name: str, secret: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    # Bound to its name, so that two sources' secrets cannot be exchanged in the database.
    return nonce + _cipher(store).encrypt(nonce, secret, name.encode())


def _cipher(store: Store) -> AESGCM:
    return AESGCM(store.keyed_hash("phone source secrets"))
