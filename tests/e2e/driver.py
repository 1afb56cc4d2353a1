"""What the end-to-end tests drive: the real window by key presses, and a hub in a process of its own."""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.cache.store import LocalStore
from app.desk.view import DeskView, Phase, Saving
from app.domain.event import Event
from app.hub.demo_sign_ins import SIGN_INS_FILE, DemoSignIns, read_sign_ins
from app.hub.process import DATABASE, LOG_FILE, hub_command, instance_at
from app.reports.team import TeamReport
from app.reports.wire import from_plain
from app.telephony.handoff_server import HandoffServer
from app.telephony.simulated import SimulatedPhone
from ui.application import make_application
from ui.session import Session

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 45.0
ONE_OF_ALL = "acc-4221"
"""An account that is there as soon as the index of accounts has come."""
_NONE = Qt.KeyboardModifier.NoModifier
_ALT = Qt.KeyboardModifier.AltModifier


class TooLate(AssertionError):
    """What was waited for did not come about in time; the text says what, and how things stood."""


class AgentWindow:
    """The window with everything behind it, and the agent's eyes and hands.

    `view` is what the window shows now. Nothing is asked of the desk but by keys.
    """

    def __init__(
        self, folder: Path, hub: str, phones: tuple[str, ...] = ("simulated:",), handoff: HandoffServer | None = None
    ) -> None:
        """Opens it on a data folder. `handoff` as `claim` gave it, for calls by `cuecard pop`."""
        make_application()
        self.session = Session(folder, hub, demo=False, phones=phones, handoff=handoff)
        self.window = self.session.window
        self.window.show()
        self.window.activateWindow()
        self.session.open()
        self.until("the window has opened", self._opened)

    def close(self) -> None:
        """Ends the program in order."""
        self.session.close()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()

    # -- eyes

    @property
    def view(self) -> DeskView:
        """What the window shows."""
        return self.session.stage.view

    @property
    def step(self) -> str:
        """The step that is open, "" for none."""
        return self.view.script.step if self.view.script is not None else ""

    @property
    def recorded(self) -> bool:
        """Whether the window says that everything is recorded, and so it is."""
        program = self.session.program
        return program is not None and program.desk.settled and self.view.recorded.saving is Saving.RECORDED

    def local_events(self) -> list[Event]:
        """What the local store holds of this person, in order."""
        shift = self.session.program.gate.shift if self.session.program is not None else None
        assert shift is not None, "nobody is signed in"
        return shift.recorder.recorded_since(datetime.now(UTC) - timedelta(days=1), shift.session.person.id)

    def until(self, what: str, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Lets the window work until the condition holds; raises TooLate."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TooLate(f"waited {seconds:.0f} s until {what}; {self._standing()}")
            QTest.qWait(2)

    def until_phase(self, phase: Phase) -> None:
        """Waits for it."""
        self.until(f"the window is {phase.value}", lambda: self.view.phase is phase)

    def until_step(self, step: str) -> None:
        """Waits until that step is open and everything so far is recorded."""
        self.until(f"the step {step} is open", lambda: self.step == step and self.recorded)

    def until_recorded(self) -> None:
        """Waits until the window says that it is."""
        self.until("all is recorded", lambda: self.recorded)

    def until_sent(self) -> None:
        """Waits until nothing is unsent, in the store and by what the window says."""
        self.until("all is sent", lambda: self.recorded and self._backlog() == 0 and self.view.sync.unsent == 0)

    # -- hands

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """One key, where the keyboard is."""
        QTest.keyClick(self._keyboard_is_at(), key, modifiers)
        QCoreApplication.processEvents()

    def digit(self, digit: str) -> None:
        """An answer's digit, with Alt, so that it works from inside a text field too."""
        self.press(Qt.Key(ord(digit)), _ALT)

    def write(self, text: str) -> None:
        """Types where the keyboard is."""
        QTest.keyClicks(self._keyboard_is_at(), text)
        QCoreApplication.processEvents()

    def enter_sign_in(self, user: str, password: str) -> None:
        """Fills in the sign-in form and sends it."""
        self.until("the form is ready", lambda: self.view.phase is Phase.SIGNED_OUT and not self.view.busy)
        self.write(user)
        self.press(Qt.Key.Key_Return)
        self.write(password)
        self.press(Qt.Key.Key_Return)

    def sign_in(self, user: str, password: str) -> None:
        """Fills in the sign-in form; returns when somebody is at the desk."""
        self.enter_sign_in(user, password)
        self.until("somebody is signed in", lambda: self.view.phase is not Phase.SIGNED_OUT)

    def start_shift(self, user: str, password: str) -> None:
        """Signs in and waits for the accounts and the phone."""
        self.sign_in(user, password)
        self.until("the accounts have come", self._has_accounts)
        self.until("the phone is connected", lambda: all(phone.connected for phone in self.view.phones))
        self.until("there is a phone", lambda: bool(self.view.phones))

    def verify(self, pin: str) -> None:
        """The caller says the PIN."""
        # While it rings the first step is shown already, but nothing can be typed into it.
        self.until_phase(Phase.ON_CALL)
        self.until("the identity box is open", lambda: bool(self.view.script and self.view.script.verify))
        self.write(pin)
        self.press(Qt.Key.Key_Return)
        self.until("the caller is verified", lambda: bool(self.view.card and self.view.card.verified))

    def write_note(self, text: str) -> None:
        """Into the notes, types, and out again."""
        self.press(Qt.Key.Key_F4)
        self.write(text)
        self.press(Qt.Key.Key_F4)
        self.until("the note has arrived", lambda: self.view.notes.text == text and self.recorded)

    def wrap_up(self) -> None:
        """Confirms wrap-up as it is prefilled, from outside of any field."""
        self.until_phase(Phase.WRAP_UP)
        self.press(Qt.Key.Key_Escape)
        self.press(Qt.Key.Key_Return)

    @property
    def simulated_phone(self) -> SimulatedPhone:
        """The simulated phone."""
        phone = self.session.program.simulated() if self.session.program is not None else None
        assert phone is not None, "there is no simulated phone"
        return phone

    def _backlog(self) -> int:
        # What the window says of it follows a moment later, so it alone may be of before the last event.
        return self._store().backlog().unsent

    def _has_accounts(self) -> bool:
        return self._store().by_id(ONE_OF_ALL) is not None

    def _store(self) -> LocalStore:
        shift = self.session.program.gate.shift if self.session.program is not None else None
        assert shift is not None and isinstance(shift.recorder, LocalStore), "nobody is signed in"
        return shift.recorder

    def _opened(self) -> bool:
        if self.session.program is None and self.view.sign_in_problem:
            raise TooLate(f"the program did not start: {self.view.sign_in_problem}")
        return self.session.program is not None and not self.view.busy

    def _keyboard_is_at(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def _standing(self) -> str:
        view = self.view
        where = f"phase {view.phase.value}, step {self.step!r}, busy {view.busy!r}, recorded {view.recorded.saving}"
        said = [message.text for message in view.messages] + [view.sign_in_problem, view.sync.problem]
        return f"{where}, unsent {view.sync.unsent}, said {[text for text in said if text]}"

    def __enter__(self) -> AgentWindow:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event in the hub's database."""

    source: str
    sequence: int
    id: str
    type: str
    subject: str
    session: str
    data: dict[str, Any]


class HubProcess:
    """The hub with made-up customers, in a process of its own, always at the same address: it can be down for a while.

    Attributes: `folder` with its database, `url`.
    """

    def __init__(self, folder: Path, accounts: int = 30) -> None:
        """Starts it and returns when it answers."""
        self.folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self._accounts = accounts
        self._port = _port_for_long()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it, on the database that it had before."""
        arguments = [*hub_command(), "--db", f"sqlite:///{self.folder / DATABASE}", "--port", str(self._port)]
        arguments += ["--demo", "--accounts", str(self._accounts), "--with-parent", str(os.getpid())]
        with (self.folder / LOG_FILE).open("ab") as log:
            self._process = subprocess.Popen(
                arguments, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while instance_at(self.url) is None:
            said = (self.folder / LOG_FILE).read_text(encoding="utf-8", errors="replace")[-800:]
            if self._process.poll() is not None:
                raise TooLate(f"the hub ended at once: {said}")
            if time.monotonic() > deadline:
                raise TooLate(f"the hub did not answer: {said}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends it in order; what it has answered for is in its database."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
            self._process = None

    @property
    def sign_ins(self) -> DemoSignIns:
        """Who can sign in, with the passwords."""
        found = read_sign_ins(self.folder / SIGN_INS_FILE)
        assert found is not None, "the hub has kept no sign-ins"
        return found

    def events(self) -> list[Arrived]:
        """Everything in the event table, by device and sequence; read beside the hub, which knows nothing of it."""
        database = sqlite3.connect(f"file:{self.folder / DATABASE}?mode=ro", uri=True, timeout=20)
        try:
            rows = database.execute(
                "SELECT source, sequence, id, type, subject, session, body FROM event ORDER BY source, sequence"
            ).fetchall()
        finally:
            database.close()
        return [
            Arrived(source, sequence, identity, kind, subject, session, json.loads(body)["data"])
            for source, sequence, identity, kind, subject, session, body in rows
        ]

    def refusals(self) -> int:
        """How many things the hub refused, by its audit trail."""
        database = sqlite3.connect(f"file:{self.folder / DATABASE}?mode=ro", uri=True, timeout=20)
        try:
            return int(database.execute("SELECT count(*) FROM audit").fetchone()[0])
        finally:
            database.close()

    def report(self) -> TeamReport:
        """Today's figures as Sam, who leads Ana's team, gets them over HTTP."""
        lead = self.sign_ins.lead
        now = datetime.now(UTC)
        who = {"user": lead.user, "password": lead.password, "device_id": "lead-desk", "device_name": "Lead's desk"}
        with httpx.Client(base_url=self.url, timeout=20, trust_env=False) as client:
            signed_in = client.post("/v1/sessions", json=who)
            assert signed_in.status_code == 201, signed_in.text
            answer = client.get(
                "/v1/reports/agents",
                params={"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()},
                headers={"Authorization": f"Bearer {signed_in.json()['token']}"},
            )
            assert answer.status_code == 200, answer.text
            return from_plain(answer.json())

    def __enter__(self) -> HubProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def short(kind: str) -> str:
    """An event type without what all of them share."""
    return kind.removeprefix("cuecard.").removesuffix(".v1")


def once_each_without_gaps(events: list[Arrived]) -> bool:
    """Whether each device's events are there once each, numbered from 1."""
    by_source: dict[str, list[int]] = {}
    for event in events:
        by_source.setdefault(event.source, []).append(event.sequence)
    numbered = all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_source.values())
    return numbered and len({event.id for event in events}) == len(events)


def python() -> str:
    """This interpreter."""
    return sys.executable


def _port_for_long() -> int:
    """A free port below those that systems hand out, so that nobody gets it while the hub is down."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
