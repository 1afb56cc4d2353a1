"""Managed settings: what the site, and over that a team, has instead of the built-in defaults."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from app.hub import schema
from app.hub.audit import audit
from app.hub.errors import Problem
from app.hub.library.releases import Asking
from app.hub.library.tables import managed_setting
from app.hub.moment import to_micros
from app.hub.push import publish_within
from app.hub.store import Store
from app.hub.strict_json import canonical
from app.settings.schema import SettingRefused, setting

SITE = ""
"""The scope that counts for every team."""


def settings_for(store: Store, team: str) -> dict[str, Any]:
    """What counts in a team: the site's values, and over those the team's own."""
    with store.read() as connection:
        rows = connection.execute(select(managed_setting).where(managed_setting.c.team.in_((SITE, team)))).all()
    return {row.name: msgspec.json.decode(row.value) for row in sorted(rows, key=lambda row: row.team != SITE)}


def settings_of(store: Store, team: str) -> dict[str, Any]:
    """What was set for a team itself, or for the site."""
    if "\0" in team:
        return {}
    with store.read() as connection:
        rows = connection.execute(select(managed_setting).where(managed_setting.c.team == team)).all()
    return {row.name: msgspec.json.decode(row.value) for row in rows}


def set_settings(store: Store, asking: Asking, team: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Replaces what was set for a team or the site, and tells its desktops; what is set now.

    Raises Problem 400 for a name or a value that is none, 404 for a team that is not there.
    """
    checked = _checked(values)
    with store.write() as connection:
        store.exclusive(connection, "settings")
        if (
            team != SITE
            and connection.execute(select(schema.team.c.id).where(schema.team.c.id == team)).first() is None
        ):
            raise Problem(404, "There is no such team.")
        connection.execute(delete(managed_setting).where(managed_setting.c.team == team))
        if checked:
            common = {"team": team, "person": asking.person.id, "at": to_micros(asking.now)}
            rows = [{**common, "name": name, "value": canonical(value).decode()} for name, value in checked.items()]
            connection.execute(insert(managed_setting), rows)
        facts = {
            "person": asking.person.id,
            "device": asking.device,
            "about": team,
            "detail": " ".join(sorted(checked)),
        }
        audit(connection, store.key, asking.now, "settings", **facts)
        publish_within(connection, store, asking.now, "settings", {}, team=team)
    return checked


def tag_of(values: Mapping[str, Any]) -> str:
    """The ETag of these values."""
    return sha256(canonical(values)).hexdigest()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {name: setting(name).checked(value) for name, value in values.items()}
    except SettingRefused as refused:
        raise Problem(400, str(refused)) from refused
