"""What the hub has besides customers: releases of the library, with publishing them, and managed settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from app.domain.event import Json
from app.scripts.release import MOST_CONTENT, MOST_MANIFEST
from app.sync.crm import CrmRefused, CrmUnreachable, FetchedRelease
from app.sync.transport import NOT_MODIFIED, Answer, Bounds

T = TypeVar("T")

_FILE_TYPE = "application/octet-stream"
# A slow line (64 kbit/s) needs two minutes for a usual release, packed.
_RELEASE = Bounds(MOST_CONTENT + 4 * MOST_MANIFEST, total_seconds=900.0, kinds=frozenset({_FILE_TYPE}))
_NOT_FOUND = 404


class Asks(Protocol):
    """Requests as the signed-in person; `app.sync.hub_crm.HubCrm` has it."""

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """The hub's answer where it is a yes, or says that nothing is new (304); raises CrmError."""


class HubRelease(msgspec.Struct, frozen=True):
    """A release as the hub lists it.

    `author` and `approver` stand in its signed manifest; `published_by` and `approved_by` are people at the hub, the
    latter "" while it waits. `goes_back_to`: the id of the earlier release whose content it brings back.
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


class _Listed(msgspec.Struct):
    releases: tuple[HubRelease, ...]


class _Settings(msgspec.Struct):
    values: dict[str, Any]


class HubLibrary:
    """A trainer's and an approver's way to the hub's releases. Every call blocks and may raise CrmError."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def releases(self) -> tuple[HubRelease, ...]:
        """All of them, the newest first."""
        return _decoded(self._asks.request("GET", "/v1/releases"), _Listed).releases

    def publish(self, file: bytes) -> HubRelease:
        """Hands in a signed release; it waits for another person's approval."""
        return self._post("/v1/releases", file)

    def approve(self, release_id: str) -> HubRelease:
        """Makes it current; refused for whoever wrote or published it."""
        return self._post(f"/v1/releases/{quote(release_id, safe='')}/approval", None)

    def bring_back(self, release_id: str, file: bytes) -> HubRelease:
        """Goes back to an earlier approved release; `file` is its content, signed anew under a higher number."""
        return self._post(f"/v1/releases/{quote(release_id, safe='')}/return", file)

    def file(self, release_id: str) -> bytes:
        """A release's file."""
        return self._asks.request("GET", f"/v1/releases/{quote(release_id, safe='')}", bounds=_RELEASE).body

    def _post(self, path: str, file: bytes | None) -> HubRelease:
        headers = {} if file is None else {"Content-Type": _FILE_TYPE}
        bounds = Bounds(1_000_000, _RELEASE.total_seconds)
        return _decoded(self._asks.request("POST", path, headers=headers, body=file, bounds=bounds), HubRelease)


def fetch_release(asks: Asks, etag: str) -> FetchedRelease | None:
    """The release in use; None where it is the one with this ETag, or where none was approved yet."""
    try:
        answer = asks.request("GET", "/v1/releases/current", headers=_if_new(etag), bounds=_RELEASE)
    except CrmRefused as refused:
        if refused.status == _NOT_FOUND:
            return None
        raise
    return None if answer.status == NOT_MODIFIED else FetchedRelease(answer.body, _tag(answer))


def fetch_settings(asks: Asks, etag: str) -> tuple[dict[str, Json], str] | None:
    """The managed settings with their ETag; None where they are those with this one, or the hub knows of none."""
    try:
        answer = asks.request("GET", "/v1/settings", headers=_if_new(etag))
    except CrmRefused as refused:
        if refused.status == _NOT_FOUND:
            return None
        raise
    return None if answer.status == NOT_MODIFIED else (_decoded(answer, _Settings).values, _tag(answer))


def _if_new(etag: str) -> dict[str, str]:
    return {"If-None-Match": f'"{etag}"'} if etag else {}


def _tag(answer: Answer) -> str:
    return answer.headers.get("etag", "").removeprefix("W/").strip('"')


def _decoded(answer: Answer, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CrmUnreachable("The hub's answer cannot be understood; is it a newer version?") from None
