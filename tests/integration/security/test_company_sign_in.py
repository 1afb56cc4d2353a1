"""Signing in through the company, the desktop's half: with a real provider, made with Authlib, as its own process."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from app.hub.identity.company import CompanySettings, keep_settings
from app.security.oidc import CompanySignInFailed, ask_in_browser
from app.sync.crm import CrmRefused, SignInRefused
from app.sync.hub_crm import Company, HubCrm
from app.sync.transport import HttpTransport
from tests.fakes.hub import RunningHub

WHERE = Company("https://idp.example", "cuecard", "https://idp.example/authorize?tenant=7", "openid", "login")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The issuer of a provider that knows Ana, with her user name here, and a stranger."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ) | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
    )
    issuer = f"http://localhost:{port}"
    try:
        with httpx.Client(base_url=issuer, trust_env=False) as client:
            deadline = time.monotonic() + 30
            while True:
                assert process.poll() is None and time.monotonic() < deadline, "the provider did not start"
                try:
                    client.put("/users/u-1", json={"preferred_username": "ana"}).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.05)
            client.put("/users/u-2", json={"preferred_username": "stranger"}).raise_for_status()
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    hub = RunningHub(tmp_path)
    hub.clock.now = datetime.now(UTC)  # the provider has no clock that a test could move
    yield hub
    hub.stop()


@pytest.fixture
def crm(hub: RunningHub, provider: str, tmp_path: Path) -> Iterator[HubCrm]:
    secret = tmp_path / "secret"
    secret.write_text("any will do")  # this provider wants one, whichever
    with hub.store.write() as connection:
        keep_settings(connection, CompanySettings(provider, "cuecard", secret_file=str(secret)))
    transport = HttpTransport(hub.url)
    yield HubCrm(transport, "test")
    transport.close()


@dataclass
class Browser:
    """A browser whose owner signs in as `subject`; in a thread, as a real one is another process."""

    subject: str = "u-1"
    shown: str = ""
    status: int = 0

    def __call__(self, address: str) -> bool:
        self.thread = threading.Thread(target=self._go, args=(address,), name="browser")
        self.thread.start()
        return True

    def _go(self, address: str) -> None:
        with httpx.Client(trust_env=False, timeout=20) as client:
            sent_back = client.post(address, data={"sub": self.subject})
            page = client.get(sent_back.headers["location"])
            self.status, self.shown = page.status_code, page.text


def ask(crm: HubCrm, browser: Browser) -> dict[str, str]:
    try:
        return ask_in_browser(crm.company(), browser, given_up=threading.Event(), wait_seconds=20)
    finally:
        browser.thread.join(20)


def test_ana_signs_in_through_her_company(crm: HubCrm) -> None:
    assert crm.ways_to_sign_in() == ("password", "company")
    browser = Browser()

    user, ticket = crm.prove(ask(crm, browser))
    credentials = crm.redeem(ticket, "desk-1")

    assert user == "ana"
    assert (credentials.session.person.display_name, credentials.session.device_id) == ("Ana R.", "desk-1")
    assert crm.changes(None).accounts
    assert credentials.refresh and credentials.token_seconds == 900
    assert (browser.status, "go back to Cuecard" in browser.shown) == (200, True)


def test_somebody_else_of_the_company_is_told_whom_to_ask(crm: HubCrm) -> None:
    with pytest.raises(CrmRefused, match="Ask your administrator to add you"):
        crm.prove(ask(crm, Browser("u-2")))


def test_what_came_back_is_good_once(crm: HubCrm) -> None:
    proof = ask(crm, Browser())
    crm.prove(proof)
    with pytest.raises(SignInRefused):
        crm.prove(proof)


# The desktop's half alone


class Answering:
    """A browser in whose place the test answers: `send` asks the desktop's port for a path."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.there = threading.Event()

    def __call__(self, address: str) -> bool:
        self.address = address
        self.asked = dict(parse_qsl(urlsplit(address).query))
        self.there.set()
        return True

    def send(self, path: str, **headers: str) -> httpx.Response:
        base = self.asked["redirect_uri"].removesuffix("/sign-in")
        return httpx.get(base + path, headers=headers, trust_env=False, timeout=10)


@dataclass
class Waiting:
    """A desktop that waits for its browser in a thread; `end()` is what came of it."""

    browser: Answering
    given_up: threading.Event
    thread: threading.Thread
    results: list[dict[str, str] | Exception]

    def end(self) -> dict[str, str] | Exception:
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.results[0]


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    browser, given_up = Answering(), threading.Event()
    results: list[dict[str, str] | Exception] = []

    def work() -> None:
        try:
            results.append(ask_in_browser(WHERE, browser, given_up=given_up, wait_seconds=20))
        except CompanySignInFailed as error:
            results.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert browser.there.wait(10)
    yield Waiting(browser, given_up, thread, results)
    given_up.set()
    thread.join(20)


def test_the_browser_is_sent_with_all_that_binds_the_answer_to_this_desktop(waiting: Waiting) -> None:
    asked = waiting.browser.asked
    assert waiting.browser.address.startswith("https://idp.example/authorize?tenant=7&response_type=code&")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/sign-in", asked["redirect_uri"])
    assert (asked["code_challenge_method"], asked["prompt"]) == ("S256", "login")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sign-in?code=stolen&state=made-up", {}),
        ("/sign-in?code=stolen", {}),
        ("/sign-in?code=stolen&state={state}&iss=https://evil.example", {}),
        ("/other?code=stolen&state={state}", {}),
        ("/sign-in?code=stolen&state={state}", {"Host": "evil.example"}),
        ("/favicon.ico", {}),
    ],
)
def test_what_does_not_belong_to_this_sign_in_changes_nothing(
    waiting: Waiting, path: str, headers: dict[str, str]
) -> None:
    state = waiting.browser.asked["state"]
    refused = waiting.browser.send(path.format(state=state), **headers)
    assert refused.status_code in (400, 404)
    right = waiting.browser.send(f"/sign-in?code=right&state={state}&iss=https://idp.example")
    assert right.status_code == 200
    ended = waiting.end()
    assert isinstance(ended, dict) and ended["code"] == "right"


def test_who_says_no_in_the_browser_is_not_signed_in(waiting: Waiting) -> None:
    state = waiting.browser.asked["state"]
    page = waiting.browser.send(f"/sign-in?error=access_denied&code=x&state={state}")
    assert "was not completed" in page.text
    assert "not completed" in str(waiting.end())


def test_a_second_answer_is_not_taken_any_more(waiting: Waiting) -> None:
    state = waiting.browser.asked["state"]
    waiting.browser.send(f"/sign-in?code=first&state={state}")
    ended = waiting.end()
    assert isinstance(ended, dict) and ended["code"] == "first"
    with pytest.raises(httpx.HTTPError):
        waiting.browser.send(f"/sign-in?code=second&state={state}")


def test_the_page_shows_nothing_of_what_was_sent_and_is_kept_nowhere(waiting: Waiting) -> None:
    state = waiting.browser.asked["state"]
    page = waiting.browser.send(f"/sign-in?code=<script>x</script>&state={state}")
    assert "script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_who_gives_up_waits_no_longer(waiting: Waiting) -> None:
    waiting.given_up.set()
    assert "given up" in str(waiting.end())


def test_nothing_from_the_browser_in_time_is_said() -> None:
    with pytest.raises(CompanySignInFailed, match="in time"):
        ask_in_browser(WHERE, Answering(), given_up=threading.Event(), wait_seconds=0.4)


def test_a_pc_without_a_browser_is_said() -> None:
    with pytest.raises(CompanySignInFailed, match="No browser"):
        ask_in_browser(WHERE, lambda address: False, given_up=threading.Event())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
