"""Sessions that begin on this device while the hub cannot be reached: within the lease, and signed for the hub.

What the hub has to be told, and what this device may do without it, lies in the agent's own encrypted store. The time
by the hub's clock is reckoned from when the two last met: by this PC's clock and what it was off by then, but never
back. Whoever turns his clock back uses up the lease with each session that he begins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec
import uuid_utils

from app.domain.event import Json
from app.domain.person import AgentSession
from app.security.signatures import PrivateKey, new_key, read_private_key
from app.sync.crm import Credentials
from app.sync.offline import BegunOffline

T = TypeVar("T")

_LASTS = timedelta(hours=12)
# So much a clock may be set back for being put right.
_SET_RIGHT = timedelta(minutes=5)
_LEASE, _KEY, _BEGUN = "lease", "device_key", "begun_offline"
# Settled ones are of no use but to explain events that were set aside.
_KEPT = 50


class NoLease(Exception):
    """No session can begin here without the hub. The text is a sentence for the agent."""


class Kept(Protocol):
    """What this needs of the agent's store; every call may raise StoreError."""

    def setting(self, key: str, shape: type[T]) -> T | None:
        """A setting, or None."""

    def keep_setting(self, key: str, value: Json) -> None:
        """Keeps a setting durably."""


class _Lease(msgspec.Struct, frozen=True):
    """`until` and `seen` (the latest known time) by the hub's clock; `ahead` is that clock minus ours, in seconds."""

    session: AgentSession
    device_token: str
    until: datetime
    seen: datetime
    ahead: float


class _Begun(msgspec.Struct, frozen=True):
    session: str
    statement: str
    signature: str
    settled: bool = False
    refusal: str = ""


class OfflineBook:
    """One agent's lease and the sessions he began without the hub. Threads may share it."""

    def __init__(self, store: Kept, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()

    def now(self) -> datetime:
        """The time by the hub's clock, as far as it is known here."""
        lease = self._store.setting(_LEASE, _Lease)
        return self._clock() if lease is None else self._reckoned(lease)

    def goes_on(self, credentials: Credentials) -> bool:
        """Whether a session is not over yet, as far as can be told here: with a clock that was turned back, nothing."""
        lease = self._store.setting(_LEASE, _Lease)
        if lease is None:
            return self._clock() < credentials.session.expires_at
        return not self._is_turned_back(lease) and self._reckoned(lease) < credentials.session.expires_at

    def met(self, credentials: Credentials) -> None:
        """Renews the lease with a sign-in or a token that came just now."""
        if credentials.server_time is None:
            return
        lease = _Lease(
            credentials.session,
            credentials.device_token,
            credentials.server_time + timedelta(seconds=credentials.lease_seconds),
            credentials.server_time,
            (credentials.server_time - self._clock()).total_seconds(),
        )
        self._store.keep_setting(_LEASE, _plain(lease))

    def lost(self) -> None:
        """The hub no longer lets this person or this device in: nothing begins here without it any more."""
        lease = self._store.setting(_LEASE, _Lease)
        if lease is not None:
            self._store.keep_setting(_LEASE, _plain(msgspec.structs.replace(lease, until=lease.seen)))

    def public_key(self) -> bytes:
        """The device's public key, made at the first call."""
        return self._key().public.raw

    def begin(self) -> Credentials:
        """A session that begins now, signed; raises NoLease."""
        lease = self._store.setting(_LEASE, _Lease)
        if lease is None:
            raise NoLease("The hub cannot be reached, and nobody has signed in with it on this PC before.")
        now = self._reckoned(lease)
        if now >= lease.until:
            raise NoLease(
                "The hub cannot be reached, and this PC has worked without it for as long as it may. Sign in as soon "
                "as the network is back; what was recorded is kept."
            )
        session = replace(
            lease.session,
            id=str(uuid_utils.uuid7()),
            signed_in_at=now,
            expires_at=min(now + _LASTS, lease.until),
        )
        said = {"session": session.id, "person": session.person.id, "device": session.device_id, "began_at": now}
        statement = msgspec.json.encode(said)
        signature = self._key().sign(statement).hex()
        with self._guard:
            unsettled = [each for each in self._begun() if not each.settled]
            settled = [each for each in self._begun() if each.settled][-_KEPT:]
            begun = [*settled, *unsettled, _Begun(session.id, statement.decode("ascii"), signature)]
            self._store.keep_setting(_BEGUN, _plain(begun))
            # From here on, the clock cannot be turned back behind this; where it was, the session counts as used up.
            seen = session.expires_at if self._is_turned_back(lease) else now
            self._store.keep_setting(_LEASE, _plain(msgspec.structs.replace(lease, seen=seen)))
        return Credentials(session, "", lease.device_token)

    def waiting(self, sessions: Collection[str]) -> Sequence[BegunOffline]:
        """Those of the sessions that the hub does not know of yet."""
        return [
            BegunOffline(each.session, each.statement, bytes.fromhex(each.signature))
            for each in self._begun()
            if each.session in sessions and not each.settled
        ]

    def settle(self, session: str, refusal: str) -> None:
        """The hub has countersigned a session (""), or refused it for good."""
        with self._guard:
            changed = [
                msgspec.structs.replace(each, settled=True, refusal=refusal) if each.session == session else each
                for each in self._begun()
            ]
            self._store.keep_setting(_BEGUN, _plain(changed))

    def reopen(self) -> None:
        """Another start of the hub answers, perhaps with an earlier copy: what it countersigned is handed in anew.

        A session that it has after all costs one question; one that it refused for good stays refused.
        """
        with self._guard:
            begun = self._begun()
            changed = [msgspec.structs.replace(each, settled=bool(each.refusal)) for each in begun]
            if changed != begun:
                self._store.keep_setting(_BEGUN, _plain(changed))

    def _reckoned(self, lease: _Lease) -> datetime:
        return max(lease.seen, self._clock() + timedelta(seconds=lease.ahead))

    def _is_turned_back(self, lease: _Lease) -> bool:
        return self._clock() + timedelta(seconds=lease.ahead) < lease.seen - _SET_RIGHT

    def _begun(self) -> list[_Begun]:
        return self._store.setting(_BEGUN, list[_Begun]) or []

    def _key(self) -> PrivateKey:
        with self._guard:
            kept = self._store.setting(_KEY, str)
            if kept is not None:
                return read_private_key(kept.encode("ascii"))
            made = new_key()
            self._store.keep_setting(_KEY, made.to_pem().decode("ascii"))
            return made


def _plain(value: Any) -> Json:
    plain: Json = msgspec.to_builtins(value)
    return plain
