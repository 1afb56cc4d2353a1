"""One connection to an Asterisk manager: greeting, login, commands and their answers, blocks as they come."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

from app.telephony.ami_protocol import Block, BlockReader, action
from app.telephony.errors import LoginRefused, PhoneSilent, PhoneUnreachable, WrongProtocol

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 5.0
"""How long the greeting and the answer to the login may take."""
POLL_SECONDS = 0.5
EVENT_CLASSES = "call,agent,user,dtmf,reporting"
"""Without the dial plan's own events, which are four fifths of what a call sends."""


class AmiLink:
    """A connection; made, read and written in one thread, closed from any."""

    def __init__(self, host: str, port: int, wanted: frozenset[str]) -> None:
        """Connects; raises PhoneUnreachable."""
        try:
            self._connection = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
        except (OSError, UnicodeError) as error:
            raise PhoneUnreachable("nothing listens there") from error
        self._connection.settimeout(POLL_SECONDS)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._blocks = BlockReader(wanted)
        self._early: list[Block] = []
        self._number = 0
        self.heard_at = time.monotonic()
        """When anything came last, in monotonic seconds."""

    def log_in(self, user: str, secret: str) -> None:
        """Waits for the greeting and logs in.

        Raises WrongProtocol, PhoneSilent, PhoneUnreachable, LoginRefused.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        while not self._blocks.greeted:
            if time.monotonic() > deadline:
                raise PhoneSilent("no greeting")
            self._early += self._receive()
        try:
            number = self.send("Login", Username=user, Secret=secret, Events=EVENT_CLASSES)
        except ValueError as error:
            raise LoginRefused("a line break in user or secret") from error
        while True:
            for position, block in enumerate(self._early):
                if block.get("Response") and block.get("ActionID") == number:
                    del self._early[position]
                    if block.get("Response") != "Success":
                        raise LoginRefused("refused")
                    return
            if time.monotonic() > deadline:
                raise PhoneSilent("no answer to the login")
            self._early += self._receive()

    def send(self, name: str, **fields: str) -> str:
        """Sends a command; its ActionID. Raises PhoneUnreachable, ValueError for a line break in a value."""
        self._number += 1
        command = action(name, self._number, **fields)
        try:
            self._connection.sendall(command)
        except OSError as error:
            raise PhoneUnreachable("the connection broke") from error
        return f"cuecard-{self._number}"

    def blocks(self) -> Iterator[Block]:
        """What has come; empty after a moment in which nothing came. Raises PhoneUnreachable, WrongProtocol."""
        early, self._early = self._early, []
        yield from early or self._receive()

    def close(self) -> None:
        """Ends the connection. May be called from any thread, and twice."""
        with contextlib.suppress(OSError):  # it may have ended by itself
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _receive(self) -> list[Block]:
        try:
            piece = self._connection.recv(262_144)
        except TimeoutError:
            return []
        except OSError as error:
            raise PhoneUnreachable("the connection broke") from error
        if not piece:
            if not self._blocks.greeted:
                raise WrongProtocol("closed before any greeting")
            raise PhoneUnreachable("the connection was closed")
        self.heard_at = time.monotonic()
        return self._blocks.feed(piece)
