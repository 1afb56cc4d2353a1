"""Signing in through the company (OpenID Connect): who came back from there, and the ticket that opens a session.

The desktop sends the person there and hands over what comes back (RFC 8252); the hub redeems the code itself, so it
believes nobody but the provider. What counts of an ID token (OpenID Connect Core 1.0, section 3.1.3.7): a signature by
one of the provider's keys with RS256 or ES256, this issuer, this client, this sign-in's nonce, and its time.
"""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import extract_compact
from sqlalchemy import Connection, delete, insert, select, update
from uuid_utils import uuid7

from app.domain.person import Person, Role
from app.hub.administration.access import hold_door, settle_moves
from app.hub.audit import audit
from app.hub.credentials import Passwords, new_token, token_digest
from app.hub.errors import Problem, StoreMismatch
from app.hub.identity.messages import CompanyAnswer, ProofRequest
from app.hub.identity.provider import Provider, is_safe_address
from app.hub.identity.tables import company_ticket
from app.hub.moment import to_micros
from app.hub.people import SignedIn, add_person, checked_device, open_session, person_by, team_name
from app.hub.store import Store, set_setting, setting

TICKET_LASTS = timedelta(minutes=10)
"""Time enough to type a passphrase for the desktop's store."""

_SKEW_SECONDS = 60
_LONGEST_NAME = 64
_ALGORITHMS = ("RS256", "ES256")
_SCOPE = "openid profile email"
_REFUSED = "Your company's sign-in is not accepted here: {}. Tell your administrator."


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """The company's provider and how its people are known here; kept in the database, for all hub processes.

    `claim` says which of the ID token's claims is the user name here ("preferred_username", "email", "sub" ..).
    `secret_file` holds the client's secret, "" for a public client. `new_people`: the team into which people are put
    whom the hub does not know yet; "": they are refused. `prompt` is what the provider is asked to do ("login": ask
    anew, so that nobody comes in by the sign-in that the one before left in the browser).
    """

    issuer: str
    client_id: str
    claim: str = "preferred_username"
    secret_file: str = ""
    new_people: str = ""
    prompt: str = "login"


def settings_of(connection: Connection) -> CompanySettings | None:
    """The company's sign-in, or None where there is none."""
    names = CompanySettings.__slots__
    kept = {name: setting(connection, f"oidc_{name}") for name in names}
    return CompanySettings(**kept) if kept["issuer"] else None


def keep_settings(connection: Connection, settings: CompanySettings | None) -> None:
    """Sets the company's sign-in, or ends it; raises StoreMismatch for one that cannot be used."""
    if settings is not None:
        if not is_safe_address(settings.issuer):
            raise StoreMismatch("The issuer must be an https address (http only on this machine).")
        if not settings.client_id or not settings.claim:
            raise StoreMismatch("Name the client with --oidc-client-id, and the claim with --oidc-claim.")
        if settings.new_people and team_name(connection, settings.new_people) is None:
            raise StoreMismatch("The team for new people (--oidc-new-people) does not exist.")
    for name in CompanySettings.__slots__:
        set_setting(connection, f"oidc_{name}", "" if settings is None else getattr(settings, name))


class CompanySignIn:
    """The company's sign-in as this hub uses it. Threads may share it."""

    def __init__(self, store: Store, passwords: Passwords) -> None:
        self._store = store
        self._passwords = passwords
        self._guard = threading.Lock()
        self._provider: Provider | None = None

    def is_there(self) -> bool:
        """Whether people can sign in this way."""
        with self._store.read() as connection:
            return settings_of(connection) is not None

    def where(self) -> CompanyAnswer:
        """Where to send people; raises Problem 404 where there is no such sign-in, 503 where it does not answer."""
        settings, provider = self._settled()
        endpoint = provider.authorization_endpoint()
        return CompanyAnswer(settings.issuer, settings.client_id, endpoint, _SCOPE, settings.prompt)

    def prove(self, proof: ProofRequest, now: datetime) -> tuple[str, str]:
        """The user name of who came back from there, and a ticket to open a session with.

        Raises Problem 401 (audited) for what is no proof, 403 for somebody whom the hub does not know.
        """
        settings, provider = self._settled()
        if not _is_loopback_redirect(proof.redirect_uri):
            raise Problem(400, "The redirect address must be http on the loopback address.")
        form = {"code": proof.code, "code_verifier": proof.verifier, "redirect_uri": proof.redirect_uri}
        token = provider.id_token(form, (settings.client_id, _secret(settings)))
        try:
            claims = checked_claims(token, provider, settings, proof.nonce, now)
        except Problem as problem:
            self._note(now, "", problem.detail)
            raise
        return self._ticket(settings, claims, now)

    def redeem(self, ticket: str, device: tuple[str, str], refresh: bytes, now: datetime) -> SignedIn:
        """Opens a session with a ticket, once; raises Problem 401 for one that is unknown, used or too old."""
        checked_device(device[0])
        tickets, digest = company_ticket, token_digest(ticket)
        settle_moves(self._store, to_micros(now))
        with self._store.write() as connection:
            hold_door(self._store, connection)
            self._store.exclusive(connection, f"device {device[0]}")
            used = connection.execute(
                update(tickets)
                .where(tickets.c.digest == digest, tickets.c.used_at.is_(None), tickets.c.expires_at > to_micros(now))
                .values(used_at=to_micros(now))
            )
            person_id = connection.execute(select(tickets.c.person).where(tickets.c.digest == digest)).scalar()
            person = person_by(connection, person_id=str(person_id)) if used.rowcount else None
            if person is None:
                raise Problem(401, "This sign-in took too long. Sign in with your company again.")
            return open_session(connection, person, device, now, refresh)

    def _ticket(self, settings: CompanySettings, claims: dict[str, Any], now: datetime) -> tuple[str, str]:
        user = _user_name(settings, claims)
        ticket = new_token()
        with self._store.write() as connection:
            person = person_by(connection, user_name=user)
            if person is None and settings.new_people:
                # Looked for once more: two tabs of a browser may come back at the same moment.
                self._store.exclusive(connection, "administration")
                known = person_by(connection, user_name=user)
                person = known or self._added(connection, settings, claims, user)
            if person is not None:
                tickets = company_ticket
                connection.execute(delete(tickets).where(tickets.c.expires_at <= to_micros(now)))
                row = {"digest": token_digest(ticket), "person": person.id}
                connection.execute(insert(tickets).values(**row, expires_at=to_micros(now + TICKET_LASTS)))
                return user, ticket
        self._note(now, "", "nobody of that name")
        raise Problem(403, "Your company knows you, but this hub does not. Ask your administrator to add you.")

    def _added(self, connection: Connection, settings: CompanySettings, claims: dict[str, Any], user: str) -> Person:
        first = _printed(claims.get("given_name")) or user
        shown = _printed(claims.get("name")) or first
        person = Person(str(uuid7()), shown, first, settings.new_people, (Role.AGENT,))
        # A password that nobody knows: they come in through the company only.
        add_person(connection, person, user, self._passwords.hash(new_token()))
        return person

    def _settled(self) -> tuple[CompanySettings, Provider]:
        with self._store.read() as connection:
            settings = settings_of(connection)
        if settings is None:
            raise Problem(404, "This hub has no sign-in through the company. Use your password.")
        with self._guard:
            if self._provider is None or self._provider.issuer != settings.issuer:
                self._provider = Provider(settings.issuer)
            return settings, self._provider

    def _note(self, now: datetime, person: str, detail: str) -> None:
        with self._store.write() as connection:
            facts = {"person": person, "device": "", "about": "", "detail": detail}
            audit(connection, self._store.key, now, "company-sign-in", **facts)


def checked_claims(
    token: str, provider: Provider, settings: CompanySettings, nonce: str, now: datetime
) -> dict[str, Any]:
    """What an ID token says, once everything about it is right; raises Problem 401 with what is not."""
    try:
        header = extract_compact(token.encode("ascii")).headers()
        if header.get("alg") not in _ALGORITHMS:
            raise Problem(401, _REFUSED.format("its token is not signed with RS256 or ES256"))
        kid = header.get("kid")
        keys = _usable(provider.keys(kid if isinstance(kid, str) else None))
        claims = jwt.decode(token, keys, algorithms=list(_ALGORITHMS)).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_SKEW_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        # The kind only: a text may repeat what stood in the token.
        raise Problem(401, _REFUSED.format(f"its token does not hold ({type(error).__name__})")) from None
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise Problem(401, _REFUSED.format("its token belongs to another sign-in"))
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else settings.client_id) != settings.client_id:
        raise Problem(401, _REFUSED.format("its token was made for another program"))
    return dict(claims)


def _usable(keys: list[dict[str, Any]]) -> KeySet:
    """Those of the keys that sign with our algorithms; others, of kinds not known here, are no reason to fail."""
    found: list[RSAKey | ECKey] = []
    for key in keys:
        if key.get("use", "sig") != "sig":
            continue
        try:
            if key.get("kty") == "RSA":
                found.append(RSAKey.import_key(key))
            elif key.get("kty") == "EC":
                found.append(ECKey.import_key(key))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(list(found))


def _user_name(settings: CompanySettings, claims: dict[str, Any]) -> str:
    name = claims.get(settings.claim)
    user = name.strip().casefold() if isinstance(name, str) else ""
    if not 0 < len(user) <= _LONGEST_NAME or not user.isprintable():
        raise Problem(403, _REFUSED.format("it does not say who you are"))
    if settings.claim == "email" and claims.get("email_verified", True) is not True:
        raise Problem(403, _REFUSED.format("your e-mail address is not verified there"))
    return user


def _printed(said: object) -> str:
    """What a provider says of a name, as a database can keep it and a screen can show it."""
    tidy = " ".join(said.split()) if isinstance(said, str) else ""
    return "".join(sign for sign in tidy if sign.isprintable())[:_LONGEST_NAME]


def _is_loopback_redirect(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _secret(settings: CompanySettings) -> str:
    if not settings.secret_file:
        return ""
    try:
        return Path(settings.secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Problem(
            503, "The hub cannot read its secret for your company's sign-in. Tell your administrator."
        ) from None
