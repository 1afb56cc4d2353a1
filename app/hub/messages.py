"""What the API takes and answers, as types; the OpenAPI text is made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from app.domain.account import Account
from app.domain.person import AgentSession
from app.hub.ingest import Refusal

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class SignInRequest(msgspec.Struct, frozen=True):
    """Who wants to sign in, and on which device.

    `refresh_digest` is the SHA-256 of a refresh token that the desktop drew; without it the token is not renewed, and
    lasts as long as the session.
    """

    user: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    password: Annotated[str, msgspec.Meta(max_length=1024)]
    device_id: _Id
    device_name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    refresh_digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""


class VerifyRequest(msgspec.Struct, frozen=True):
    """A caller's factor, to be checked and forgotten."""

    method: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    factor: Annotated[str, msgspec.Meta(max_length=200)]


class PlaceOrderRequest(msgspec.Struct, frozen=True):
    """An order or a cancellation; `id` makes it safe to send again."""

    id: _Id
    account: _Id
    action: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    details: dict[str, Any] = {}


class CloudEvent(msgspec.Struct, frozen=True):
    """One event of a batch (CloudEvents 1.0.2 with `sequence` and `agentsession`)."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    sequence: str
    agentsession: str
    data: dict[str, Any]
    datacontenttype: str = "application/json"


class Health(msgspec.Struct, frozen=True):
    """That the hub runs. `instance` is new with every start."""

    status: str
    instance: str


class Capabilities(msgspec.Struct, frozen=True):
    """What this hub can do, and its limits; `sign_in` names the ways to: "password", "company"."""

    api: int
    max_batch: int
    max_bytes: int
    encodings: list[str]
    abilities: list[str]
    server_time: datetime
    sign_in: list[str]


class SignInAnswer(msgspec.Struct, frozen=True):
    """A new session. `token` opens the API for `token_seconds`; `device_token` only sends events.

    `must_change`: the password was for once only; nothing else works before `POST /v1/me/password`. `lease_seconds`:
    how long this person may begin sessions on this device while the hub cannot be reached.
    """

    token: str
    device_token: str
    session: AgentSession
    server_time: datetime
    must_change: bool = False
    token_seconds: int = 0
    lease_seconds: int = 0


class AccountsAnswer(msgspec.Struct, frozen=True):
    """Accounts in full."""

    accounts: list[Account]


class ChangesAnswer(msgspec.Struct, frozen=True):
    """Changed accounts, masked, the ids of those that are `gone`, and the cursor to go on from."""

    accounts: list[Account]
    cursor: str
    more: bool
    gone: list[str] = []


class VerifyReply(msgspec.Struct, frozen=True):
    """Whether the factor is right: "yes", "no" or "unknown"."""

    answer: str


class OrderAnswer(msgspec.Struct, frozen=True):
    """The CRM's reference of the order."""

    reference: str


class PushSeen(msgspec.Struct, frozen=True):
    """Up to which number a device has seen what was pushed."""

    number: Annotated[int, msgspec.Meta(ge=0, le=10**17)]


class TeamAlert(msgspec.Struct, frozen=True):
    """What a lead tells a team."""

    team: _Id
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class PushAnswer(msgspec.Struct, frozen=True):
    """The number of what was pushed."""

    number: int


class IngestAnswer(msgspec.Struct, frozen=True):
    """What became of each event, after the commit."""

    accepted: list[str]
    duplicates: list[str]
    rejected: list[Refusal]
    server_time: datetime
