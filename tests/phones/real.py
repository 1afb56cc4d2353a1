"""Real phones for tests: the softphone baresip for the agent, sipp for the customer who calls.

    with AgentPhone() as phone:
        source = BaresipSource("127.0.0.1", phone.control_port, ...)
        with phone.called_by(Caller("+442079460123", "Ada Lovelace")) as call:
            ...
            call.wait()

Both are Debian packages. Where they are missing, `PhoneMissing` says so and the test fails with that reason; it is
never skipped silently. Ports are chosen at run time, processes are ended by their own handles.
"""

from __future__ import annotations

import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from string import Template
from types import TracebackType

LOOPBACK = "127.0.0.1"
_MODULES = ("/usr/lib/baresip/modules", "/usr/lib64/baresip/modules", "/usr/local/lib/baresip/modules")
_START_SECONDS = 10.0
_KINDS = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
_SCENARIOS = Path(__file__).parent


class PhoneMissing(Exception):
    """baresip or sipp is not installed on this machine."""


class PhoneBroken(Exception):
    """baresip or sipp did not do what the test needs; the text has their last words."""


class Behaviour(StrEnum):
    """What the customer does. The value names the sipp scenario beside this file."""

    WAITS = "caller_waits"  # rings until answered or declined, talks until the agent hangs up
    TALKS = "caller_talks"  # talks, follows hold, resume and transfer, until the agent hangs up or has handed over
    HANGS_UP = "caller_hangs_up"  # talks for `Caller.milliseconds`, then hangs up
    GIVES_UP = "caller_gives_up"  # rings for `Caller.milliseconds`, then gives up


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer on the phone.

    `number` None: withheld, as a SIP network shows it (RFC 3323). `transfer`: what he is told by whom he is handed to.
    """

    number: str | None = "+442079460123"
    name: str = "Ada Lovelace"
    behaviour: Behaviour = Behaviour.WAITS
    milliseconds: int = 600
    transfer: str = "200 OK"

    @property
    def sip_from(self) -> str:
        """The From header's value, without the tag."""
        if self.number is None:
            return '"Anonymous" <sip:anonymous@anonymous.invalid>'
        quoted = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <sip:{self.number}@{LOOPBACK}>'


class IncomingCall:
    """One call by sipp, under way."""

    def __init__(self, caller: Caller, agent_port: int, folder: Path) -> None:
        """Starts sipp; the INVITE goes out at once."""
        self.caller = caller
        self._messages = folder / "messages.log"
        scenario = folder / "call.xml"
        text = Template((_SCENARIOS / f"{caller.behaviour.value}.xml").read_text(encoding="utf-8"))
        scenario.write_text(
            text.substitute(sip_from=caller.sip_from, milliseconds=caller.milliseconds, transfer=caller.transfer),
            encoding="utf-8",
        )
        command = [_program("sipp", "sip-tester"), f"{LOOPBACK}:{agent_port}", "-i", LOOPBACK]
        command += ["-p", str(free_port()), "-sf", str(scenario), "-m", "1", "-nostdin"]
        command += ["-cp", str(free_port()), "-mp", str(_media_port())]
        command += ["-trace_msg", "-message_file", str(self._messages)]
        self._output = (folder / "sipp.log").open("w+", encoding="utf-8", errors="replace")
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT
        )

    @property
    def invited_at(self) -> datetime:
        """When sipp sent the INVITE, by its own message log (aware UTC), which it writes a little later."""
        wait_until(lambda: self._invite_stamp() is not None, "sipp's INVITE", 15)
        stamp = self._invite_stamp()
        assert stamp is not None
        return datetime.fromisoformat("T".join(stamp.split())).astimezone(UTC)

    def _invite_stamp(self) -> str | None:
        if not self._messages.exists():
            return None
        text = self._messages.read_text(encoding="utf-8", errors="replace")
        stamp = re.search(r"-{5,} (\d{4}-\d\d-\d\d[ \t]+\d\d:\d\d:\d\d\.\d+)", text)
        return stamp[1] if stamp is not None else None

    @property
    def messages(self) -> str:
        """All that was sent and received, by sipp's own message log."""
        return self._messages.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float = 15.0) -> None:
        """Returns when the call went through exactly as its behaviour says; raises PhoneBroken otherwise."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise PhoneBroken(f"sipp is still on the phone after {seconds} s\n{self._tail()}") from None
        if code != 0:
            raise PhoneBroken(f"sipp ended with {code}\n{self._tail()}")

    def close(self) -> None:
        """Ends sipp, wherever the call stands."""
        _end(self._process)
        self._output.close()

    def _tail(self) -> str:
        self._output.flush()
        self._output.seek(0)
        seen = self._messages.read_text(encoding="utf-8", errors="replace") if self._messages.exists() else ""
        return self._output.read()[-1500:] + "\n" + seen[-1500:]

    def __enter__(self) -> IncomingCall:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AgentPhone:
    """baresip with one account, answering by hand, controlled over ctrl_tcp at `control_port`."""

    def __init__(self) -> None:
        """Chooses ports and writes the phone's folder; `start` (or `with`) starts it."""
        self.sip_port = free_port()
        self.control_port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="cuecard-phone-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._calls: list[IncomingCall] = []

    def start(self) -> None:
        """Starts baresip and returns when its control port listens; raises PhoneMissing or PhoneBroken."""
        program = _program("baresip", "baresip-core")
        self._write_settings()
        with (self._folder / "baresip.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-4", "-n", LOOPBACK, "-f", str(self._folder)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        # Looked up rather than connected to: the control port takes one client, and a test's is to be the first.
        wait_until(self._listening, "baresip's control port", _START_SECONDS)

    def stop(self) -> None:
        """Ends baresip at once, calls and all, as a crash would; `start` starts it again on the same ports."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def close(self) -> None:
        """Ends everything and removes the folder."""
        for call in self._calls:
            call.close()
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def called_by(self, caller: Caller) -> IncomingCall:
        """Has a customer call this phone now."""
        folder = Path(tempfile.mkdtemp(prefix="call-", dir=self._folder))
        call = IncomingCall(caller, self.sip_port, folder)
        self._calls.append(call)
        return call

    def _listening(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            log = (self._folder / "baresip.log").read_text(encoding="utf-8", errors="replace")
            raise PhoneBroken(f"baresip ended with {self._process.returncode}\n{log[-1500:]}")
        wanted = f":{self.control_port:04X} "
        table = Path("/proc/net/tcp").read_text(encoding="ascii")
        return any(wanted in line and line.split()[3] == "0A" for line in table.splitlines()[1:])

    def _write_settings(self) -> None:
        silence(self._folder / "silence.wav")
        low = _media_port()
        (self._folder / "config").write_text(
            "\n".join(
                [
                    "poll_method epoll",
                    f"sip_listen {LOOPBACK}:{self.sip_port}",
                    "audio_player aufile,out.wav",
                    "audio_source aufile,silence.wav",
                    "audio_alert aufile,silence.wav",
                    f"rtp_ports {low}-{low + 100}",
                    f"module_path {_module_folder()}",
                    *("module g711.so", "module aufile.so", "module_tmp uuid.so", "module_tmp account.so"),
                    *("module_app menu.so", "module_app ctrl_tcp.so"),
                    f"ctrl_tcp_listen {LOOPBACK}:{self.control_port}",
                    "",
                ]
            ),
            encoding="utf-8",
        )
        (self._folder / "accounts").write_text(
            f"<sip:agent@{LOOPBACK}:{self.sip_port}>;regint=0;answermode=manual;audio_codecs=pcmu\n", encoding="utf-8"
        )
        (self._folder / "contacts").write_text("", encoding="utf-8")

    def __enter__(self) -> AgentPhone:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 5.0) -> None:
    """Returns as soon as the condition holds; raises PhoneBroken when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise PhoneBroken(f"waited {seconds} s in vain for {what}")
        time.sleep(0.005)


def free_port() -> int:
    """A port of the loopback address that is free now, and the next one with it, for datagrams and streams alike.

    Below the range that systems hand out by themselves: two test processes at once rarely meet there.
    """
    for _ in range(200):
        port = random.randrange(30_000, 32_000, 2)
        if all(_is_free(number, kind) for number in (port, port + 1) for kind in _KINDS):
            return port
    raise PhoneBroken("no free port between 30000 and 32000")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def silence(path: Path, seconds: float = 60.0) -> None:
    """Writes a quiet 8 kHz mono recording: what baresip plays into the call and as its ringing tone."""
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(bytes(int(seconds * 8000) * 2))


def _media_port() -> int:
    """The first of a block of ports for sound, below the range that systems hand out by themselves."""
    for _ in range(50):
        first = random.randrange(12_000, 30_000, 200)
        if all(_is_free(port, socket.SOCK_DGRAM) for port in range(first, first + 8)):
            return first
    raise PhoneBroken("no block of ports for sound is free")


def _module_folder() -> str:
    packaged = [str(path) for path in Path("/usr/lib").glob("*/baresip/modules")]
    for folder in (*_MODULES, *packaged):
        if Path(folder, "ctrl_tcp.so").exists():
            return folder
    raise PhoneMissing("baresip has no ctrl_tcp module here: apt-get install baresip-core")


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PhoneMissing(f"{name} is not installed; real-call tests need it: apt-get install {package}")
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait(5)
