"""What the routes of identity take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from app.domain.person import AgentSession

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal."""

Secret = Annotated[str, msgspec.Meta(min_length=32, max_length=128, pattern="^[A-Za-z0-9._~-]+$")]
"""What was drawn at random: 192 bits at least, URL-safe."""


class RenewRequest(msgspec.Struct, frozen=True):
    """A refresh token, and the SHA-256 of the one that comes after it."""

    refresh: Secret
    next: Digest


class RenewAnswer(msgspec.Struct, frozen=True):
    """A new access token; it opens the API for `token_seconds`. The lease runs for `lease_seconds` from now on."""

    token: str
    token_seconds: int
    lease_seconds: int
    server_time: datetime


class DeviceKeyRequest(msgspec.Struct, frozen=True):
    """The Ed25519 public key of the device, raw, in hexadecimal."""

    public_key: Digest


class OfflineSessionRequest(msgspec.Struct, frozen=True):
    """What a device says of a session it began, as JSON text, and its signature over that text in hexadecimal."""

    statement: Annotated[str, msgspec.Meta(max_length=2000)]
    signature: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$")]


class OfflineSessionAnswer(msgspec.Struct, frozen=True):
    """The session as the hub has it now."""

    session: AgentSession
    server_time: datetime


class CompanyAnswer(msgspec.Struct, frozen=True):
    """Where the company's sign-in is (OpenID Connect), and as whom to ask there."""

    issuer: str
    client_id: str
    authorization_endpoint: str
    scope: str
    prompt: str


class ProofRequest(msgspec.Struct, frozen=True):
    """What came back from the company's sign-in, with what only the asking desktop knows."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    verifier: Annotated[str, msgspec.Meta(min_length=43, max_length=128, pattern="^[A-Za-z0-9._~-]+$")]
    redirect_uri: Annotated[str, msgspec.Meta(max_length=200)]
    nonce: Annotated[str, msgspec.Meta(min_length=16, max_length=128)]


class ProofAnswer(msgspec.Struct, frozen=True):
    """Who that is, and the ticket that opens a session for him within `seconds`, once."""

    user: str
    ticket: str
    seconds: int


class CompanySignInRequest(msgspec.Struct, frozen=True):
    """A ticket, for a session on this device."""

    ticket: Secret
    device_id: Id
    refresh_digest: Digest
    device_name: Annotated[str, msgspec.Meta(max_length=200)] = ""
