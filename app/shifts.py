"""The gate: signs people in at the hub, opens their local store, and keeps sync running while they are there."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from app.cache.errors import StoreError
from app.cache.opening import LOSSES, NOTICE, open_store
from app.cache.store import LocalStore
from app.desk.ports import SyncState
from app.desk.shift import Shift, SignInProblem
from app.offline_sessions import OfflineBook
from app.reports.team import TeamReport
from app.reports.wire import ReportUnreadable, from_plain
from app.security.errors import VaultError
from app.security.oidc import CompanySignInFailed
from app.security.screen_lock import opens
from app.security.vault import StoreKey, Vault
from app.signing_in import SCREEN_LOCK, Keeping, Opened, SigningIn
from app.sync.connection import Connection
from app.sync.conversations import HubAgentLine
from app.sync.crm import Credentials, CrmError, CrmUnreachable, SignInRefused
from app.sync.device_hub import DeviceHub, Loss
from app.sync.engine import SyncEngine
from app.sync.hub_crm import HubCrm
from app.sync.lease import FileLease
from app.sync.panel import Panel
from app.sync.push_client import PushClient
from app.sync.reconcile import Reconciler

_TOLD = "told_of_locked_stores"
_TYPE_BOTH = "Type your user name and your password."
_NOT_YOURS = "This is not the password that you signed in with."
_NOT_YET = "Your password cannot be checked on this device yet: sign out, and in again."
SAID = (_TYPE_BOTH, _NOT_YOURS, _NOT_YET)
"""What people are told here, so that every language has it."""


class ReportSource(Protocol):
    """Where a lead's reports come from."""

    def agents(self, since: datetime, until: datetime, team: str) -> TeamReport:
        """A team's figures; raises CrmError."""


class StoreGate:
    """Implements the desk's Gate over vault, local store and hub. Thread-safe; calls block."""

    def __init__(
        self,
        vault: Vault,
        connect: Callable[[], Connection],
        *,
        clock: Callable[[], datetime],
        random: Callable[[], float],
        alongside: Callable[[Shift], Callable[[], None]] = lambda shift: lambda: None,
        browse: Callable[[str], bool] = webbrowser.open,
    ) -> None:
        """`alongside` begins what else runs while somebody is signed in; what it returns ends that.

        `browse` opens an address in the system's browser.
        """
        self._vault = vault
        self._connect = connect
        self._clock = clock
        self._random = random
        self._alongside = alongside
        self._signing_in = SigningIn(vault, connect, self._open_store, clock, browse)
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
        with self._guard, _said():
            opened = self._signing_in.resume()
            return None if opened is None else self._begin(opened)

    def last_user(self) -> str:
        """Nobody's name is kept on the device outside of the encrypted stores."""
        return ""

    def sign_in(self, user: str, password: str) -> Shift:
        """Signs in at the hub and opens the local store; without a network, as far as this device may work alone."""
        if not user.strip() or not password:
            raise SignInProblem(_TYPE_BOTH)
        with self._guard, _said():
            return self._begin(self._signing_in.by_password(user, password))

    def company_is_there(self) -> bool:
        """Whether the hub says that people can sign in through their company."""
        return self._signing_in.company_is_there()

    def sign_in_with_company(self) -> Shift:
        """Signs in through the company's sign-in in the browser."""
        with self._guard, _said():
            return self._begin(self._signing_in.by_company())

    def give_up(self) -> None:
        """Waits for the browser no longer."""
        self._signing_in.give_up()

    def unlock(self, secret: str, afresh: bool = False) -> Shift:
        """Opens the store with the secret that was asked for, or (`afresh`) begins a new one."""
        with self._guard, _said():
            go_on = self._signing_in.start_afresh if afresh else self._signing_in.unlock
            return self._begin(go_on(secret))

    def has_password(self) -> bool:
        """Whether there was a password or passphrase at the sign-in that is open."""
        with self._guard:
            opened = self._open
            try:
                return opened is not None and opened.store.setting(SCREEN_LOCK, str) is not None
            except StoreError:
                return True

    def check_password(self, password: str) -> None:
        """Whether this password was typed at the sign-in that is open; needs no network. Raises SignInProblem."""
        with self._guard:
            opened = self._open
            if opened is None:
                raise SignInProblem("Sign in first.")
            try:
                kept = opened.store.setting(SCREEN_LOCK, str)
            except StoreError as error:
                raise SignInProblem(str(error)) from error
        # Without the guard: it takes a tenth of a second, and nothing else has to wait for it.
        if kept is None:
            raise SignInProblem(_NOT_YET)
        if not opens(password, kept):
            raise SignInProblem(_NOT_YOURS)

    def sign_out(self) -> None:
        """Ends the session here and at the hub; what is unsent stays and goes out later as this agent's."""
        with self._guard:
            opened, self._open = self._open, None
            if opened is None:
                return
            opened.end_alongside()
            if opened.pushes is not None:
                opened.pushes.stop()
            opened.engine.wait_until_sent(2.0)
            opened.crm.sign_out()
            opened.store.end_sign_in()
            # Nobody is here any more to whom an opened record could be of use.
            opened.store.purge_opened(self._clock() + timedelta(seconds=1))
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
            if not isinstance(self._open.crm, HubCrm):
                raise SignInProblem("This CRM keeps no figures; Cuecard's hub does.")
            return HubReports(self._open.crm)

    def _begin(self, opened: Opened) -> Shift:
        key, store, credentials = opened.key, opened.store, opened.credentials
        crm = self._connect()
        keeping = Keeping(store, self._clock)
        crm.keep_with(keeping.save, keeping.lost)
        book = OfflineBook(store, self._clock)
        crm.hand_in(book)
        crm.resume(credentials)
        listener = _Listener()
        engine = SyncEngine(
            store,
            crm,
            FileLease(key.path),
            listener.publish,
            clock=self._clock,
            random=self._random,
            reconciler=_reconciler(store, crm, book),
        )
        self._note_locked_files(key, store)
        notice = " ".join(filter(None, (opened.notice, _read_once(store))))
        pushes = PushClient(crm, random=self._random) if isinstance(crm, HubCrm) else None
        sync = _Sync(engine, listener, store)
        line = HubAgentLine(crm, store) if isinstance(crm, HubCrm) else None
        shift = Shift(credentials.session, store, store, crm, sync, opened.resumed, notice, pushes, line)
        self._open = _OpenShift(shift, store, crm, engine, pushes, self._alongside(shift))
        engine.start()
        if pushes is not None:
            pushes.start()
        self._carry_others(credentials)
        return shift

    def _open_store(self, key: StoreKey) -> LocalStore:
        """The store; where it is damaged, what can be saved of it, by the one process that may."""
        lease = FileLease(key.path)
        if not key.path.exists() or not lease.take():
            return LocalStore.open(key.path, key.key, key.device_id, self._clock)
        try:
            return open_store(key.path, key.key, key.device_id, self._clock)
        finally:
            lease.give_back()

    def _note_locked_files(self, key: StoreKey, store: LocalStore) -> None:
        """The hub is told once of each earlier store of this agent whose key is gone: there may be events in it."""
        told = store.fact(_TOLD, list[str]) or []
        own = key.path.name.rpartition("-")[0]
        locked = [file.name for file in self._vault.locked_files() if file.name.startswith(f"{own}-")]
        losses = store.fact(LOSSES, list[Loss]) or []
        fresh = [Loss("key-missing", 0, (), 0) for name in locked if name not in told]
        if fresh:
            store.keep_fact(LOSSES, msgspec.to_builtins([*losses, *fresh]))
            store.keep_fact(_TOLD, [*locked])

    def _carry_others(self, credentials: Credentials) -> None:
        """Sends what earlier agents left unsent on this device, as theirs; their rows are shown to nobody."""
        for key in self._vault.others_of(credentials.session.device_id):
            try:
                store = self._open_store(key)
            except StoreError:
                continue
            crm = self._connect()
            book = OfflineBook(store, self._clock)
            crm.hand_in(book)
            engine = SyncEngine(
                store,
                crm,
                FileLease(key.path),
                lambda state: None,
                clock=self._clock,
                random=self._random,
                fetch_accounts=False,
                reconciler=_reconciler(store, crm, book),
            )
            engine.start()
            self._others.append(_Carried(store, engine))

    def _close_others(self) -> None:
        others, self._others = self._others, []
        for other in others:
            other.close()


def _reconciler(store: LocalStore, crm: Connection, book: OfflineBook) -> Reconciler | None:
    """Asks which events arrived, of the hub: only that has all of them."""
    return Reconciler(store, DeviceHub(crm), book.reopen) if isinstance(crm, HubCrm) else None


def _read_once(store: LocalStore) -> str:
    """What the agent has to read about his store, for the first time."""
    notice = store.fact(NOTICE, str) or ""
    if notice:
        store.keep_fact(NOTICE, "")
    return notice


@contextmanager
def _said() -> Iterator[None]:
    """Whatever keeps somebody out, as a sentence for the window."""
    try:
        yield
    except SignInRefused as error:
        raise SignInProblem(error.problem) from error
    except (VaultError, StoreError, CrmError, CompanySignInFailed) as error:
        raise SignInProblem(str(error)) from error


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
    crm: Connection
    engine: SyncEngine
    pushes: PushClient | None
    end_alongside: Callable[[], None]

    def close(self) -> None:
        self.end_alongside()
        if self.pushes is not None:
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


class _Sync(Panel):
    """Implements the desk's Synchroniser."""

    def __init__(self, engine: SyncEngine, listener: _Listener, store: LocalStore) -> None:
        super().__init__(store, lambda: engine.problem, engine.hurry)
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
