"""The open window's side of the handoff: claims the single instance, listens, answers second starts.

    instance = claim(endpoint(data_dir()))
    if instance is None: another window is open (see `handoff.show_window`)
    instance.start(on_show)                     # in the window's process, before sign-in
    instance.take_pops(deliver) / instance.take_pops(None)   # when a call source begins and ends

The lock file, not the socket, says who is the one: the system frees it when a process dies, so a socket left behind by
a crash is told from a live one with certainty, and two starts at the same moment cannot both win.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import IO

from app.telephony.errors import PopRefused
from app.telephony.handoff import LONGEST_LINE, PROOF_BYTES, VERSION, Endpoint, encode, private_folder, proof, same
from app.telephony.pop_request import PopRequest

SENDER_SECONDS = 1.0
"""How long a sender may take from connecting to its last byte."""
MOST_SENDERS = 64
KEPT_SECONDS = 60.0
"""How long a call waits for somebody to sign in: about as long as anybody lets it ring."""

Deliver = Callable[[PopRequest], None]


class HandoffServer:
    """Listens for second starts in a thread of its own, which is also the one that calls `on_show` and `deliver`."""

    def __init__(self, place: Endpoint, lock: IO[bytes], owner: int | None) -> None:
        """Made by `claim`. `owner` is the only user that may send; None where the system cannot say who does."""
        self._place = place
        self._lock = lock
        self._owner = owner
        self._secret = b""
        self._listener = self._listen()
        self._waker, self._wake = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._on_show: Callable[[], None] = lambda: None
        self._deliver: Deliver | None = None
        self._kept: tuple[float, PopRequest] | None = None
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, on_show: Callable[[], None]) -> None:
        """Begins to answer. `on_show` is called when a second plain start wants the window brought forward."""
        self._on_show = on_show
        self._thread = threading.Thread(target=self._run, name="handoff", daemon=True)
        self._thread.start()

    def take_pops(self, deliver: Deliver | None) -> None:
        """Who takes calls from now on (None: nobody). A call that just came while nobody did is delivered at once."""
        with self._guard:
            self._deliver = deliver
            kept, self._kept = self._kept, None if deliver else self._kept
        if deliver is not None and kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            deliver(kept[1])

    def stop(self) -> None:
        """Stops listening, removes the socket and lets the next start be the one."""
        self._wake.close()
        if self._thread is not None:
            self._thread.join(5)
        for path in (self._place.address, self._place.port_file):
            if path is not None:
                path.unlink(missing_ok=True)
        for link in (self._listener, self._waker):
            link.close()
        self._selector.close()
        self._lock.close()

    def _listen(self) -> socket.socket:
        if self._place.address is not None:
            self._place.address.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(os.fspath(self._place.address))
            self._place.address.chmod(0o600)
        else:
            self._secret = os.urandom(PROOF_BYTES)
            listener = socket.create_server(("127.0.0.1", 0))
            self._place.port_file.unlink(missing_ok=True)
            written = os.open(self._place.port_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(written, "w", encoding="ascii") as file:
                file.write(f"{listener.getsockname()[1]} {self._secret.hex()}\n")
        listener.listen(MOST_SENDERS)
        listener.setblocking(False)
        return listener

    def _run(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._waker, selectors.EVENT_READ)
        senders: dict[socket.socket, _Sender] = {}
        while True:
            for key, _ in self._selector.select(0.2 if senders else None):
                if key.fileobj is self._waker:
                    for sender in senders.values():
                        sender.link.close()
                    return
                if key.fileobj is self._listener:
                    self._accept(senders)
                elif isinstance(key.fileobj, socket.socket) and self._read(senders[key.fileobj]):
                    self._drop(senders, key.fileobj)
            for sender in [sender for sender in senders.values() if time.monotonic() > sender.deadline]:
                self._drop(senders, sender.link)

    def _accept(self, senders: dict[socket.socket, _Sender]) -> None:
        try:
            link, _ = self._listener.accept()
        except OSError:
            return
        if len(senders) >= MOST_SENDERS or not self._may_send(link):
            link.close()
            return
        link.setblocking(False)
        if self._place.address is None:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        senders[link] = _Sender(link, time.monotonic() + SENDER_SECONDS, proven=self._place.address is not None)
        self._selector.register(link, selectors.EVENT_READ)

    def _drop(self, senders: dict[socket.socket, _Sender], link: socket.socket) -> None:
        self._selector.unregister(link)
        del senders[link]
        link.close()

    def _may_send(self, link: socket.socket) -> bool:
        """The folder already keeps others out; this holds should somebody loosen it."""
        if self._owner is None:
            return True
        _, user, _ = struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
        return bool(user == self._owner)

    def _read(self, sender: _Sender) -> bool:
        """Takes what came; whether this sender is finished with."""
        try:
            piece = sender.link.recv(LONGEST_LINE)
            sender.received += piece
            if len(sender.received) > LONGEST_LINE:
                sender.link.send(encode({"ok": False, "say": "The call was not shown: over 2 kB was handed over."}))
                return True
            while b"\n" in sender.received:
                line, _, sender.received = sender.received.partition(b"\n")
                if sender.proven:
                    sender.link.send(encode(self._answer(line)))
                    return True
                if not self._prove(sender, line):
                    return True
            return not piece
        except OSError:
            return True

    def _prove(self, sender: _Sender, line: bytes) -> bool:
        """Loopback form: answers the sender's challenge, then checks the answer to ours; whether all is well so far."""
        try:
            said = bytes.fromhex(line.decode("ascii"))
        except ValueError:
            return False
        if sender.challenge:
            sender.proven = same(said, proof(self._secret, "sender", sender.challenge))
            return sender.proven
        sender.challenge = os.urandom(PROOF_BYTES)
        sender.link.send((proof(self._secret, "window", said) + sender.challenge).hex().encode() + b"\n")
        return True

    def _answer(self, line: bytes) -> dict[str, object]:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return {"ok": False, "say": "What was handed over cannot be read."}
        if not isinstance(message, dict) or message.get("cuecard") != VERSION:
            return {"ok": False, "say": "Another version of Cuecard is open; close it and start Cuecard again."}
        if message.get("do") == "show":
            self._on_show()
            return {"ok": True, "say": "Cuecard is open."}
        if message.get("do") != "pop":
            return {"ok": False, "say": "Nothing was done: that is neither a call nor a request to show the window."}
        try:
            return {"ok": True, "say": self._take(PopRequest.from_wire(message))}
        except PopRefused as refusal:
            return {"ok": False, "say": str(refusal)}

    def _take(self, request: PopRequest) -> str:
        with self._guard:
            deliver = self._deliver
            if deliver is None:
                self._kept = (time.monotonic(), request)
        if deliver is None:
            self._on_show()
            return "Nobody is signed in; the call is shown when someone signs in within a minute."
        deliver(request)
        return "The call is shown."


class _Sender:
    """A second start that is connected."""

    __slots__ = ("challenge", "deadline", "link", "proven", "received")

    def __init__(self, link: socket.socket, deadline: float, proven: bool) -> None:
        self.link = link
        self.deadline = deadline
        self.proven = proven
        self.received = b""
        self.challenge = b""


def claim(place: Endpoint, owner: int | None = None) -> HandoffServer | None:
    """The listening side, where this process is the first; None where another window is open.

    `owner` replaces the user who may send, for tests. Raises HandoffFailed where the folder is another user's.
    """
    private_folder(place.folder)
    lock = place.lock.open("ab")
    if not _lock(lock):
        lock.close()
        return None
    if owner is None and hasattr(socket, "SO_PEERCRED") and place.address is not None:
        owner = os.getuid()
    try:
        return HandoffServer(place, lock, owner)
    except BaseException:
        lock.close()
        raise


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> bool:
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _lock(file: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
