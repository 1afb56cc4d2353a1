"""The company's OpenID Connect provider, asked over HTTPS: what it says of itself, its keys, and tokens for a code.

Only what the issuer that was configured says of itself is believed; nothing is redirected, and what is read is bounded.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from app.hub.errors import Problem

_MAX_BYTES = 512 * 1024
_SECONDS = 10.0
_KEPT_SECONDS = 3600.0
# An unknown key may be a new one; but whoever makes keys up shall not have the provider asked each time.
_KEYS_AGAIN_SECONDS = 60.0

T = TypeVar("T")


class _Described(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Issued(msgspec.Struct, frozen=True):
    id_token: str


@dataclass(frozen=True, slots=True)
class _Known:
    described: _Described
    keys: list[dict[str, Any]]
    at: float


class Provider:
    """One provider. Threads may share it; it remembers for an hour what the provider says of itself.

    Every call may raise Problem 503 where the provider does not answer, or answers what cannot be.
    """

    def __init__(self, issuer: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self._elapsed = elapsed
        self._guard = threading.Lock()
        self._known: _Known | None = None

    def authorization_endpoint(self) -> str:
        """Where people sign in."""
        return self._now_known().described.authorization_endpoint

    def keys(self, with_id: str | None) -> list[dict[str, Any]]:
        """The provider's public keys (JWK); read anew where there is none with this id."""
        known = self._now_known()
        is_there = with_id is None or any(key.get("kid") == with_id for key in known.keys)
        if is_there or self._elapsed() - known.at < _KEYS_AGAIN_SECONDS:
            return known.keys
        return self._look().keys

    def id_token(self, form: Mapping[str, str], client: tuple[str, str]) -> str:
        """The ID token for a code; `client` is id and secret ("": a public client). Problem 401 where it is refused."""
        client_id, secret = client
        sent = {**form, "grant_type": "authorization_code"}
        if not secret:
            sent["client_id"] = client_id
        endpoint = self._now_known().described.token_endpoint
        basic = httpx.BasicAuth(client_id, secret) if secret else None
        answer = _asked("POST", endpoint, data=sent, auth=basic)
        if 400 <= answer.status_code < 500:
            raise Problem(401, "Your company's sign-in did not confirm this. Sign in there once more.")
        return _read(answer, _Issued).id_token

    def _now_known(self) -> _Known:
        with self._guard:
            known = self._known
        if known is not None and self._elapsed() - known.at < _KEPT_SECONDS:
            return known
        return self._look()

    def _look(self) -> _Known:
        described = _read(_asked("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"), _Described)
        endpoints = (described.authorization_endpoint, described.token_endpoint, described.jwks_uri)
        if described.issuer != self.issuer or not all(is_safe_address(endpoint) for endpoint in endpoints):
            raise _unusable()
        known = _Known(described, _read(_asked("GET", described.jwks_uri), _Keys).keys, self._elapsed())
        with self._guard:
            self._known = known
        return known


def is_safe_address(address: str) -> bool:
    """Whether what is asked there is asked over HTTPS, or does not leave this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _asked(
    method: str, address: str, *, data: Mapping[str, str] | None = None, auth: httpx.Auth | None = None
) -> httpx.Response:
    until = time.monotonic() + _SECONDS
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS) as client,
            client.stream(method, address, data=data, auth=auth, headers={"Accept": "application/json"}) as response,
        ):
            body = b""
            for piece in response.iter_bytes(65_536):
                body += piece
                if len(body) > _MAX_BYTES or time.monotonic() > until:
                    raise _unusable()
            return httpx.Response(response.status_code, content=body)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Problem(
            503, "Your company's sign-in service does not answer. Try again, or use your password.", retry_after=5
        ) from None


def _read(answer: httpx.Response, shape: type[T]) -> T:
    if answer.status_code != httpx.codes.OK:
        raise _unusable()
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _unusable() from None


def _unusable() -> Problem:
    return Problem(
        503, "What your company's sign-in service says cannot be used. Tell your administrator.", retry_after=30
    )
