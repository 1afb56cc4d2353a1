"""Every administrative operation by its name: the routes and the command both read this one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.hub.administration import (
    customer_export,
    devices,
    erasure,
    messages,
    retention,
    roster,
    teams,
    trail,
    users,
)
from app.hub.administration.office import Office


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that administrators do. `name` is its path below `/v1/admin`; what takes nothing only looks."""

    name: str
    takes: type[Any]
    answers: type[Any]
    does: Callable[[Office, Any], Any]

    @property
    def only_looks(self) -> bool:
        """Whether it is asked for by GET, without a body."""
        return self.takes is messages.Nothing


OPERATIONS = (
    Operation("users", messages.Nothing, messages.Users, users.list_users),
    Operation("users/create", messages.UserNew, messages.OneTime, users.create_user),
    Operation("users/disable", messages.UserNamed, messages.Done, users.disable_user),
    Operation("users/enable", messages.UserNamed, messages.Done, users.enable_user),
    Operation("users/reset-password", messages.UserNamed, messages.OneTime, users.reset_password),
    Operation("users/set-roles", messages.UserRoles, messages.Done, users.set_roles),
    Operation("users/move", messages.UserMove, messages.Done, users.move_user),
    Operation("users/import", messages.Roster, messages.RosterTaken, roster.take_roster),
    Operation("teams", messages.Nothing, messages.Teams, teams.list_teams),
    Operation("teams/create", messages.TeamNew, messages.Done, teams.create_team),
    Operation("teams/rename", messages.TeamNew, messages.Done, teams.rename_team),
    Operation("teams/retire", messages.TeamNamed, messages.Done, teams.retire_team),
    Operation("teams/set-leads", messages.TeamLeads, messages.Done, teams.set_leads),
    Operation("devices", messages.Nothing, messages.Devices, devices.list_devices),
    Operation("devices/revoke", messages.DeviceNamed, messages.Done, devices.withdraw_device),
    Operation("devices/restore", messages.DeviceNamed, messages.Done, devices.restore_device),
    Operation("tokens", messages.Nothing, messages.Tokens, devices.list_tokens),
    Operation("tokens/revoke", messages.TokensOf, messages.Done, devices.revoke_tokens),
    Operation("customer/export", messages.CustomerNamed, messages.CustomerFiles, customer_export.export_customer),
    Operation("customer/erase", messages.CustomerErase, messages.Erased, erasure.erase_customer),
    Operation("retention", messages.Older, messages.WouldGo, retention.older_than),
    Operation("audit/verify", messages.Nothing, messages.TrailChecked, trail.verify_trail),
    Operation("audit/list", messages.TrailWanted, messages.TrailRows, trail.list_trail),
)

BY_NAME = {operation.name: operation for operation in OPERATIONS}
