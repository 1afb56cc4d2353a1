"""The tokens of one signed-in person: which one to send, and how it is renewed before it is over.

How old a token is, is counted in seconds that passed here since it came, never read off a clock: a desktop whose clock
jumps by a year keeps its sign-in. The next refresh token is drawn here and on the disk before it is sent, so whatever
happens in between (an answer that is lost, a crash, a power cut), the same request is made again and is answered again.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from app.cache.errors import StoreError
from app.sync.crm import Credentials, CrmBusy, CrmRefused, CrmUnreachable, SignInRefused

# Renewed when this share of its time is over, so that no call has to wait for it.
_DUE = 0.75
_TRY_AGAIN_SECONDS = 20.0
_OVER = "The session is over. Sign in again."
_WITHOUT_THE_HUB = "You signed in without the hub. Sign out, and in again, to work with it; what you record goes out."


@dataclass(frozen=True, slots=True)
class FreshToken:
    """What a renewal gives: the token, how many seconds it is good for and how many the lease runs, the hub's time."""

    token: str
    token_seconds: int
    lease_seconds: int = 0
    server_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """The sign-in in use; `since` is when its token came, None where that was before this start."""

    credentials: Credentials
    since: float | None


class Tokens:
    """Holds the sign-in in use; any number of threads ask it for the token, and one of them renews it.

    `renew` asks the hub: (refresh token, digest of the next) -> FreshToken; it raises CrmError.
    """

    def __init__(self, renew: Callable[[str, str], FreshToken], elapsed: Callable[[], float] = time.monotonic) -> None:
        self._ask_hub = renew
        self._elapsed = elapsed
        self._guard = threading.Lock()
        self._renewing = threading.Lock()
        self._held: _Held | None = None
        self._save: Callable[[Credentials], None] = lambda credentials: None
        self._lost: Callable[[], None] = lambda: None
        self._not_before = 0.0

    @property
    def credentials(self) -> Credentials | None:
        """The sign-in in use."""
        with self._guard:
            return None if self._held is None else self._held.credentials

    def hold(self, credentials: Credentials, *, is_new: bool) -> None:
        """Uses a sign-in from now on; `is_new`: its token came just now."""
        with self._guard:
            self._held = _Held(credentials, self._elapsed() if is_new else None)
            self._not_before = 0.0

    def keep_with(self, save: Callable[[Credentials], None], lost: Callable[[], None]) -> None:
        """Where sign-ins are kept, durably before `save` returns; `lost` is told when the hub renews no more.

        Both may raise StoreError.
        """
        with self._guard:
            self._save, self._lost = save, lost

    def forget(self) -> None:
        """Nobody is signed in any more; a renewal under way is not kept."""
        with self._guard:
            self._held = None

    def current(self) -> str:
        """The token to send; renewed first where its time is nearly over. Raises SignInRefused while there is none."""
        with self._guard:
            held, now = self._signed_in(), self._elapsed()
            age = None if held.since is None else now - held.since
            lasts, may_try = held.credentials.token_seconds, now >= self._not_before
        if age is None or not held.credentials.refresh or age < lasts * _DUE:
            return held.credentials.token
        if age >= lasts:
            return self.after_refusal(held.credentials.token)
        # There is time yet: one thread renews, the others go on with what they have.
        if may_try and self._renewing.acquire(blocking=False):
            try:
                return self._renewed(held.credentials.token)
            except (CrmUnreachable, CrmBusy):
                with self._guard:
                    self._not_before = self._elapsed() + _TRY_AGAIN_SECONDS
            finally:
                self._renewing.release()
        return held.credentials.token

    def after_refusal(self, refused: str) -> str:
        """Another token instead of one that the hub no longer takes; raises CrmError where there is none."""
        with self._renewing:
            return self._renewed(refused)

    def _renewed(self, used: str) -> str:
        with self._guard:
            held = self._signed_in()
        credentials = held.credentials
        if credentials.token != used:
            return credentials.token
        if not credentials.refresh:
            raise SignInRefused(_OVER if credentials.token else _WITHOUT_THE_HUB, 401)
        if not credentials.next_refresh:
            credentials = replace(credentials, next_refresh=new_refresh_token())
            try:
                held = self._exchange(held, _Held(credentials, held.since))
            except StoreError as error:
                raise CrmUnreachable(str(error)) from error
        try:
            fresh = self._ask_hub(credentials.refresh, digest_of(credentials.next_refresh))
        except CrmRefused:
            with suppress(StoreError):
                self._lost()
            raise
        renewed = replace(
            credentials,
            token=fresh.token,
            token_seconds=fresh.token_seconds,
            refresh=credentials.next_refresh,
            next_refresh="",
            lease_seconds=fresh.lease_seconds,
            server_time=fresh.server_time,
        )
        # Where the disk is full now, the request on it still fits: it is asked once more after a restart.
        with suppress(StoreError):
            self._exchange(held, _Held(renewed, self._elapsed()))
        with self._guard:
            if self._held is held:
                self._held = _Held(renewed, self._elapsed())
        return fresh.token

    def _exchange(self, old: _Held, new: _Held) -> _Held:
        """Keeps and uses the new one, unless the old one has been forgotten or replaced meanwhile."""
        with self._guard:
            if self._held is not old:
                raise SignInRefused("Sign in first.", 401)
            self._save(new.credentials)
            self._held = new
        return new

    def _signed_in(self) -> _Held:
        if self._held is None:
            raise SignInRefused("Sign in first.", 401)
        return self._held


def digest_of(secret: str) -> str:
    """What the hub is told of a refresh token before it is used: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def new_refresh_token() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(32)
