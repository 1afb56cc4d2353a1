"""The handoff between a second start and the window that is already open: places, the line protocol, the sender.

One window per user and data folder. It listens on a Unix socket inside a folder that only the user can enter; where
the system has none (Windows), on a loopback port, with a secret kept in that folder which both sides prove to know.

One JSON line each way, at most 2 kB:

    {"cuecard": 1, "do": "pop", "number": "+442079460123", "name": "Ada Lovelace"}
    {"cuecard": 1, "ok": true, "say": "The call is shown."}

`do` is "pop" or "show" (bring the window forward). Standard library only: `cuecard pop` must be over in 300 ms. The
listening side is `handoff_server`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.telephony.errors import HandoffFailed, NoWindow
from app.telephony.pop_request import PopRequest

VERSION = 1
# 2 kB of fields, each character of which JSON may have to escape, and the names around them.
LONGEST_LINE = 4352
PROOF_BYTES = 32
_ANSWER_SECONDS = 2.0
_BEGIN_SECONDS = 1.0
# sun_path holds 104 bytes on macOS and 108 on Linux.
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the window of one user and one data folder listens.

    `address` is the Unix socket, or None for the loopback form; `folder` holds it, the lock and the port file.
    """

    folder: Path
    address: Path | None

    @property
    def lock(self) -> Path:
        """The file that the one running window keeps locked."""
        return self.folder / "lock"

    @property
    def port_file(self) -> Path:
        """Loopback form: the port and the secret."""
        return self.folder / "port"


def endpoint(data_dir: Path, unix: bool = hasattr(socket, "AF_UNIX")) -> Endpoint:
    """The endpoint of a data folder. Touches nothing; `private_folder` makes the folder."""
    folder = data_dir.absolute() / "handoff"
    if not unix:
        return Endpoint(folder, None)
    if len(os.fsencode(folder / "socket")) > _LONGEST_SOCKET_PATH:
        from hashlib import sha256

        name = f"cuecard-{_own_uid()}-{sha256(os.fsencode(folder)).hexdigest()[:16]}"
        folder = Path(tempfile.gettempdir(), name)
    return Endpoint(folder, folder / "socket")


def private_folder(folder: Path) -> None:
    """Makes the folder for this user alone (0700); raises HandoffFailed where it is another's or a link."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        raise HandoffFailed(f"{folder} belongs to someone else; remove it or choose another data folder")
    folder.chmod(0o700)


def hand_over(place: Endpoint, request: PopRequest) -> str:
    """Has the open window show a call; its answer as a sentence. Raises NoWindow or HandoffFailed."""
    return _ask(place, {"do": "pop", **request.to_wire()})


def show_window(place: Endpoint) -> str:
    """Brings the open window forward; raises NoWindow or HandoffFailed.

    Asked after `claim` found another window, which may have begun only this moment: so it is given a second to listen.
    """
    deadline = time.monotonic() + _BEGIN_SECONDS
    while True:
        try:
            return _ask(place, {"do": "show"})
        except NoWindow:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def encode(message: dict[str, object]) -> bytes:
    """One line of the protocol."""
    return json.dumps({"cuecard": VERSION, **message}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def proof(secret: bytes, side: str, challenge: bytes) -> bytes:
    """What a side answers to a challenge, so that the secret itself is never sent."""
    # Only the loopback form needs it, and the window's first paint waits for what is imported here.
    import hmac

    return hmac.new(secret, side.encode() + challenge, "sha256").digest()


def same(said: bytes, expected: bytes) -> bool:
    """Whether both are equal, compared in a time that tells nothing of where they differ."""
    import hmac

    return hmac.compare_digest(said, expected)


def _ask(place: Endpoint, message: dict[str, object]) -> str:
    deadline = time.monotonic() + _ANSWER_SECONDS
    try:
        with _connect(place, deadline) as link:
            link.sendall(encode(message))
            answer = _read_line(link, deadline)
    except OSError as error:
        raise HandoffFailed("Cuecard is open but does not answer; look at its window.") from error
    try:
        said = json.loads(answer)
        version, accepted, sentence = said["cuecard"], said["ok"], str(said["say"])
    except (ValueError, KeyError, TypeError) as error:
        raise HandoffFailed("What is open does not answer as Cuecard does; close it and start Cuecard.") from error
    if version != VERSION:
        raise HandoffFailed("Another version of Cuecard is open; close it and start Cuecard again.")
    if accepted is not True:
        raise HandoffFailed(sentence)
    return sentence


def _connect(place: Endpoint, deadline: float) -> socket.socket:
    absent = NoWindow("No Cuecard window is open.")
    if place.address is not None:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            link.connect(os.fspath(place.address))
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            link.close()
            raise absent from error
        except OSError:
            link.close()
            raise
        return link
    try:
        port, secret = place.port_file.read_text(encoding="ascii").split()
        link = socket.create_connection(("127.0.0.1", int(port)), timeout=_ANSWER_SECONDS)
    except (FileNotFoundError, ConnectionRefusedError, ValueError) as error:
        raise absent from error
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        _prove(link, bytes.fromhex(secret), deadline)
    except (HandoffFailed, OSError, ValueError):
        link.close()
        # The port may have gone to another program since the window crashed: nothing of the call was sent to it.
        raise absent from None
    return link


def _prove(link: socket.socket, secret: bytes, deadline: float) -> None:
    """Both sides show that they know the secret, the window first."""
    mine = os.urandom(PROOF_BYTES)
    link.sendall(mine.hex().encode() + b"\n")
    answer = bytes.fromhex(_read_line(link, deadline))
    theirs, challenge = answer[:PROOF_BYTES], answer[PROOF_BYTES:]
    if not same(theirs, proof(secret, "window", mine)):
        raise HandoffFailed("another program listens on Cuecard's port")
    link.sendall(proof(secret, "sender", challenge).hex().encode() + b"\n")


def _read_line(link: socket.socket, deadline: float) -> str:
    received = b""
    while not received.endswith(b"\n"):
        link.settimeout(max(0.01, deadline - time.monotonic()))
        piece = link.recv(LONGEST_LINE)
        if not piece or len(received) > LONGEST_LINE:
            raise ConnectionError("no whole line came")
        received += piece
    return received.decode("utf-8", "replace")


def _own_uid() -> int:
    return os.getuid() if sys.platform != "win32" else 0
