"""A call that another agent transfers, at the real window of the one who has it next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.bootstrap import shipped_library
from app.desk import intents
from app.desk.view import DigitsTo, Phase
from app.domain.call import CallState
from app.domain.event import EventType
from tests.e2e.driver import AgentWindow, HubProcess
from tests.fakes.two_desks import HubDesk
from ui.agent.handed import HandedBox

ADA = "+442079460123"
_ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def ana(hub: HubProcess, tmp_path: Path) -> Iterator[HubDesk]:
    desk = HubDesk(hub, tmp_path / "ana", "ana", shipped_library())
    yield desk
    desk.stop()


@pytest.fixture
def bo(hub: HubProcess, desk_folder: Path) -> Iterator[AgentWindow]:
    with AgentWindow(desk_folder, hub.url) as window:
        window.start_shift("bo", hub.sign_ins.of("bo").password)
        yield window


def handed_box(window: AgentWindow) -> HandedBox:
    (box,) = (each for each in window.window.findChildren(QWidget) if isinstance(each, HandedBox))
    return box


def test_the_next_agent_sees_who_had_the_call_and_goes_on_there_by_one_key(
    hub: HubProcess, ana: HubDesk, bo: AgentWindow
) -> None:
    ana.tell("leg-a", CallState.RINGING, ADA, linked="10.1", queue="retention")
    ana.tell("leg-a", CallState.ANSWERED, ADA, linked="10.1")
    ana.say(intents.CheckFactor("pin", "4711"), intents.WriteNote("Wants a smaller plan"))
    ana.keys("1")
    step = ana.step[1]
    ana.say(intents.Transfer("1002"))

    bo.simulated_phone.ring(ADA, queue="retention", linked_id="10.1")
    bo.until("it is said who had the call", lambda: bo.view.handed is not None and bo.view.choosing is not None)
    assert bo.view.digits_to is DigitsTo.LIST
    bo.until("the box is shown", lambda: handed_box(bo).isVisible())
    assert handed_box(bo).title.text().startswith("Transferred by Ana R.")
    bo.digit("1")
    bo.press(Qt.Key.Key_F10)
    bo.until_phase(Phase.ON_CALL)
    bo.until_step(step)
    assert bo.view.card is not None and bo.view.card.verified.startswith("Verified by PIN")
    assert bo.view.handed is not None and not bo.view.handed.may_open
    bo.until_sent()
    came = [event for event in bo.local_events() if event.type is EventType.CALL_TRANSFERRED]
    assert [(event.data["went"], event.subject) for event in came] == [("on", "10.1")]


def test_notes_that_come_late_are_opened_by_a_key_and_move_nothing_before(ana: HubDesk, bo: AgentWindow) -> None:
    ana.tell("leg-a", CallState.RINGING, ADA, linked="10.1", queue="retention")
    ana.tell("leg-a", CallState.ANSWERED, ADA, linked="10.1")
    ana.say(intents.CheckFactor("pin", "4711"))
    ana.keys("1")
    bo.simulated_phone.ring(ADA, queue="retention", linked_id="10.1")
    bo.until_phase(Phase.RINGING)
    bo.press(Qt.Key.Key_F10)
    bo.until_phase(Phase.ON_CALL)
    bo.until_recorded()
    before = bo.step
    ana.say(intents.Transfer("1002"))

    bo.until("the notes have come by themselves", lambda: bo.view.handed is not None)
    assert bo.step == before and bo.view.choosing is None
    bo.press(Qt.Key.Key_T, _ALT)
    bo.until("the list is open", lambda: bo.view.choosing is not None)
    bo.digit("1")
    bo.until_step(ana.step[1])
