"""The gate: signs people in at the hub, opens their local store, and keeps sync running while they are there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from app.cache.errors import StoreError
from app.cache.store import LocalStore
from app.desk.ports import SyncState
from app.desk.shift import Shift, SignInProblem
from app.reports.team import TeamReport
from app.reports.wire import ReportUnreadable, from_plain
from app.security.errors import KeyMissing, VaultError
from app.security.screen_lock import lock_hash, opens
from app.security.vault import StoreKey, Vault, VaultState
from app.sync.crm import Credentials, CrmError, CrmUnreachable, SignInRefused
from app.sync.engine import SyncEngine
from app.sync.hub_crm import HubCrm
from app.sync.lease import FileLease
from app.sync.push_client import PushClient

_STARTED_OVER = (
    "The key of this PC's store was gone, so a new store was begun. The old file is kept as it was: tell your "
    "administrator, since there may be events in it that were not sent."
)
_SCREEN_LOCK = "screen_lock"


class ReportSource(Protocol):
    """Where a lead's reports come from."""

    def agents(self, since: datetime, until: datetime, team: str) -> TeamReport:
        """A team's figures; raises CrmError."""


class StoreGate:
    """Implements the desk's Gate over vault, local store and hub. Thread-safe; calls block."""

    def __init__(
        self,
        vault: Vault,
        connect: Callable[[], HubCrm],
        *,
        clock: Callable[[], datetime],
        random: Callable[[], float],
        alongside: Callable[[Shift], Callable[[], None]] = lambda shift: lambda: None,
    ) -> None:
        """`alongside` begins what else runs while somebody is signed in; what it returns ends that."""
        self._vault = vault
        self._connect = connect
        self._clock = clock
        self._random = random
        self._alongside = alongside
        self._guard = threading.RLock()
        self._open: _OpenShift | None = None
        self._others: list[_Carried] = []

    @property
    def shift(self) -> Shift | None:
        """Who is signed in now."""
        with self._guard:
            return self._open.shift if self._open is not None else None

    def resume(self) -> Shift | None:
        """Goes on with the shift that was open, where the keyring has its key; raises SignInProblem."""
        with self._guard:
            try:
                key = self._vault.unlock_with_keyring()
                if key is None:
                    return None
                store = LocalStore.open(key.path, key.key, key.device_id, self._clock)
                credentials = store.sign_in()
                if credentials is None or credentials.session.expires_at <= self._clock():
                    store.close()
                    return None
                return self._begin(key, store, credentials, resumed=True)
            except (VaultError, StoreError) as error:
                raise SignInProblem(str(error)) from error

    def last_user(self) -> str:
        """Nobody's name is kept on the device outside of the encrypted stores."""
        return ""

    def sign_in(self, user: str, password: str) -> Shift:
        """Signs in at the hub and opens the local store; without a network, goes on with a session not yet over."""
        if not user.strip() or not password:
            raise SignInProblem("Type your user name and your password.")
        with self._guard:
            try:
                return self._sign_in(user, password)
            except SignInRefused as error:
                raise SignInProblem(error.problem) from error
            except (VaultError, StoreError, CrmError) as error:
                raise SignInProblem(str(error)) from error

    def _sign_in(self, user: str, password: str) -> Shift:
        crm = self._connect()
        try:
            credentials = crm.sign_in(user, password, self._vault.device_id(user))
        except CrmUnreachable as unreachable:
            return self._sign_in_offline(user, password, unreachable)
        notice = ""
        try:
            key = self._vault.unlock_with_password(user, password)
        except KeyMissing:
            # The hub has let him in, so he may work; the file stays as it is for the day its key is found.
            key = self._vault.start_over(user, password)
            credentials = crm.sign_in(user, password, key.device_id)
            notice = _STARTED_OVER
        store = LocalStore.open(key.path, key.key, key.device_id, self._clock)
        store.save_sign_in(credentials)
        store.keep_setting(_SCREEN_LOCK, lock_hash(password))
        return self._begin(key, store, credentials, resumed=False, notice=notice)

    def _sign_in_offline(self, user: str, password: str, unreachable: CrmUnreachable) -> Shift:
        """Only where the password itself opens the store: with the keyring, nobody here could check it."""
        if self._vault.state(user) is not VaultState.PASSWORD:
            raise unreachable
        key = self._vault.unlock_with_password(user, password)
        store = LocalStore.open(key.path, key.key, key.device_id, self._clock)
        credentials = store.sign_in()
        if credentials is None or credentials.session.expires_at <= self._clock():
            store.close()
            raise unreachable
        return self._begin(key, store, credentials, resumed=True)

    def check_password(self, password: str) -> None:
        """Whether this password was typed at the sign-in that is open; needs no network. Raises SignInProblem."""
        with self._guard:
            opened = self._open
            if opened is None:
                raise SignInProblem("Sign in first.")
            try:
                kept = opened.store.setting(_SCREEN_LOCK, str)
            except StoreError as error:
                raise SignInProblem(str(error)) from error
        # Without the guard: it takes a tenth of a second, and nothing else has to wait for it.
        if kept is None:
            raise SignInProblem("Your password cannot be checked on this device yet: sign out, and in again.")
        if not opens(password, kept):
            raise SignInProblem("This is not the password that you signed in with.")

    def sign_out(self) -> None:
        """Ends the session here and at the hub; what is unsent stays and goes out later as this agent's."""
        with self._guard:
            opened, self._open = self._open, None
            if opened is None:
                return
            opened.end_alongside()
            opened.pushes.stop()
            opened.engine.wait_until_sent(2.0)
            opened.crm.sign_out()
            opened.store.end_sign_in()
            opened.close()
            self._close_others()

    def stop(self) -> None:
        """The program ends; the session stays open for the next start."""
        with self._guard:
            opened, self._open = self._open, None
            if opened is not None:
                opened.close()
            self._close_others()

    def reports(self) -> ReportSource:
        """The hub's reports for who is signed in."""
        with self._guard:
            if self._open is None:
                raise SignInProblem("Sign in first.")
            return HubReports(self._open.crm)

    def _begin(
        self, key: StoreKey, store: LocalStore, credentials: Credentials, *, resumed: bool, notice: str = ""
    ) -> Shift:
        crm = self._connect()
        crm.resume(credentials)
        listener = _Listener()
        engine = SyncEngine(store, crm, FileLease(key.path), listener.publish, clock=self._clock, random=self._random)
        pushes = PushClient(crm, random=self._random)
        shift = Shift(credentials.session, store, store, crm, _Sync(engine, listener), resumed, notice, pushes)
        self._open = _OpenShift(shift, store, crm, engine, pushes, self._alongside(shift))
        engine.start()
        pushes.start()
        self._carry_others(credentials)
        return shift

    def _carry_others(self, credentials: Credentials) -> None:
        """Sends what earlier agents left unsent on this device, as theirs; their rows are shown to nobody."""
        for key in self._vault.others_of(credentials.session.device_id):
            try:
                store = LocalStore.open(key.path, key.key, key.device_id, self._clock)
            except StoreError:
                continue
            engine = SyncEngine(
                store,
                self._connect(),
                FileLease(key.path),
                lambda state: None,
                clock=self._clock,
                random=self._random,
                fetch_accounts=False,
            )
            engine.start()
            self._others.append(_Carried(store, engine))

    def _close_others(self) -> None:
        others, self._others = self._others, []
        for other in others:
            other.close()


@dataclass(frozen=True, slots=True)
class _Carried:
    """An earlier agent's store, open for sending only."""

    store: LocalStore
    engine: SyncEngine

    def close(self) -> None:
        self.engine.stop()
        self.store.close()


@dataclass(frozen=True, slots=True)
class _OpenShift:
    shift: Shift
    store: LocalStore
    crm: HubCrm
    engine: SyncEngine
    pushes: PushClient
    end_alongside: Callable[[], None]

    def close(self) -> None:
        self.end_alongside()
        self.pushes.stop()
        self.engine.stop()
        self.store.close()


class _Listener:
    """Hands the engine's states on to whoever listens, and the last one to who comes later."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._last: SyncState | None = None
        self._on_state: Callable[[SyncState], None] | None = None

    def publish(self, state: SyncState) -> None:
        with self._guard:
            self._last = state
            if self._on_state is not None:
                self._on_state(state)

    def listen(self, on_state: Callable[[SyncState], None]) -> None:
        with self._guard:
            self._on_state = on_state
            if self._last is not None:
                on_state(self._last)


class _Sync:
    """Implements the desk's Synchroniser."""

    def __init__(self, engine: SyncEngine, listener: _Listener) -> None:
        self._engine = engine
        self._listener = listener

    def wake(self) -> None:
        self._engine.wake()

    def listen(self, on_state: Callable[[SyncState], None]) -> None:
        self._listener.listen(on_state)


class HubReports:
    """A lead's reports, asked of the hub."""

    def __init__(self, crm: HubCrm) -> None:
        self._crm = crm

    def agents(self, since: datetime, until: datetime, team: str) -> TeamReport:
        """A team's figures; raises CrmError."""
        query = {"from": since.isoformat(), "to": until.isoformat()}
        if team:
            query["team"] = team
        try:
            return from_plain(msgspec.json.decode(self._crm.ask("/v1/reports/agents", query), type=dict[str, Any]))
        except msgspec.DecodeError as error:
            raise CrmUnreachable("The hub's answer is not a report.") from error
        except ReportUnreadable as error:
            raise CrmUnreachable(str(error)) from error
