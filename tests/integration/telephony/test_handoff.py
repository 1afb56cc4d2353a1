"""A second start and the window that is open, over the real socket and with real processes."""

from __future__ import annotations

import os
import signal
import socket
import stat
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.telephony.errors import HandoffFailed, NoWindow, PopRefused
from app.telephony.handoff import Endpoint, encode, endpoint, hand_over, show_window
from app.telephony.handoff_server import SENDER_SECONDS, HandoffServer, claim
from app.telephony.pop_request import PopRequest
from tests.phones.real import wait_until

ADA = PopRequest("+442079460123", "Ada <b>Lovelace</b> O'Brien", "0800", "", "7")
CHECKOUT = Path(__file__).parents[3]


class Window:
    """The window's part of a handoff: listens and remembers what it was given."""

    def __init__(self, place: Endpoint, owner: int | None = None) -> None:
        self.place = place
        self.pops: list[PopRequest] = []
        self.shown = 0
        self.server = _claimed(place, owner)
        self.server.start(self._show)
        self.server.take_pops(self.pops.append)

    def _show(self) -> None:
        self.shown += 1


def _claimed(place: Endpoint, owner: int | None = None) -> HandoffServer:
    server = claim(place, owner)
    assert server is not None
    return server


@pytest.fixture(params=["unix socket", "loopback port"])
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Window]:
    opened = Window(endpoint(tmp_path, unix=request.param == "unix socket"))
    yield opened
    opened.server.stop()


def test_a_call_is_handed_over_whole(window: Window) -> None:
    assert hand_over(window.place, ADA) == "The call is shown."
    assert window.pops == [ADA]


def test_a_second_plain_start_brings_the_window_forward(window: Window) -> None:
    assert claim(window.place) is None
    assert show_window(window.place)
    assert window.shown == 1 and window.pops == []


def test_a_second_start_in_the_moment_before_the_first_listens_still_finds_it(tmp_path: Path) -> None:
    place = endpoint(tmp_path)
    answers: list[str] = []
    second = threading.Thread(target=lambda: answers.append(show_window(place)))
    second.start()
    window = Window(place)
    try:
        second.join(10)
        assert answers == ["Cuecard is open."] and window.shown == 1
    finally:
        window.server.stop()


def test_while_nobody_is_signed_in_the_last_call_is_kept_for_him_who_does(window: Window) -> None:
    window.server.take_pops(None)

    assert "Nobody is signed in" in hand_over(window.place, ADA)
    window.server.take_pops(window.pops.append)

    assert window.pops == [ADA] and window.shown == 1


def test_nothing_is_left_behind_and_the_next_start_is_the_one(window: Window) -> None:
    window.server.stop()

    with pytest.raises(NoWindow):
        hand_over(window.place, ADA)
    window.server = _claimed(window.place)
    window.server.start(lambda: None)


def test_two_hundred_calls_in_a_second_all_get_their_answer(window: Window) -> None:
    began = time.perf_counter()
    for number in range(200):
        hand_over(window.place, PopRequest(number=str(number)))

    assert len(window.pops) == 200
    assert time.perf_counter() - began < 5


def test_senders_that_stall_do_not_hold_others_up(window: Window) -> None:
    stalled = [_connected(window.place) for _ in range(20)]
    try:
        began = time.perf_counter()
        hand_over(window.place, ADA)
        assert time.perf_counter() - began < SENDER_SECONDS / 2
        for link in stalled:
            link.settimeout(5 * SENDER_SECONDS)
            with suppress(ConnectionError):
                assert link.recv(1) == b""  # cut off after its time
    finally:
        for link in stalled:
            link.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\n",
        b"\n",
        b"[]\n",
        b"[" * 4_000 + b"\n",
        b"\xff\xfe\x00\n",
        encode({"do": "answer", "leg": "1"}),
        encode({"do": "pop", "number": 7}),
        encode({"do": "pop", "number": "1\x00"}),
        encode({"do": "pop", "name": "a\r\nb"}),
        encode({"do": "pop", "name": "x" * 2_100}),
        b'{"cuecard": 99, "do": "pop", "number": "1"}\n',
        b"x" * 10_000 + b"\n",
        b"",
    ],
)
def test_what_is_no_call_is_refused_and_the_next_call_is_shown(tmp_path: Path, sent: bytes) -> None:
    window = Window(endpoint(tmp_path))
    try:
        with _connected(window.place) as link, suppress(ConnectionError):
            link.sendall(sent)
            link.shutdown(socket.SHUT_WR)
            link.settimeout(5)
            answer = link.recv(4_096)
            assert answer == b"" or b'"ok": false' in answer
        assert window.pops == []
        hand_over(window.place, ADA)
        assert window.pops == [ADA]
    finally:
        window.server.stop()


def test_a_sender_finds_out_before_sending_that_ten_kilobytes_are_too_much() -> None:
    with pytest.raises(PopRefused):
        PopRequest.of(name="x" * 10_000)


def test_another_user_is_refused(tmp_path: Path) -> None:
    """The peer's user, as the kernel tells it, is not the owner that the window was opened for."""
    window = Window(endpoint(tmp_path), owner=os.getuid() + 1)
    try:
        with pytest.raises(HandoffFailed):
            hand_over(window.place, ADA)
        assert window.pops == []
    finally:
        window.server.stop()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can start a process of another user")
def test_a_process_of_another_user_is_refused_even_where_the_folder_stands_open(tmp_path: Path) -> None:
    window = Window(endpoint(tmp_path))
    assert window.place.address is not None
    window.place.folder.chmod(0o777)
    window.place.address.chmod(0o777)
    # Every folder above it that belongs to the tests, however deep the runner put them.
    for folder in window.place.folder.parents:
        if "pytest-of-" in str(folder):
            folder.chmod(0o755)
    program = (
        "import os, socket, sys\nos.setgid(65534); os.setuid(65534)\n"
        "link = socket.socket(socket.AF_UNIX); link.connect(sys.argv[1])\n"
        "try:\n    link.sendall(sys.argv[2].encode() + b'\\n'); sys.exit(0 if link.recv(99) == b'' else 1)\n"
        "except ConnectionError:\n    sys.exit(0)\n"
    )
    line = encode({"do": "pop", "number": "1"}).decode().strip()
    try:
        refused = subprocess.run(["/usr/bin/python3", "-c", program, os.fspath(window.place.address), line], timeout=20)
        assert refused.returncode == 0
        assert window.pops == []
    finally:
        window.server.stop()


def test_the_folder_is_for_the_user_alone_and_never_through_a_link(tmp_path: Path) -> None:
    place = endpoint(tmp_path)
    server = _claimed(place)
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    server.stop()

    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "handoff").symlink_to(tmp_path / "handoff")
    with pytest.raises(HandoffFailed):
        claim(endpoint(tmp_path / "other"))


def test_a_data_folder_with_a_very_long_name_works_too(tmp_path: Path) -> None:
    place = endpoint(tmp_path / ("long" * 30))
    window = Window(place)
    try:
        hand_over(place, ADA)
        assert window.pops == [ADA]
    finally:
        window.server.stop()
        place.lock.unlink()
        place.folder.rmdir()


def test_another_program_on_a_crashed_windows_port_learns_nothing(tmp_path: Path) -> None:
    place = endpoint(tmp_path, unix=False)
    _claimed(place).stop()
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        place.port_file.write_text(f"{other.getsockname()[1]} {'00' * 32}\n", encoding="ascii")

        def answer_wrongly() -> None:
            link, _ = other.accept()
            with link:
                heard.append(link.recv(4_096))
                link.sendall(b"00" * 64 + b"\n")
                link.settimeout(5)
                with suppress(OSError):
                    heard.append(link.recv(4_096))

        thread = threading.Thread(target=answer_wrongly)
        thread.start()
        with pytest.raises(NoWindow):
            hand_over(place, ADA)
        thread.join(10)
    assert b"Lovelace" not in b"".join(heard) and b"7946" not in b"".join(heard)


def test_a_port_sender_without_the_secret_is_not_heard(tmp_path: Path) -> None:
    window = Window(endpoint(tmp_path, unix=False))
    try:
        with _connected(window.place) as link:
            link.sendall(b"00" * 32 + b"\n")
            link.settimeout(5)
            assert link.recv(4_096)
            with suppress(ConnectionError):
                link.sendall(b"00" * 32 + b"\n" + encode({"do": "pop", "number": "1"}))
                assert link.recv(4_096) == b""
        assert window.pops == []
    finally:
        window.server.stop()


OPEN_A_WINDOW = """
import sys, time
from pathlib import Path
from app.telephony.handoff import endpoint
from app.telephony.handoff_server import claim
server = claim(endpoint(Path(sys.argv[1])))
if server is None:
    print("second", flush=True)
else:
    server.start(lambda: None)
    server.take_pops(lambda request: None)
    print("first", flush=True)
    sys.stdin.read()
"""


def _open_window(data_dir: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OPEN_A_WINDOW, os.fspath(data_dir)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _close(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.kill()
        process.communicate(timeout=10)


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_window_that_was_killed_leaves_a_socket_that_the_next_start_replaces(tmp_path: Path) -> None:
    place = endpoint(tmp_path)
    killed = _open_window(tmp_path)
    try:
        assert _said(killed) == "first"
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait(10)
        assert place.address is not None and place.address.exists()

        with pytest.raises(NoWindow):
            hand_over(place, ADA)
        window = Window(place)
        hand_over(place, ADA)
        assert window.pops == [ADA]
        window.server.stop()
    finally:
        _close([killed])


def test_of_windows_started_at_the_same_moment_one_is_the_one(tmp_path: Path) -> None:
    windows = [_open_window(tmp_path) for _ in range(6)]
    try:
        assert sorted(_said(window) for window in windows) == ["first"] + ["second"] * 5
    finally:
        _close(windows)


def _pop(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CUECARD_DATA_DIR": os.fspath(data_dir)}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=30)


def test_the_command_pops_a_call_in_the_open_window(tmp_path: Path) -> None:
    window = Window(endpoint(tmp_path))
    try:
        done = _pop(tmp_path, "pop", "--from", "+44 20 7946 0123", "--name", "O'Brien <o@x>", "--call-id", "7")
        link = _pop(tmp_path, "cuecard://call?from=+442079460999&action=accept")
        unfilled = _pop(tmp_path, "pop", "--from", "%CallerNumber%", "--name", "%CallerDisplayName%")
    finally:
        window.server.stop()
    assert [(run.returncode, run.stdout, run.stderr) for run in (done, link, unfilled)] == [(0, "", "")] * 3
    assert window.pops[0] == PopRequest("+44 20 7946 0123", "O'Brien <o@x>", call_id="7")
    assert window.pops[1] == PopRequest("+442079460999")


def test_the_command_says_what_to_do_where_no_window_is_open(tmp_path: Path) -> None:
    done = _pop(tmp_path, "pop", "--from", "+442079460123")

    assert done.returncode == 3
    assert "cuecard desktop" in done.stderr and "7946" not in done.stderr


@pytest.mark.parametrize("value", ["a\r\nb", "x" * 10_000])
def test_the_command_refuses_what_is_no_call(tmp_path: Path, value: str) -> None:
    done = _pop(tmp_path, "pop", "--from", "1", "--name", value)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr and value not in done.stderr


def test_the_command_is_over_in_three_hundred_milliseconds(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    window = Window(endpoint(tmp_path))
    taken = []
    try:
        for number in range(9):
            began = time.perf_counter()
            assert _pop(tmp_path, "pop", "--from", f"+44207946000{number}").returncode == 0
            taken.append((time.perf_counter() - began) * 1_000)
    finally:
        window.server.stop()
    record_property("cuecard pop, whole process, ms", f"median {statistics.median(taken):.0f}, most {max(taken):.0f}")
    sys.stdout.write(f"cuecard pop: median {statistics.median(taken):.0f} ms, most {max(taken):.0f} ms of 9\n")
    assert statistics.median(taken) < 300


def test_the_command_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom app.cli import main\nassert main(['pop', '--from', '1']) == 3\n"
        "heavy = {'PySide6', 'sqlalchemy', 'httpx', 'keyring', 'phonenumbers', 'asyncio', 'yaml', 'ui'}\n"
        "sys.exit(len(heavy & set(sys.modules)))\n"
    )
    environment = {**os.environ, "CUECARD_DATA_DIR": os.fspath(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, env=environment, stderr=subprocess.DEVNULL)
    assert done.returncode == 0


def _connected(place: Endpoint) -> socket.socket:
    if place.address is None:
        port = int(place.port_file.read_text(encoding="ascii").split()[0])
        return socket.create_connection(("127.0.0.1", port), timeout=5)
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(5)
    wait_until(place.address.exists, "the window's socket")
    link.connect(os.fspath(place.address))
    return link
