"""Signing in through the company: from the browser's answer to a session, and everything that is no proof (row 20)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.hub.administration.messages import UserMove
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.users import move_user
from app.hub.errors import StoreMismatch
from app.hub.identity.company import CompanySettings, keep_settings
from tests.fakes.hub import RunningHub
from tests.fakes.provider import CLIENT, Provider, running_provider

REDIRECT = "http://127.0.0.1:45454/sign-in"


@pytest.fixture
def provider(hub: RunningHub) -> Iterator[Provider]:
    with running_provider() as provider:
        provider.now = lambda: hub.clock().timestamp()
        set_up(hub, provider)
        yield provider


def set_up(hub: RunningHub, provider: Provider, **changed: str) -> None:
    with hub.store.write() as connection:
        keep_settings(connection, CompanySettings(provider.issuer, CLIENT, **changed))


class Desktop:
    """What a desktop does, without its browser."""

    def __init__(self, hub: RunningHub, provider: Provider) -> None:
        self.client, self.provider = hub.client(), provider
        self.verifier, self.nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)

    def code(self) -> str:
        where = self.client.get("/v1/sessions/company").json()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": where["client_id"],
            "redirect_uri": REDIRECT,
            "scope": where["scope"],
            "state": "s",
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        back = self.provider.browse(f"{where['authorization_endpoint']}?{urlencode(asked)}")
        return dict(parse_qsl(urlsplit(back).query))["code"]

    def prove(self, **changed: str) -> httpx.Response:
        proof = {"verifier": self.verifier, "nonce": self.nonce, "redirect_uri": REDIRECT} | changed
        if "code" not in proof:
            proof["code"] = self.code()
        return self.client.post("/v1/sessions/company/proof", json=proof)

    def redeem(self, ticket: str, device: str = "desk-1") -> httpx.Response:
        digest = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        body = {"ticket": ticket, "device_id": device, "refresh_digest": digest}
        return self.client.post("/v1/sessions/company", json=body)


@pytest.fixture
def desktop(hub: RunningHub, provider: Provider) -> Desktop:
    return Desktop(hub, provider)


def refused(answer: httpx.Response, status: int = 401) -> str:
    assert answer.status_code == status, answer.text
    detail = str(answer.json()["detail"])
    assert "ana" not in detail.lower().split()
    return detail


def test_the_hub_says_how_to_sign_in(hub: RunningHub) -> None:
    client = hub.client()
    assert client.get("/v1/capabilities").json()["sign_in"] == ["password"]
    assert client.get("/v1/sessions/company").status_code == 404
    with running_provider() as provider:
        set_up(hub, provider)
        assert client.get("/v1/capabilities").json()["sign_in"] == ["password", "company"]
        assert client.get("/v1/sessions/company").json() == {
            "issuer": provider.issuer,
            "client_id": CLIENT,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "scope": "openid profile email",
            "prompt": "login",
        }


def test_who_comes_back_from_the_company_gets_a_session(hub: RunningHub, desktop: Desktop) -> None:
    proven = desktop.prove()
    assert proven.status_code == 200, proven.text
    assert proven.json()["user"] == "ana"

    signed_in = desktop.redeem(proven.json()["ticket"])

    assert signed_in.status_code == 201, signed_in.text
    me = hub.client(signed_in.json()["token"]).get("/v1/me").json()
    assert (me["person"]["display_name"], me["device_id"]) == ("Ana R.", "desk-1")
    assert signed_in.json()["token_seconds"] == 900


def test_a_provider_that_signs_with_an_elliptic_curve_is_as_good(desktop: Desktop, provider: Provider) -> None:
    provider.key = ECKey.generate_key("P-256", {"kid": "ec"})
    provider.published = [provider.key]
    assert desktop.prove().status_code == 200


def test_a_confidential_client_shows_its_secret(hub: RunningHub, provider: Provider, tmp_path: Path) -> None:
    provider.secret = "s3cret/with:signs"
    desktop = Desktop(hub, provider)
    assert desktop.prove().status_code == 401
    file = tmp_path / "secret"
    file.write_text(provider.secret + "\n")
    set_up(hub, provider, secret_file=str(file))
    assert Desktop(hub, provider).prove().status_code == 200


def spoilt(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(spoilt("iss", "https://evil.example"), id="another issuer"),
        pytest.param(spoilt("aud", "another-client"), id="another audience"),
        pytest.param(spoilt("aud", [CLIENT, "another"]), id="several audiences and no azp"),
        pytest.param(spoilt("azp", "another-client"), id="made for another client"),
        pytest.param(spoilt("nonce", "x" * 43), id="another nonce"),
        pytest.param(lambda claims: claims.pop("nonce"), id="no nonce"),
        pytest.param(lambda claims: claims.update(exp=claims["iat"] - 61), id="expired"),
        pytest.param(lambda claims: claims.pop("exp"), id="never expires"),
        pytest.param(spoilt("exp", "tomorrow"), id="expires in words"),
        pytest.param(lambda claims: claims.update(iat=claims["iat"] + 120), id="issued in the future"),
        pytest.param(lambda claims: claims.update(nbf=claims["iat"] + 120), id="not yet valid"),
        pytest.param(lambda claims: claims.pop("sub"), id="nobody"),
    ],
)
def test_a_token_that_says_something_wrong_is_refused(
    hub: RunningHub, desktop: Desktop, provider: Provider, spoil: Callable[[dict[str, Any]], None]
) -> None:
    provider.spoil = spoil
    refused(desktop.prove())
    assert [row["kind"] for row in hub.audited()] == ["company-sign-in"]


@pytest.mark.parametrize("seconds", [-50, 50])
def test_a_clock_that_is_a_little_off_is_no_reason(desktop: Desktop, provider: Provider, seconds: int) -> None:
    def shift(claims: dict[str, Any]) -> None:
        claims.update(iat=claims["iat"] + seconds, exp=claims["iat"] + max(seconds, -50) + 1)

    provider.spoil = shift
    assert desktop.prove().status_code == 200


def packed(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def confused(provider: Provider) -> Callable[[dict[str, Any]], str]:
    """The public key taken for a shared secret (the classic mistake with HS256)."""
    public = provider.key.as_pem(private=False)

    def sign(claims: dict[str, Any]) -> str:
        header = packed(b'{"alg":"HS256","kid":"first"}')
        text = f"{header}.{packed(json.dumps(claims).encode())}"
        return f"{text}.{packed(hmac.digest(public, text.encode(), 'sha256'))}"

    return sign


def forged(provider: Provider) -> Callable[[dict[str, Any]], str]:
    other = RSAKey.generate_key(2048, {"kid": "first"})
    return lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, other)


def own_key(provider: Provider) -> Callable[[dict[str, Any]], str]:
    """A header that brings its own key along."""
    other = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "first", "jwk": other.as_dict(private=False)}
    return lambda claims: jwt.encode(header, claims, other)


def altered(provider: Provider) -> Callable[[dict[str, Any]], str]:
    def sign(claims: dict[str, Any]) -> str:
        head, _, tail = provider.signed(claims).split(".")
        claims["preferred_username"] = "sam"
        return ".".join([head, packed(json.dumps(claims).encode()), tail])

    return sign


@pytest.mark.parametrize("make", [confused, forged, own_key, altered], ids=lambda make: make.__name__)
def test_a_token_with_a_wrong_signature_is_refused(
    desktop: Desktop, provider: Provider, make: Callable[[Provider], Callable[[dict[str, Any]], str]]
) -> None:
    provider.sign = make(provider)
    refused(desktop.prove())


@pytest.mark.parametrize("text", ["", "a.b.c", "not a token", "é.é.é", "." * 5, "a" * 5000])
def test_what_is_no_token_is_refused(desktop: Desktop, provider: Provider, text: str) -> None:
    provider.sign = lambda claims: text
    refused(desktop.prove())


def test_row_20_a_token_with_alg_none_is_refused(desktop: Desktop, provider: Provider) -> None:
    provider.sign = provider.unsigned
    assert "not signed with RS256 or ES256" in refused(desktop.prove())


def test_a_key_that_is_new_at_the_provider_is_found(
    hub: RunningHub, desktop: Desktop, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desktop.prove().status_code == 200
    provider.key = RSAKey.generate_key(2048, {"kid": "second"})
    provider.published = [provider.key]
    refused(desktop.prove())  # whoever makes keys up does not have the provider asked each time
    known = hub.hub.company._provider
    assert known is not None
    later = known._elapsed() + 61
    monkeypatch.setattr(known, "_elapsed", lambda: later)
    assert desktop.prove().status_code == 200


def test_a_code_is_worth_nothing_without_the_verifier(desktop: Desktop) -> None:
    refused(desktop.prove(verifier="v" * 43))


def test_a_code_is_good_once(desktop: Desktop) -> None:
    code = desktop.code()
    assert desktop.prove(code=code).status_code == 200
    refused(desktop.prove(code=code))


def test_a_redirect_to_anywhere_but_this_machine_is_refused(desktop: Desktop) -> None:
    refused(desktop.prove(redirect_uri="http://evil.example/sign-in"), 400)


def test_somebody_whom_the_hub_does_not_know_is_refused(hub: RunningHub, desktop: Desktop, provider: Provider) -> None:
    provider.person = {"sub": "u-2", "preferred_username": "stranger", "name": "A Stranger"}
    assert "does not" in refused(desktop.prove(), 403)
    assert hub.audited()[-1]["detail"] == "nobody of that name"


def test_where_it_is_so_set_somebody_new_becomes_an_agent_of_that_team(
    hub: RunningHub, desktop: Desktop, provider: Provider
) -> None:
    team = hub.sign_in("ana", "other").session["person"]["team"]
    set_up(hub, provider, new_people=team)
    provider.person = {"sub": "u-2", "preferred_username": "nia", "name": "Nia B.", "given_name": "Nia"}
    session = desktop.redeem(desktop.prove().json()["ticket"]).json()["session"]
    person = session["person"]
    assert (person["display_name"], person["roles"], person["team"]) == ("Nia B.", ["agent"], team)
    again = Desktop(hub, provider)
    assert again.redeem(again.prove().json()["ticket"]).json()["session"]["person"]["id"] == person["id"]


def test_names_that_no_database_could_keep_are_nobody_s(hub: RunningHub, desktop: Desktop, provider: Provider) -> None:
    team = hub.sign_in("ana", "other").session["person"]["team"]
    set_up(hub, provider, new_people=team)
    provider.person = {"sub": "u-3", "preferred_username": "ni\0a"}
    assert "who you are" in refused(desktop.prove(), 403)
    provider.person = {"sub": "u-3", "preferred_username": "\u00df" * 64}
    assert "who you are" in refused(desktop.prove(), 403)
    provider.person = {"sub": "u-3", "preferred_username": "nia", "name": "Ni\0a\u202e\n B.", "given_name": "\0"}
    person = desktop.redeem(desktop.prove().json()["ticket"]).json()["session"]["person"]
    assert (person["display_name"], person["first_name"]) == ("Nia B.", "nia")


def test_a_move_that_has_come_due_counts_for_who_comes_from_the_company(hub: RunningHub, desktop: Desktop) -> None:
    office = Office(hub.store, hub.hub.passwords, hub.clock(), MACHINE)
    move_user(office, UserMove("ana", "blue", hub.clock() + timedelta(hours=1)))
    hub.clock.move(timedelta(hours=2))
    assert desktop.redeem(desktop.prove().json()["ticket"]).json()["session"]["person"]["team"] == "blue"


def test_an_address_that_the_provider_has_not_verified_is_nobody(
    hub: RunningHub, desktop: Desktop, provider: Provider
) -> None:
    set_up(hub, provider, claim="email")
    provider.person = {"sub": "u-1", "email": "ana", "email_verified": False}
    assert "not verified" in refused(desktop.prove(), 403)
    provider.person["email_verified"] = True
    assert desktop.prove().status_code == 200


def test_a_ticket_opens_one_session_and_not_for_long(hub: RunningHub, desktop: Desktop) -> None:
    ticket = desktop.prove().json()["ticket"]
    assert desktop.redeem(ticket).status_code == 201
    refused(desktop.redeem(ticket))
    late = desktop.prove().json()["ticket"]
    hub.clock.move(timedelta(minutes=10))
    refused(desktop.redeem(late))
    refused(desktop.redeem("x" * 43))


@pytest.mark.parametrize(
    "describe",
    [
        lambda described: described.update(issuer="https://evil.example"),
        lambda described: described.update(token_endpoint="http://evil.example/token"),
        lambda described: described.pop("jwks_uri"),
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    desktop: Desktop, provider: Provider, describe: Callable[[dict[str, Any]], None]
) -> None:
    provider.describe = describe
    assert desktop.client.get("/v1/sessions/company").status_code == 503


def test_a_provider_that_is_away_is_said_and_passwords_go_on(hub: RunningHub) -> None:
    with hub.store.write() as connection:
        keep_settings(connection, CompanySettings("http://127.0.0.1:9", CLIENT))
    answer = hub.client().get("/v1/sessions/company")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert hub.sign_in("ana").token


@pytest.mark.parametrize(
    "settings",
    [
        CompanySettings("http://idp.example", CLIENT),
        CompanySettings("https://idp.example", ""),
        CompanySettings("https://idp.example", CLIENT, new_people="no-such-team"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(hub: RunningHub, settings: CompanySettings) -> None:
    with pytest.raises(StoreMismatch), hub.store.write() as connection:
        keep_settings(connection, settings)
