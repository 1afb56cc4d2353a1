"""The one place where HTTP is spoken: bounded, never redirected, certificates always checked.

Every answer is read piece by piece against three limits (bytes on the wire, bytes unpacked, seconds in all), because
a small compressed answer may unpack to hundreds of megabytes and a slow one may never end (safety.md, rows 16 and 17).
Nothing is taken from the environment: no proxy, no .netrc, no certificate path that someone else has set.
"""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

import httpx

from app.sync.crm import CrmFailed, CrmUnreachable

MAX_ANSWER_BYTES = 16 * 1024 * 1024
JSON_TYPES = frozenset({"application/json", "application/problem+json"})
STREAM_TYPE = "text/event-stream"
NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: `body` unpacked, `kind` the content type without parameters, `headers` in lower case."""

    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an answer may be and how long it may take, and which content types besides JSON it may have."""

    max_bytes: int
    total_seconds: float
    kinds: frozenset[str] = frozenset()


class Stream(Protocol):
    """An answer that has no end of its own."""

    def pieces(self) -> Iterator[bytes]:
        """What comes, as it comes; raises CrmUnreachable where nothing came for too long, or the connection broke."""

    def cut(self) -> None:
        """Ends it at once, from any thread: whoever waits for the next piece waits no longer."""


class Transport(Protocol):
    """Sends one request and brings back the whole answer, or raises CrmUnreachable."""

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """One request to `path` ("/v1/events") at the CRM's address. `bounds` replaces the usual ones."""

    def stream(
        self, path: str, *, headers: Mapping[str, str], silence_seconds: float
    ) -> AbstractContextManager[Stream | Answer]:
        """Server-sent events of `path`, as long as there never is silence for longer; an Answer where it has none."""

    def close(self) -> None:
        """Closes every connection."""


class HttpTransport:
    """HTTP to one address over httpx; safe to use from several threads.

    `address` is "https://host[:port]"; plain http is taken for this machine alone, because a token goes with it.
    `authorities` is a PEM file for a company's own certificate authority, in addition to none but the system's.
    `total_seconds` limits a request from the first byte sent to the last byte read. Raises ValueError for an address
    or authorities that cannot be used.
    """

    def __init__(
        self,
        address: str,
        *,
        authorities: Path | None = None,
        connect_seconds: float = 5.0,
        read_seconds: float = 20.0,
        total_seconds: float = 60.0,
        max_bytes: int = MAX_ANSWER_BYTES,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = checked_address(address)
        self._bounds = Bounds(max_bytes, total_seconds)
        self._connect_seconds = connect_seconds
        self._elapsed = elapsed
        self._client = httpx.Client(
            base_url=self.address,
            follow_redirects=False,
            trust_env=False,
            verify=_certificates(authorities) if self.address.startswith("https:") else True,
            timeout=httpx.Timeout(connect=connect_seconds, read=read_seconds, write=read_seconds, pool=connect_seconds),
            headers={"Accept": ", ".join(sorted(JSON_TYPES)), "Accept-Encoding": "gzip", "User-Agent": "cuecard"},
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """Sends one request; raises CrmUnreachable for no answer and for one that is broken, too large or not JSON."""
        bounds = bounds or self._bounds
        until = self._elapsed() + bounds.total_seconds
        try:
            with self._client.stream(method, path, headers=headers, params=query, content=body) as response:
                return self._read(response, bounds, until)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise CrmUnreachable(_sentence(error)) from None
        except httpx.HTTPError as error:
            # It was connected: what went wrong then may be about what was sent.
            raise CrmFailed(_sentence(error)) from None

    @contextmanager
    def stream(self, path: str, *, headers: Mapping[str, str], silence_seconds: float) -> Iterator[Stream | Answer]:
        """Opens what has no end; raises CrmUnreachable where it cannot be opened, or breaks while it is read."""
        wanted = {**headers, "Accept": STREAM_TYPE, "Accept-Encoding": "identity", "Cache-Control": "no-store"}
        timeout = httpx.Timeout(silence_seconds, connect=self._connect_seconds, pool=self._connect_seconds)
        try:
            with self._client.stream("GET", path, headers=wanted, timeout=timeout) as response:
                if response.status_code == httpx.codes.OK and _kind(response) == STREAM_TYPE:
                    yield _HttpStream(response)
                else:
                    yield self._read(response, self._bounds, self._elapsed() + self._bounds.total_seconds)
        except httpx.HTTPError as error:
            raise CrmUnreachable(_sentence(error)) from None
        except RuntimeError:
            if not self._client.is_closed:
                raise
            raise CrmUnreachable("The program ends.") from None

    def close(self) -> None:
        """Closes every connection; the transport cannot be used afterwards."""
        self._client.close()

    def _read(self, response: httpx.Response, bounds: Bounds, until: float) -> Answer:
        if 300 <= response.status_code < 400 and response.status_code != NOT_MODIFIED:
            raise CrmUnreachable(
                "The hub's address sends us on to another one. That is never followed; ask for the right address."
            )
        kind = _kind(response)
        body = b"".join(self._unpacked(response, bounds, until))
        if kind not in JSON_TYPES | bounds.kinds and not _means_something_without_json(response.status_code):
            raise CrmUnreachable(
                f"What answers at that address is no Cuecard hub (status {response.status_code}); check the address."
            )
        return Answer(response.status_code, kind, body, {key.lower(): value for key, value in response.headers.items()})

    def _unpacked(self, response: httpx.Response, bounds: Bounds, until: float) -> Iterator[bytes]:
        unpack = _unpacker(response.headers.get("content-encoding", "identity").strip().lower())
        received = total = 0
        for chunk in response.iter_raw(65_536):
            received += len(chunk)
            piece = unpack(chunk, bounds.max_bytes - total + 1)
            total += len(piece)
            if total > bounds.max_bytes or received > bounds.max_bytes:
                raise CrmUnreachable("The hub's answer is far too large; it was not read any further.")
            if self._elapsed() > until:
                raise CrmFailed("The hub answers too slowly; trying again.")
            yield piece


class _HttpStream:
    """Implements Stream over a response that is being read."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def pieces(self) -> Iterator[bytes]:
        if self._response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise CrmUnreachable("The hub's answer is packed in a way that was not asked for.")
        try:
            yield from self._response.iter_raw()
        except httpx.HTTPError as error:
            raise CrmUnreachable(_sentence(error)) from None

    def cut(self) -> None:
        connection = self._response.extensions["network_stream"].get_extra_info("socket")
        # Closing it would not wake the thread that reads, and SSLSocket's own method would take the ground from under
        # it. An error means that it has ended already.
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def checked_address(address: str) -> str:
    """The address without a slash at its end; raises ValueError for one to which no token may be sent."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise ValueError("The hub's address is not a web address; write it like https://hub.example.com") from None
    if url.userinfo or url.query or url.fragment or not url.host:
        raise ValueError("The hub's address is a host with a port at most, like https://hub.example.com")
    if url.scheme == "https" or (url.scheme == "http" and _this_machine(url.host)):
        return address.rstrip("/")
    raise ValueError("The hub's address must begin with https:// (http:// is for a hub on this machine alone)")


def _means_something_without_json(status: int) -> bool:
    """What a reverse proxy in front of the hub says by itself; any other page is somebody else's (captive portal)."""
    return status in (204, NOT_MODIFIED, 413, 429) or status >= 500


def _kind(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _certificates(authorities: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities is not None:
        try:
            context.load_verify_locations(cafile=authorities)
        except OSError as error:
            raise ValueError("the certificate given with --ca cannot be read, or is not PEM") from error
    return context


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Unpacks chunk by chunk, never to more than the given number of bytes at a time."""
    if encoding in ("", "identity"):
        return lambda chunk, _most: chunk
    if encoding != "gzip":
        raise CrmUnreachable("The hub's answer is packed in a way that was not asked for.")
    stream = zlib.decompressobj(wbits=31)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return stream.decompress(chunk, most)
        except zlib.error:
            raise CrmUnreachable("The hub's answer is damaged; trying again.") from None

    return unpack


def _sentence(error: httpx.HTTPError) -> str:
    if "certificate" in str(error).lower():
        return "The hub's certificate is not trusted, so nothing was sent and all stays queued. Ask your administrator."
    if isinstance(error, httpx.TimeoutException):
        return "The hub does not answer in time; trying again."
    return "The hub cannot be reached; trying again."
