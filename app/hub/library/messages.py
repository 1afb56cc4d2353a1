"""What the library's part of the API takes and answers; the OpenAPI text is made from them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from app.hub.library.releases import ReleaseRow


class ReleasesAnswer(msgspec.Struct, frozen=True):
    """Releases, the newest first."""

    releases: list[ReleaseRow]


class SettingsAnswer(msgspec.Struct, frozen=True):
    """Managed settings by name."""

    values: dict[str, Any]


class SettingsRequest(msgspec.Struct, frozen=True):
    """All that is to be set for a team ("": for the site); what is left out is no longer set."""

    values: dict[str, Any]
    team: Annotated[str, msgspec.Meta(max_length=64)] = ""
