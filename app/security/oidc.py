"""The desktop's half of signing in through the company: the system's browser, and one answer on the loopback address.

As RFC 8252 has it: the person types the password into the browser and never into Cuecard, the answer comes to a port of
this machine that is open for this one sign-in, and PKCE (RFC 7636, S256) makes the code worthless to whoever else sees
it. The hub redeems the code. Standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

WAIT_SECONDS = 180.0
_PATH = "/sign-in"
_SLICE_SECONDS = 0.2
_MOST_TEXT = 4096

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cuecard</title><style>body{{font-family:
system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;line-height:1.5}}h1{{font-size:1.4rem}}</style>
</head><body><h1>{title}</h1><p>{text}</p></body></html>"""
_DONE = ("You are signed in at your company", "You can close this page and go back to Cuecard.")
_DENIED = ("Signing in was not completed", "Close this page and go back to Cuecard to try again.")
_FOREIGN = ("This page belongs to no sign-in", "Go back to Cuecard and begin there.")


class CompanySignInFailed(Exception):
    """Nothing came back from the browser that can be used. The text is a sentence for the agent."""


class Whereto(Protocol):
    """Where the company's sign-in is, as the hub says it."""

    @property
    def issuer(self) -> str:
        """Who signs."""

    @property
    def client_id(self) -> str:
        """As whom to ask."""

    @property
    def authorization_endpoint(self) -> str:
        """Where to send the person."""

    @property
    def scope(self) -> str:
        """What to ask for."""

    @property
    def prompt(self) -> str:
        """What the provider is asked to do, "" for nothing."""


@dataclass(frozen=True, slots=True)
class _Secrets:
    state: str
    nonce: str
    verifier: str


def ask_in_browser(
    where: Whereto,
    browse: Callable[[str], bool],
    *,
    given_up: threading.Event,
    wait_seconds: float = WAIT_SECONDS,
) -> dict[str, str]:
    """Sends the person to the company's sign-in and waits; what the hub needs to look at it.

    `browse` opens an address in the system's browser (`webbrowser.open`); `given_up` ends the waiting from another
    thread. Raises CompanySignInFailed.
    """
    drawn = _Secrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    with _Listener(drawn.state, where.issuer) as listener:
        if not browse(_address(where, drawn, listener.redirect)):
            raise CompanySignInFailed("No browser could be opened on this PC. Ask your administrator.")
        answer = listener.wait(wait_seconds, given_up)
    if "code" not in answer:
        raise CompanySignInFailed("Your company's sign-in was not completed. Try again.")
    return {
        "code": answer["code"],
        "verifier": drawn.verifier,
        "nonce": drawn.nonce,
        "redirect_uri": listener.redirect,
    }


def _address(where: Whereto, drawn: _Secrets, redirect: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(drawn.verifier.encode("ascii")).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": where.client_id,
        "redirect_uri": redirect,
        "scope": where.scope,
        "state": drawn.state,
        "nonce": drawn.nonce,
        "code_challenge": challenge.decode("ascii"),
        "code_challenge_method": "S256",
    }
    if where.prompt:
        asked["prompt"] = where.prompt
    joint = "&" if urlsplit(where.authorization_endpoint).query else "?"
    return f"{where.authorization_endpoint}{joint}{urlencode(asked)}"


class _Listener:
    """One port of this machine, open for one answer. Attributes: `redirect`, the address that the browser comes to."""

    def __init__(self, state: str, issuer: str) -> None:
        self._state, self._issuer = state, issuer
        self._answer: dict[str, str] | None = None
        self._came = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._take, lambda: self._name))
        self._server.daemon_threads = True
        self._name = f"127.0.0.1:{self._server.server_port}"
        self.redirect = f"http://{self._name}{_PATH}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_SLICE_SECONDS,), name="company sign-in", daemon=True
        )

    def __enter__(self) -> _Listener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def wait(self, seconds: float, given_up: threading.Event) -> dict[str, str]:
        """The answer; raises CompanySignInFailed where none comes in time."""
        slices = max(1, round(seconds / _SLICE_SECONDS))
        with self._came:
            for _ in range(slices):
                if self._answer is not None:
                    return self._answer
                if given_up.is_set():
                    raise CompanySignInFailed("Signing in was given up.")
                self._came.wait(_SLICE_SECONDS)
        raise CompanySignInFailed("Nothing came back from the browser in time. Try again.")

    def _take(self, given: Mapping[str, str]) -> tuple[str, str]:
        """What the browser shows; whatever does not belong to this sign-in changes nothing."""
        if not hmac.compare_digest(given.get("state", "").encode(), self._state.encode()):
            return _FOREIGN
        # RFC 9207: an answer of another provider than the one that was asked.
        if given.get("iss", self._issuer) != self._issuer:
            return _FOREIGN
        with self._came:
            if self._answer is None:
                self._answer = {"code": given["code"]} if given.get("code") and "error" not in given else {}
                self._came.notify_all()
            return _DONE if "code" in self._answer else _DENIED


def _handler(
    take: Callable[[Mapping[str, str]], tuple[str, str]], own_name: Callable[[], str]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5  # seconds for a request: nobody keeps the port busy
        server_version, sys_version = "Cuecard", ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path[:_MOST_TEXT])
            # By its own name only: another one in Host is a page somewhere that has its name point here.
            if parts.path != _PATH or self.headers.get("Host") != own_name():
                self._show(HTTPStatus.NOT_FOUND, _FOREIGN)
                return
            shown = take(dict(parse_qsl(parts.query, max_num_fields=20)))
            self._show(HTTPStatus.OK if shown is not _FOREIGN else HTTPStatus.BAD_REQUEST, shown)

        def _show(self, status: HTTPStatus, words: tuple[str, str]) -> None:
            body = _PAGE.format(title=words[0], text=words[1]).encode()
            self.send_response(status)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
                ("Referrer-Policy", "no-referrer"),
                ("Connection", "close"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a line would hold the code."""

    return Handler
