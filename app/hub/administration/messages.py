"""What administration takes and answers, as types: bodies of `/v1/admin`, and what the commands work with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from app.domain.person import Role

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Password = Annotated[str, msgspec.Meta(max_length=1024)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Nothing(msgspec.Struct, frozen=True):
    """Asks without more words."""


class UserNew(msgspec.Struct, frozen=True):
    """A person to add. `company`: signs in through the company only, and gets no password here."""

    user: _Id
    name: _Name
    first_name: _Name
    team: _Id
    roles: list[Role]
    leads: list[_Id] = []
    company: bool = False


class UserNamed(msgspec.Struct, frozen=True):
    """A person, by user name."""

    user: _Id


class UserRoles(msgspec.Struct, frozen=True):
    """What a person may do from now on; `leads`: the teams that he leads."""

    user: _Id
    roles: list[Role]
    leads: list[_Id] = []


class UserMove(msgspec.Struct, frozen=True):
    """A person's new team, from a time on (None: now). `sign_out`: at once, not with the next sign-in."""

    user: _Id
    team: _Id
    since: _Time | None = None
    sign_out: bool = False


class RosterRow(msgspec.Struct, frozen=True):
    """A line of a list of people, as it stands there; `roles` and `leads` with blanks between. `leads` None: as is."""

    line: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    user: str
    name: str
    first_name: str
    team: str
    roles: str
    leads: str | None = None


class Roster(msgspec.Struct, frozen=True):
    """A list of people to bring in; `dry_run` only tells what would be done."""

    rows: Annotated[list[RosterRow], msgspec.Meta(max_length=100)]
    dry_run: bool = False


class TeamNew(msgspec.Struct, frozen=True):
    """A team to add."""

    team: _Id
    name: _Name


class TeamNamed(msgspec.Struct, frozen=True):
    """A team, by its id."""

    team: _Id


class TeamLeads(msgspec.Struct, frozen=True):
    """Who leads a team from now on: user names."""

    team: _Id
    leads: list[_Id]


class DeviceNamed(msgspec.Struct, frozen=True):
    """A device, by its id."""

    device: _Id


class TokensOf(msgspec.Struct, frozen=True):
    """Whose tokens. `and_devices`: also those by which unsent events of his still come in."""

    user: _Id
    and_devices: bool = False


class CustomerNamed(msgspec.Struct, frozen=True):
    """A customer, by the account's id or number."""

    account: _Id


class CustomerErase(msgspec.Struct, frozen=True):
    """A customer to erase; without `confirmed` it is only told what would be."""

    account: _Id
    confirmed: bool = False


class Older(msgspec.Struct, frozen=True):
    """What was recorded before a time."""

    before: _Time


class TrailWanted(msgspec.Struct, frozen=True):
    """Rows of the audit trail after a number, at most `limit`; `kind`: of these only."""

    after: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    kind: Annotated[str, msgspec.Meta(max_length=40)] = ""


class PasswordChange(msgspec.Struct, frozen=True):
    """A person's own new password, and the one until now."""

    old: _Password
    new: _Password


class SetUp(msgspec.Struct, frozen=True):
    """The first administrator of an empty hub; `code` is what the hub said at its start."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    user: _Id
    name: _Name
    first_name: _Name
    password: _Password
    team: _Id = "office"
    team_name: _Name = "Office"


class Done(msgspec.Struct, frozen=True):
    """That it was done. `sessions_ended`: how many people had to sign in again for it."""

    sessions_ended: int = 0


class OneTime(msgspec.Struct, frozen=True):
    """A password that is good for one sign-in, and known here and now only; "" where there is none."""

    user: str
    password: str
    sessions_ended: int = 0


class Membership(msgspec.Struct, frozen=True):
    """In which team from when on; None: from the beginning."""

    team: str
    since: datetime | None


class UserShown(msgspec.Struct, frozen=True):
    """A person as administrators see him."""

    id: str
    user: str
    name: str
    first_name: str
    team: str
    roles: list[str]
    leads: list[str]
    disabled_at: datetime | None
    must_change: bool
    teams: list[Membership]


class Users(msgspec.Struct, frozen=True):
    """Everybody, by user name."""

    users: list[UserShown]


class RowProblem(msgspec.Struct, frozen=True):
    """What is wrong with a line of a list; never what stands in it."""

    line: int
    problem: str


class RosterTaken(msgspec.Struct, frozen=True):
    """What became of a list's lines, by line; the passwords of those who were added."""

    added: list[int]
    changed: list[int]
    unchanged: list[int]
    bad: list[RowProblem]
    passwords: list[OneTime]


class TeamShown(msgspec.Struct, frozen=True):
    """A team, how many people are in it, and who leads it."""

    team: str
    name: str
    people: int
    leads: list[str]
    retired_at: datetime | None


class Teams(msgspec.Struct, frozen=True):
    """All teams, by id."""

    teams: list[TeamShown]


class DeviceShown(msgspec.Struct, frozen=True):
    """A device, and who signed in on it last."""

    device: str
    name: str
    home_team: str
    first_seen: datetime
    last_seen: datetime
    last_user: str
    withdrawn_at: datetime | None


class Devices(msgspec.Struct, frozen=True):
    """All devices, the latest first."""

    devices: list[DeviceShown]


class TokenShown(msgspec.Struct, frozen=True):
    """A token that opens something now; the token itself is known to nobody but its holder."""

    user: str
    kind: str
    device: str
    signed_in_at: datetime
    expires_at: datetime


class Tokens(msgspec.Struct, frozen=True):
    """Tokens that are good now, by user and device."""

    tokens: list[TokenShown]


class CustomerFiles(msgspec.Struct, frozen=True):
    """What is known of a customer: file name -> text."""

    account: str
    files: dict[str, str]


class Erased(msgspec.Struct, frozen=True):
    """What was erased of a customer, or (`done` false) would be."""

    done: bool
    accounts: int
    events: int
    orders: int
    marker: str


class MonthShown(msgspec.Struct, frozen=True):
    """The events of a month (202603), by the months in their ids."""

    month: int
    events: int
    calls: int
    megabytes: float


class WouldGo(msgspec.Struct, frozen=True):
    """What lies wholly before a time, month by month."""

    before: datetime
    months: list[MonthShown]


class TrailRow(msgspec.Struct, frozen=True):
    """A row of the audit trail."""

    number: int
    at: datetime
    kind: str
    person: str
    device: str
    about: str
    detail: str


class TrailRows(msgspec.Struct, frozen=True):
    """Rows of the audit trail, oldest first."""

    rows: list[TrailRow]


class TrailChecked(msgspec.Struct, frozen=True):
    """How many rows are as they were written, the first that is not (None: all are), and the last row's digest."""

    sound: int
    broken: int | None
    head: str


Answer = Any
