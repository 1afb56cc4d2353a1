"""Releases and managed settings."""

from __future__ import annotations

import gzip
from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post, put
from litestar.params import FromPath

from app.domain.person import Role
from app.hub.body import read_body
from app.hub.errors import Problem
from app.hub.library.messages import ReleasesAnswer, SettingsAnswer, SettingsRequest
from app.hub.library.releases import (
    Asking,
    ReleaseRow,
    all_releases,
    approve_release,
    bring_back,
    current_id,
    may_see_all,
    publish_release,
    release_file,
)
from app.hub.library.settings import set_settings, settings_for, settings_of, tag_of
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, credential_in, hub_of, person_in, read_json
from app.scripts.release import MOST_CONTENT, MOST_MANIFEST

FILE_TYPE = "application/octet-stream"

_Binary = Annotated[str, msgspec.Meta(extra_json_schema={"format": "binary"})]
_LARGEST = MOST_CONTENT + 4 * MOST_MANIFEST


@post("/v1/releases", opt={"role": Role.TRAINER}, operation_class=takes(_Binary, FILE_TYPE))
async def publish(request: HubRequest) -> ReleaseRow:
    """Takes in a signed release; it waits for another person's approval."""
    file = await _file(request)
    return await run_sync(publish_release, hub_of(request).store, _asking(request), file)


@get("/v1/releases")
async def listed(request: HubRequest) -> ReleasesAnswer:
    """The releases, for trainers, approvers and administrators."""
    _must_see_all(request)
    return ReleasesAnswer(await run_sync(all_releases, hub_of(request).store))


@post("/v1/releases/{release_id:str}/approval", opt={"role": Role.APPROVER})
async def approve(request: HubRequest, release_id: FromPath[str]) -> ReleaseRow:
    """Makes a release current; by somebody else than who published it."""
    hub = hub_of(request)
    approved = await run_sync(approve_release, hub.store, _asking(request), release_id)
    hub.board.look()
    return approved


@post("/v1/releases/{release_id:str}/return", operation_class=takes(_Binary, FILE_TYPE))
async def go_back(request: HubRequest, release_id: FromPath[str]) -> ReleaseRow:
    """Goes back to an earlier approved release, by its content signed anew under a higher number."""
    person = person_in(request)
    if not (person.may(Role.TRAINER) or person.may(Role.APPROVER)):
        raise Problem(403, "This is for trainers and approvers.")
    hub = hub_of(request)
    file = await _file(request)
    current = await run_sync(bring_back, hub.store, _asking(request), release_id, file)
    hub.board.look()
    return current


@get("/v1/releases/current", media_type=FILE_TYPE)
async def current_release(request: HubRequest) -> Response[bytes]:
    """The file of the release in use; 304 for one that has it (If-None-Match), 404 while none was approved."""
    found = await run_sync(current_id, hub_of(request).store)
    if not found:
        raise Problem(404, "No release was approved yet.")
    return await _send_release(request, found)


@get("/v1/releases/{release_id:str}", media_type=FILE_TYPE)
async def one_release(request: HubRequest, release_id: FromPath[str]) -> Response[bytes]:
    """The file of any release, for trainers, approvers and administrators."""
    _must_see_all(request)
    return await _send_release(request, release_id)


@get("/v1/settings")
async def settings(request: HubRequest) -> Response[SettingsAnswer]:
    """The managed settings that count for the person's team; 304 where they are known (If-None-Match)."""
    values = await run_sync(settings_for, hub_of(request).store, person_in(request).team)
    tag = f'"{tag_of(values)}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if _has(request, tag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    return Response(SettingsAnswer(values), headers=headers)


@get("/v1/settings/site", opt={"role": Role.ADMIN})
async def site_settings(request: HubRequest) -> SettingsAnswer:
    """What was set for the site."""
    return SettingsAnswer(await run_sync(settings_of, hub_of(request).store, ""))


@get("/v1/settings/teams/{team:str}", opt={"role": Role.ADMIN})
async def team_settings(request: HubRequest, team: FromPath[str]) -> SettingsAnswer:
    """What was set for a team itself."""
    return SettingsAnswer(await run_sync(settings_of, hub_of(request).store, team))


@put("/v1/settings", opt={"role": Role.ADMIN}, operation_class=takes(SettingsRequest))
async def change_settings(request: HubRequest) -> SettingsAnswer:
    """Replaces what is set for the site or for a team, and tells its desktops."""
    hub = hub_of(request)
    asked = await read_json(request, SettingsRequest)
    values: dict[str, Any] = await run_sync(set_settings, hub.store, _asking(request), asked.team, asked.values)
    hub.board.look()
    return SettingsAnswer(values)


async def _send_release(request: HubRequest, release_id: str) -> Response[bytes]:
    tag = f'"{release_id}"'
    headers = {"etag": tag, "vary": "accept-encoding"}
    # The file of an id never changes; which one is current does.
    headers["cache-control"] = "private, no-cache"
    if _has(request, tag):
        return Response(b"", status_code=304, headers=headers)
    packed = await run_sync(release_file, hub_of(request).store, release_id)
    if packed is None:
        raise Problem(404, "There is no such release.")
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=FILE_TYPE, headers={**headers, "content-encoding": "gzip"})
    return Response(await run_sync(gzip.decompress, packed), media_type=FILE_TYPE, headers=headers)


async def _file(request: HubRequest) -> bytes:
    return await read_body(request.stream(), request.headers, hub_of(request).bodies, _LARGEST)


def _asking(request: HubRequest) -> Asking:
    return Asking(person_in(request), credential_in(request).session.device_id, hub_of(request).clock())


def _must_see_all(request: HubRequest) -> None:
    if not may_see_all(person_in(request)):
        raise Problem(403, "This is for trainers, approvers and administrators.")


def _has(request: HubRequest, tag: str) -> bool:
    """Whether the one who asks has this version already (RFC 9110, 13.1.2)."""
    named = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag in named or "*" in named


ROUTES = (
    publish,
    listed,
    approve,
    go_back,
    current_release,
    one_release,
    settings,
    site_settings,
    team_settings,
    change_settings,
)
