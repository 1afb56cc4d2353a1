"""An Asterisk manager for tests: says what a transcript holds, to whoever logs in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from app.telephony.ami_protocol import Block, read_block

LOOPBACK = "127.0.0.1"
_TRANSCRIPTS = Path(__file__).parents[1] / "telephony_transcripts"
RECORDED, DOCUMENTED = _TRANSCRIPTS / "ami", _TRANSCRIPTS / "ami_documented"
"""What an Asterisk 16 said, and what was written from the interface's documentation and never seen."""
GREETING = b"Asterisk Call Manager/5.0.0\r\n"


def transcript(name: str) -> list[bytes]:
    """The events of a transcript as they were on the wire, without greeting and login."""
    return [raw for _, raw in timed(name)]


def timed(name: str) -> list[tuple[float, bytes]]:
    """The same, each with its time in seconds."""
    file = next(folder / f"{name}.txt" for folder in (RECORDED, DOCUMENTED) if (folder / f"{name}.txt").exists())
    text = file.read_text(encoding="utf-8")
    found = []
    for part in text.split("\n\n"):
        stamp, _, body = part.strip("\n").partition("\n")
        if body.startswith("Event:"):
            found.append((float(stamp.removeprefix("#")), body.replace("\n", "\r\n").encode() + b"\r\n\r\n"))
    return found


def blocks(raw: Iterable[bytes]) -> list[Block]:
    """Wire blocks, read."""
    return [read_block(each.removesuffix(b"\r\n\r\n")) for each in raw]


class Manager:
    """A loopback manager. `script` is run on each connection after the login, and may `say` and `drop`.

    Logs in whoever knows `secret`; `channels` are answered to CoreShowChannels, None: permission denied.
    """

    def __init__(self, script: Callable[[Manager], None] = lambda manager: None, port: int = 0) -> None:
        self._listener = socket.create_server((LOOPBACK, port))
        self.port: int = self._listener.getsockname()[1]
        self.script = script
        self.secret = "right"
        self.greeting = GREETING
        self.channels: list[bytes] | None = []
        self.connections = 0
        self.logins = 0
        self.listings = 0
        self._link: socket.socket | None = None
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def say(self, *pieces: bytes) -> None:
        """Sends bytes as they are."""
        link = self._link
        if link is not None:
            for piece in pieces:
                link.sendall(piece)

    def drop(self) -> None:
        """Ends the connection that is open."""
        link = self._link
        if link is not None:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends everything."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        for thread in self._threads:
            thread.join(5)

    def _run(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self._link = link
            self.connections += 1
            with link, suppress(OSError):
                link.sendall(self.greeting)
                self._answer(link)

    def _answer(self, link: socket.socket) -> None:
        rest = b""
        while piece := link.recv(65_536):
            *whole, rest = (rest + piece).split(b"\r\n\r\n")
            for raw in whole:
                self._command(read_block(raw))

    def _command(self, command: Block) -> None:
        number = command.get("ActionID")
        if command.get("Action") == "Login":
            right = command.get("Secret") == self.secret
            said = ("Success", "Authentication accepted") if right else ("Error", "Authentication failed")
            self._respond(number, *said)
            self.logins += right
        elif command.get("Action") == "CoreShowChannels":
            self._list(number)
            self.listings += 1
            if self.listings == self.connections:
                self.script(self)

    def _list(self, number: str) -> None:
        if self.channels is None:
            self._respond(number, "Error", "Permission denied")
            return
        self._respond(number, "Success", "Channels will follow")
        self.say(*self.channels)
        count = len(self.channels)
        self.say(f"Event: CoreShowChannelsComplete\r\nActionID: {number}\r\nListItems: {count}\r\n\r\n".encode())

    def _respond(self, number: str, response: str, message: str) -> None:
        self.say(f"Response: {response}\r\nActionID: {number}\r\nMessage: {message}\r\n\r\n".encode())
