"""How a shift comes to be opened: with a password, through the company, or for a while without the hub.

Opens the agent's store with the key that the vault has for him. Where the store asks for another secret than the one
that was typed (the password was changed at the hub, or signing in is the company's), or the password was for once only,
the way in stops half-way with `SecretWanted`, and `unlock` or `start_afresh` goes on from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from app.cache.errors import StoreError
from app.cache.store import LocalStore
from app.desk.shift import SecretWanted, SignInProblem, StoreSecret
from app.offline_sessions import NoLease, OfflineBook
from app.security.errors import KeyMissing, WrongPassword
from app.security.oidc import ask_in_browser
from app.security.screen_lock import lock_hash, opens
from app.security.vault import StoreKey, Vault, VaultState
from app.sync.connection import Connection
from app.sync.crm import Credentials, CrmError, CrmRefused, CrmUnreachable
from app.sync.hub_crm import HubCrm

SCREEN_LOCK = "screen_lock"
"""The setting with which a typed password is checked where no hub can be asked."""

_SHORTEST_PASSPHRASE = 10
_STARTED_OVER = (
    "The key of this PC's store was gone, so a new store was begun. The old file is kept as it was: tell your "
    "administrator, since there may be events in it that were not sent."
)
_STARTED_AFRESH = (
    "A fresh store was begun. The old one is kept as it was, with what was not sent: tell your administrator. It opens "
    "again with the password or passphrase that it was closed with."
)
_WITHOUT_THE_HUB = (
    "The hub cannot be reached. You work without it for now: everything is recorded, and goes out once it is back."
)
_ASK_OLD = (
    "Your password was changed. Type the one before, once, to open what this PC keeps for you; or begin a fresh store."
)
_ASK_NEW = (
    "Choose a passphrase for this PC, of 10 characters or more. It opens what is kept for you here, also without a "
    "network."
)
_ASK_FRESH = "For a fresh store, type a new passphrase of 10 characters or more, and then choose it once more."
_ASK = "Type your passphrase for this PC."
_ASK_OWN = (
    "Your password was for once only. Choose one of your own, of 10 characters or more; it may not be your user name. "
    "From now on you sign in with it."
)
_EITHER = "That does not open it either. Try again, or begin a fresh store."
_FIRST = "Sign in first."
_NOT_THE_LAST = "The hub cannot be reached, and this is not the password that you last signed in with on this PC."
SAID = (
    *(_STARTED_OVER, _STARTED_AFRESH, _WITHOUT_THE_HUB, _EITHER, _FIRST, _NOT_THE_LAST),
    *(_ASK_OLD, _ASK_NEW, _ASK_FRESH, _ASK, _ASK_OWN),
)
"""What people are told here, so that every language has it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A sign-in with its open store. `resumed`: an earlier session goes on. `notice`: what the agent has to read."""

    key: StoreKey
    store: LocalStore
    credentials: Credentials
    resumed: bool = False
    notice: str = ""


@dataclass(frozen=True, slots=True)
class _HalfWay:
    """A sign-in whose store is not open yet. `open_session` signs in at the hub for a device id.

    `password` is the new one of a changed password, "" where the company signs in; `credentials` a session that is
    open already.
    """

    user: str
    wants: StoreSecret
    open_session: Callable[[str], Credentials]
    crm: Connection
    password: str = ""
    credentials: Credentials | None = None


class SigningIn:
    """The ways in. Not thread-safe but for `give_up`; every other call blocks.

    `browse` opens an address in the system's browser. Raises SignInProblem, SecretWanted, VaultError, StoreError and
    CrmError.
    """

    def __init__(
        self,
        vault: Vault,
        connect: Callable[[], Connection],
        open_store: Callable[[StoreKey], LocalStore],
        clock: Callable[[], datetime],
        browse: Callable[[str], bool],
    ) -> None:
        self._vault = vault
        self._connect = connect
        self._open_store = open_store
        self._clock = clock
        self._browse = browse
        self._half_way: _HalfWay | None = None
        self._given_up = threading.Event()

    def company_is_there(self) -> bool:
        """Whether the hub says that people can sign in through their company; False where it cannot be reached."""
        try:
            return "company" in self._connect().ways_to_sign_in()
        except CrmError:
            return False

    def give_up(self) -> None:
        """Ends the waiting for the browser; may be called from any thread."""
        self._given_up.set()

    def resume(self) -> Opened | None:
        """The session that was open when the program ended, where the keyring has its store's key."""
        key = self._vault.unlock_with_keyring()
        if key is None:
            return None
        store = self._open_store(key)
        credentials = store.sign_in()
        if credentials is None or not self._goes_on(store, credentials):
            store.close()
            return None
        return Opened(key, store, store.sign_in() or credentials, resumed=True)

    def by_password(self, user: str, password: str) -> Opened:
        """Signs in at the hub; where it cannot be reached, goes on without it as far as this device may."""
        self._half_way = None
        crm = self._connect()
        try:
            credentials = crm.sign_in(user, password, self._vault.device_id(user))
        except CrmUnreachable as unreachable:
            return self._without_the_hub(user, password, unreachable)
        if credentials.must_change:
            again = crm.sign_in
            self._half_way = _HalfWay(
                user,
                StoreSecret.OWN_PASSWORD,
                lambda device: again(user, password, device),
                crm,
                password,
                credentials,
            )
            raise SecretWanted(StoreSecret.OWN_PASSWORD, _ASK_OWN)
        return self._with_password(crm, user, password, credentials)

    def _with_password(self, crm: Connection, user: str, password: str, credentials: Credentials) -> Opened:
        """Opens the store of somebody whom the hub has let in by this password."""
        try:
            key = self._vault.unlock_with_password(user, password)
        except KeyMissing:
            # The hub has let him in, so he may work; the file stays as it is for the day its key is found.
            key = self._vault.start_over(user, password)
            credentials = crm.sign_in(user, password, key.device_id)
            return self._opened(crm, key, credentials, password, _STARTED_OVER)
        except WrongPassword:
            again = crm.sign_in
            self._half_way = _HalfWay(
                user,
                StoreSecret.OLD_PASSWORD,
                lambda device: again(user, password, device),
                crm,
                password,
                credentials,
            )
            raise SecretWanted(StoreSecret.OLD_PASSWORD, _ASK_OLD) from None
        return self._opened(crm, key, credentials, password)

    def by_company(self) -> Opened:
        """Sends the person to the company's sign-in in the browser, and waits for what comes back."""
        self._half_way = None
        self._given_up.clear()
        crm = self._connect()
        if not isinstance(crm, HubCrm):
            raise SignInProblem("This CRM knows no sign-in through the company.")
        user, ticket = crm.prove(ask_in_browser(crm.company(), self._browse, given_up=self._given_up))
        state = self._vault.state(user)
        if state is VaultState.KEYRING:
            with suppress(KeyMissing):
                key = self._vault.unlock_with_password(user, "")
                return self._opened(crm, key, crm.redeem(ticket, key.device_id), "")
            state = VaultState.NEW
        wants = StoreSecret.NEW_PASSPHRASE if state is VaultState.NEW else StoreSecret.PASSPHRASE
        self._half_way = _HalfWay(user, wants, lambda device: crm.redeem(ticket, device), crm)
        raise SecretWanted(wants, _ASK_NEW if wants is StoreSecret.NEW_PASSPHRASE else _ASK)

    def unlock(self, secret: str) -> Opened:
        """Goes on with the secret that was asked for."""
        half = self._half()
        if half.wants is StoreSecret.OWN_PASSWORD:
            return self._with_own_password(half, secret)
        if half.wants is StoreSecret.NEW_PASSPHRASE:
            return self._with_new_passphrase(half, secret)
        try:
            if half.password:
                self._vault.change_password(half.user, secret, half.password)
            key = self._vault.unlock_with_password(half.user, half.password or secret)
        except WrongPassword:
            raise SecretWanted(half.wants, _EITHER) from None
        return self._finish(half, key, half.credentials or half.open_session(key.device_id), half.password or secret)

    def start_afresh(self, secret: str) -> Opened:
        """A new store beside the one that nobody can open; `secret` is the passphrase for it, of company sign-ins."""
        half = self._half()
        if half.wants is StoreSecret.OWN_PASSWORD:
            raise SecretWanted(half.wants, _ASK_OWN)
        if not half.password and len(secret) < _SHORTEST_PASSPHRASE:
            raise SecretWanted(half.wants, _ASK_FRESH)
        key = self._vault.start_over(half.user, half.password or secret)
        credentials = half.open_session(key.device_id)
        return self._finish(half, key, credentials, half.password or secret, _STARTED_AFRESH)

    def _with_own_password(self, half: _HalfWay, password: str) -> Opened:
        """Sets the password at the hub; its reason where it wants another one."""
        if half.credentials is None or not isinstance(half.crm, HubCrm):
            raise SignInProblem(_FIRST)
        if len(password) < _SHORTEST_PASSPHRASE:
            raise SecretWanted(half.wants, _ASK_OWN)
        try:
            half.crm.change_password(half.password, password)
        except CrmRefused as refused:
            raise SecretWanted(half.wants, refused.problem) from refused
        # The credentials held now, not those of the sign-in: the token may have been renewed while he was choosing.
        credentials = replace(half.crm.credentials or half.credentials, must_change=False)
        self._half_way = None
        return self._with_password(half.crm, half.user, password, credentials)

    def _with_new_passphrase(self, half: _HalfWay, passphrase: str) -> Opened:
        if len(passphrase) < _SHORTEST_PASSPHRASE:
            raise SecretWanted(half.wants, _ASK_NEW)
        notice = ""
        try:
            key = self._vault.unlock_with_password(half.user, passphrase)
        except KeyMissing:
            key, notice = self._vault.start_over(half.user, passphrase), _STARTED_OVER
        return self._finish(half, key, half.open_session(key.device_id), passphrase, notice)

    def _finish(self, half: _HalfWay, key: StoreKey, credentials: Credentials, secret: str, notice: str = "") -> Opened:
        opened = self._opened(half.crm, key, credentials, secret, notice)
        self._half_way = None
        return opened

    def _half(self) -> _HalfWay:
        if self._half_way is None:
            raise SignInProblem(_FIRST)
        return self._half_way

    def _opened(
        self, crm: Connection, key: StoreKey, credentials: Credentials, secret: str, notice: str = ""
    ) -> Opened:
        store = self._open_store(key)
        store.save_sign_in(credentials)
        book = OfflineBook(store, self._clock)
        book.met(credentials)
        if secret:
            store.keep_setting(SCREEN_LOCK, lock_hash(secret))
        # Where it does not come to the hub now, it does at the next sign-in; until then nothing begins offline.
        with suppress(CrmError):
            crm.register_key(book.public_key())
        return Opened(key, store, crm.credentials or credentials, notice=notice)

    def _without_the_hub(self, user: str, password: str, unreachable: CrmUnreachable) -> Opened:
        state = self._vault.state(user)
        if state is VaultState.NEW:
            raise unreachable
        key = self._vault.unlock_with_password(user, password, remember=False)
        store = self._open_store(key)
        try:
            if state is VaultState.KEYRING:
                _check_typed(store, password, unreachable)
            book = OfflineBook(store, self._clock)
            credentials = store.sign_in()
            if credentials is not None and book.goes_on(credentials):
                self._vault.remember(key)
                return Opened(key, store, credentials, resumed=True)
            credentials = book.begin()
            store.save_sign_in(credentials)
            self._vault.remember(key)
            return Opened(key, store, credentials, notice=_WITHOUT_THE_HUB)
        except NoLease as error:
            store.close()
            raise SignInProblem(str(error)) from unreachable
        except BaseException:
            store.close()
            raise

    def _goes_on(self, store: LocalStore, credentials: Credentials) -> bool:
        """Whether a session is not over. Where this PC's clock says it is, the hub is asked: the clock may be wrong."""
        if OfflineBook(store, self._clock).goes_on(credentials):
            return True
        crm = self._connect()
        keeping = Keeping(store, self._clock)
        crm.keep_with(keeping.save, keeping.lost)
        crm.resume(credentials)
        try:
            if isinstance(crm, HubCrm):
                crm.ask("/v1/me")
            else:
                # Any question will do: what counts is whether the session is known.
                crm.accounts_by_phone("+0")
        except CrmError:
            return False
        return True


class Keeping:
    """Keeps a sign-in in its store whenever its tokens are renewed, with the lease that comes along."""

    def __init__(self, store: LocalStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._book = OfflineBook(store, clock)

    def save(self, credentials: Credentials) -> None:
        """Durably; raises StoreError."""
        self._store.save_sign_in(credentials)
        if not credentials.next_refresh:
            # The token came just now. Without a lease the sign-in is worth as much.
            with suppress(StoreError):
                self._book.met(credentials)

    def lost(self) -> None:
        """The hub has refused to renew. Before the session's end that means: this person is let in no more."""
        credentials = self._store.sign_in()
        if credentials is not None and self._book.now() < credentials.session.expires_at:
            self._book.lost()


def _check_typed(store: LocalStore, password: str, unreachable: CrmUnreachable) -> None:
    """The keyring opens the store for anybody at this PC, so the password is compared with that of the last sign-in."""
    kept = store.setting(SCREEN_LOCK, str)
    if kept is None:
        raise unreachable
    if not opens(password, kept):
        raise SignInProblem(_NOT_THE_LAST)
