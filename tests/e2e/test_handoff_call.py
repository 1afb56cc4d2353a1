"""A call by `cuecard pop`: a second process hands it to the window and is gone; the agent answers and ends by key."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from app.desk.view import Match, Phase
from app.telephony.handoff import endpoint
from app.telephony.handoff_server import claim
from tests.e2e.driver import PATIENCE_SECONDS, ROOT, AgentWindow, HubProcess, once_each_without_gaps, short

ADA, SHARED = "+44 20 7946 0123", "020 7946 0200"


@pytest.fixture
def agent(hub: HubProcess, desk_folder: Path) -> Iterator[AgentWindow]:
    server = claim(endpoint(desk_folder))
    assert server is not None
    with AgentWindow(desk_folder, hub.url, phones=(), handoff=server) as window:
        window.start_shift("ana", hub.sign_ins.of("ana").password)
        yield window


class Softphone:
    """Starts `cuecard pop` as softphones do. Attributes: `seconds`, how long the last one took."""

    def __init__(self, folder: Path) -> None:
        self._environment = {**os.environ, "CUECARD_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        self.seconds = 0.0

    def pop(self, *arguments: str) -> None:
        """Returns when the process has ended; the window's own thread is not needed for it."""
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "pop", *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        # The window answers in a thread of its own, so its loop need not turn for this.
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        self.seconds = time.monotonic() - began
        assert process.returncode == 0, output.decode()


@pytest.fixture
def softphone(desk_folder: Path) -> Softphone:
    return Softphone(desk_folder)


def test_a_call_by_handoff_is_answered_and_ended_by_key_and_says_so(
    agent: AgentWindow, softphone: Softphone, hub: HubProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    softphone.pop("--from", ADA, "--name", "Ada Lovelace", "--call-id", "call-1")
    with capsys.disabled():
        print(f"\ncuecard pop took {softphone.seconds * 1000:.0f} ms")  # noqa: T201 - the figure is of interest
    assert softphone.seconds < 1.0
    agent.until("the account pops", lambda: matches(agent, Match.ONE))
    assert agent.view.phase is Phase.RINGING
    assert agent.view.call is not None
    assert agent.view.call.times_by_agent

    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)
    agent.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    agent.until_phase(Phase.WRAP_UP)
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_sent()

    arrived = hub.events()
    said = {short(event.type): event.data for event in arrived}
    assert said["call.offered"]["source"] == "handoff"
    assert said["call.answered"]["by"] == "agent"
    assert said["call.ended"]["by"] == "agent"
    assert said["call.wrapped"]["times_by_agent"] is True
    assert once_each_without_gaps(arrived)
    assert hub.report().total.calls == 1


def test_the_same_call_id_again_changes_nothing(agent: AgentWindow, softphone: Softphone, hub: HubProcess) -> None:
    softphone.pop("--from", ADA, "--call-id", "call-1")
    agent.until("the account pops", lambda: matches(agent, Match.ONE))
    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)
    agent.until("the card is as fresh as the CRM", lambda: bool(agent.view.card and not agent.view.card.as_of))
    agent.until_recorded()
    before = agent.view

    softphone.pop("--from", ADA, "--call-id", "call-1")
    softphone.pop("--from", SHARED, "--call-id", "call-2")
    agent.until("the other call waits", lambda: bool(agent.view.call and agent.view.call.waiting))

    # The second pop came before the third, which is here: so it has been seen, and changed nothing.
    assert agent.view.script == before.script
    assert agent.view.card == before.card
    assert agent.view.call is not None and len(agent.view.call.waiting) == 1
    agent.until_recorded()
    assert [event.type.value for event in agent.local_events()].count("call.offered") == 2


def test_a_pop_while_the_agent_types_leaves_keyboard_text_and_cursor_where_they_are(
    agent: AgentWindow, softphone: Softphone
) -> None:
    softphone.pop("--from", ADA, "--call-id", "call-1")
    agent.until("the account pops", lambda: matches(agent, Match.ONE))
    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)
    agent.press(Qt.Key.Key_F4)
    agent.write("She moves in Mach")
    for _ in range(4):
        agent.press(Qt.Key.Key_Left)
    notes = QApplication.focusWidget()
    assert isinstance(notes, QPlainTextEdit)
    cursor = notes.textCursor().position()

    softphone.pop("--from", SHARED, "--call-id", "call-2")
    agent.until("the second call waits visibly", lambda: waiting(agent) == ("020 7946 0200",))

    assert QApplication.focusWidget() is notes
    assert (notes.toPlainText(), notes.textCursor().position()) == ("She moves in Mach", cursor)
    QTest.keyClicks(notes, "early ")
    agent.until("the note is kept", lambda: agent.view.notes.text == "She moves in early Mach")
    assert agent.view.phase is Phase.ON_CALL


def test_a_call_that_came_during_another_comes_up_after_its_wrap_up(
    agent: AgentWindow, softphone: Softphone, hub: HubProcess
) -> None:
    softphone.pop("--from", ADA, "--call-id", "call-1")
    agent.until("the account pops", lambda: matches(agent, Match.ONE))
    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)
    softphone.pop("--from", SHARED, "--call-id", "call-2")
    agent.until("the second call waits visibly", lambda: waiting(agent) == ("020 7946 0200",))
    agent.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    agent.wrap_up()

    agent.until("the second call is on the desk", lambda: matches(agent, Match.SEVERAL))
    assert agent.view.phase is Phase.RINGING
    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)
    agent.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_sent()

    arrived = hub.events()
    assert [event.data["waiting"] for event in arrived if short(event.type) == "call.offered"] == [False, True]
    assert len({event.subject for event in arrived if short(event.type) == "call.wrapped"}) == 2
    assert hub.report().total.calls == 2


def matches(agent: AgentWindow, match: Match) -> bool:
    return agent.view.card is not None and agent.view.card.match is match


def waiting(agent: AgentWindow) -> tuple[str, ...]:
    return agent.view.call.waiting if agent.view.call is not None else ()
