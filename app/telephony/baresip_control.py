"""baresip's control port (module ctrl_tcp): JSON in netstrings; what it says, and one connection to it.

Seen on baresip 1.0.0. Events come unasked; each command carries a token that its response repeats.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.telephony.errors import PhoneRefused, PhoneSilent, PhoneUnreachable, WrongProtocol
from app.telephony.netstring import NetstringReader, netstring

ANSWER_SECONDS = 3.0
"""How long a command may take; baresip answers within milliseconds."""
_POLL_SECONDS = 1.0
_ROW = re.compile(
    r"(?P<current>>?)\s*\[line (?P<line>\d{1,6})(?:, id (?P<id>[^\]]*))?\]\s+[\d:]+\s+"
    r"(?P<state>[A-Z]+)\s+(?P<hold>\(on hold\))?\s*(?P<peer>\S.*)"
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """Something that happened to a call.

    `type` as baresip names it; `sip_id` is the SIP Call-ID; `account` the phone's own address; text is untrusted.
    """

    type: str
    sip_id: str
    outgoing: bool
    peer_uri: str
    peer_name: str
    parameter: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a command."""

    ok: bool
    text: str
    token: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of `listcalls`, all the replay there is. Version 1.0.0 names no SIP Call-ID there, later ones do."""

    line: int
    current: bool
    state: str
    on_hold: bool
    peer_uri: str
    sip_id: str


def decode(payload: bytes) -> PhoneEvent | Response | None:
    """A message; None for one that concerns no call. Raises WrongProtocol for what is no message of baresip's.

    A caller's name may come in any encoding: what is no UTF-8 is replaced, and the call still shown.
    """
    try:
        message = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise WrongProtocol("what came is no message of baresip's") from error
    if not isinstance(message, dict):
        raise WrongProtocol("what came is no message of baresip's")
    if message.get("response") is True:
        return Response(message.get("ok") is True, _text(message, "data"), _text(message, "token"))
    if message.get("event") is not True or not _text(message, "id"):
        return None
    return PhoneEvent(
        type=_text(message, "type"),
        sip_id=_text(message, "id"),
        outgoing=message.get("direction") == "outgoing",
        peer_uri=_text(message, "peeruri"),
        # baresip passes the quoted-string of the From header on as it stands between the quotes (RFC 3261, 25.1).
        peer_name=_QUOTED_PAIR.sub(r"\1", _text(message, "peerdisplayname")),
        parameter=_text(message, "param"),
        account=_text(message, "accountaor"),
    )


def call_rows(listing: str) -> list[CallRow]:
    """The calls that `listcalls` tells of."""
    rows = (_ROW.match(line.strip()) for line in listing.splitlines())
    return [
        CallRow(
            line=int(row["line"]),
            current=bool(row["current"]),
            state=row["state"],
            on_hold=row["hold"] is not None,
            peer_uri=row["peer"].strip(),
            sip_id=row["id"] or "",
        )
        for row in rows
        if row is not None
    ]


class ControlLink:
    """One connection. Made, and read from, in one thread; commands may come from any.

    Events go to `on_event` in the reading thread, in the order sent, also while that thread waits for a response.
    """

    def __init__(self, connection: socket.socket, on_event: Callable[[PhoneEvent], None]) -> None:
        """Takes a connected socket over."""
        connection.settimeout(_POLL_SECONDS)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._on_event = on_event
        self._frames = NetstringReader()
        self._inbox: deque[PhoneEvent | Response] = deque()
        self._reader = threading.get_ident()
        self._guard = threading.Lock()
        self._pending: dict[str, _Pending] = {}
        self._commands = 0
        self._closed = False

    def serve(self) -> None:
        """Reads until the connection ends; then raises PhoneUnreachable, or WrongProtocol."""
        while True:
            self._receive()

    def request(self, command: str, parameters: str = "", seconds: float = ANSWER_SECONDS) -> str:
        """Sends a command; the text of its response.

        Raises PhoneSilent where none comes in time, PhoneRefused for a no, PhoneUnreachable, WrongProtocol.
        """
        waiting = _Pending()
        with self._guard:
            self._commands += 1
            token = f"cuecard-{self._commands}"
            self._pending[token] = waiting
        try:
            self._send({"command": command, "params": parameters, "token": token})
            self._await(waiting, time.monotonic() + seconds)
        finally:
            with self._guard:
                self._pending.pop(token, None)
        if waiting.response is None:
            if self._closed:
                raise PhoneUnreachable("The softphone went away; try again when it is back.")
            raise PhoneSilent("The softphone does not answer; use its own window, and restart it if that hangs.")
        if not waiting.response.ok:
            raise PhoneRefused("The softphone refused; do it in its own window.")
        return waiting.response.text

    def close(self) -> None:
        """Ends the connection; waiting commands fail at once. May be called from any thread, and twice."""
        with self._guard:
            self._closed = True
            pending = list(self._pending.values())
        with contextlib.suppress(OSError):  # it may have ended by itself
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        for waiting in pending:
            waiting.done.set()

    def _send(self, message: dict[str, str]) -> None:
        try:
            self._connection.sendall(netstring(json.dumps(message).encode()))
        except OSError as error:
            raise PhoneUnreachable("The softphone went away; try again when it is back.") from error

    def _await(self, waiting: _Pending, deadline: float) -> None:
        if threading.get_ident() != self._reader:
            waiting.done.wait(max(0.0, deadline - time.monotonic()))
            return
        while not waiting.done.is_set() and time.monotonic() < deadline:
            self._receive()

    def _receive(self) -> None:
        """Hands one message on; where none is there, waits a moment for some."""
        if self._inbox:
            self._dispatch(self._inbox.popleft())
            return
        try:
            piece = self._connection.recv(65_536)
        except TimeoutError:
            return
        except OSError as error:
            raise PhoneUnreachable("The softphone went away.") from error
        if not piece:
            raise PhoneUnreachable("The softphone closed its control port.")
        for payload in self._frames.feed(piece):
            message = decode(payload)
            if message is not None:
                self._inbox.append(message)

    def _dispatch(self, message: PhoneEvent | Response) -> None:
        if isinstance(message, PhoneEvent):
            self._on_event(message)
            return
        with self._guard:
            waiting = self._pending.get(message.token)
        if waiting is not None:
            waiting.response = message
            waiting.done.set()


class _Pending:
    """A command whose response has not come."""

    __slots__ = ("done", "response")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.response: Response | None = None


def _text(message: dict[str, object], name: str) -> str:
    value = message.get(name, "")
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
