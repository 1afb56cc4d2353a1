"""The hub goes away in the middle of a call and comes back: the call goes on, and all of it arrives once, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.desk.view import Match, Phase
from tests.e2e.driver import AgentWindow, HubProcess, once_each_without_gaps, short

ADA = "+442079460123"
_ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def agent(hub: HubProcess, desk_folder: Path) -> Iterator[AgentWindow]:
    with AgentWindow(desk_folder, hub.url) as window:
        window.start_shift("ana", hub.sign_ins.of("ana").password)
        yield window


def test_a_call_goes_on_without_the_hub_and_arrives_when_it_is_back(agent: AgentWindow, hub: HubProcess) -> None:
    ring(agent)
    agent.press(Qt.Key.Key_F10)
    agent.until_step("identify")
    hub.stop()

    agent.press(Qt.Key.Key_F2)
    agent.until("it is known that the hub is away", lambda: not agent.view.sync.online)
    agent.press(Qt.Key.Key_V, _ALT)
    agent.until("the caller is verified", lambda: bool(agent.view.card and agent.view.card.verified))
    sell_the_smaller_plan(agent)
    assert order_results(agent) == ["queued"]
    agent.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_recorded()
    recorded = agent.local_events()
    agent.until("all of it is counted as unsent", lambda: agent.view.sync.unsent == len(recorded) - arrived_before(hub))
    unsent = agent.view.sync.unsent
    assert unsent > 20
    agent.until("the window says how many", lambda: any(f"{unsent} " in text for text in shown(agent)))
    assert (agent.view.today.calls, agent.view.today.accepted) == (1, 1)

    hub.start()
    agent.until("the order is placed", lambda: "order.placed" in [event.type.value for event in agent.local_events()])
    agent.until_sent()

    arrived = hub.events()
    assert [event.id for event in arrived] == [event.id for event in agent.local_events()]
    assert once_each_without_gaps(arrived)
    assert hub.refusals() == 0
    verified = next(event.data for event in arrived if short(event.type) == "caller.verified")
    assert (verified["how"], verified["method"], verified["offline"]) == ("attested", "pin", True)
    assert [short(event.type) for event in arrived].count("order.placed") == 1
    total = hub.report().total
    assert (total.calls, total.extended, total.accepted) == (1, 1, 1)


def test_a_caller_is_found_on_this_device_while_the_hub_is_away(agent: AgentWindow, hub: HubProcess) -> None:
    hub.stop()

    ring(agent)

    card = agent.view.card
    assert card is not None
    assert card.title == "A•• L•••••••"
    assert "not refreshed" in card.as_of


def ring(agent: AgentWindow) -> None:
    agent.simulated_phone.ring(ADA, "", "retention", {"menu": "cancel"})
    agent.until("the account pops", lambda: bool(agent.view.card and agent.view.card.match is Match.ONE))


def sell_the_smaller_plan(agent: AgentWindow) -> None:
    agent.digit("1")
    agent.until_step("why")
    agent.digit("1")
    agent.until_step("listen")
    agent.write("25")
    agent.press(Qt.Key.Key_Return)
    agent.until_step("smaller_plan")
    agent.press(Qt.Key.Key_F5)
    agent.press(Qt.Key.Key_F6)
    agent.until_step("plan_terms")
    agent.press(Qt.Key.Key_Return)
    agent.digit("1")
    agent.until_step("ordered")
    agent.until("the order waits", lambda: bool(order_results(agent)))


def order_results(agent: AgentWindow) -> list[str]:
    requests = agent.view.script.requests if agent.view.script is not None else ()
    return [request.result for request in requests if request.result]


def arrived_before(hub: HubProcess) -> int:
    return len(hub.events())


def shown(agent: AgentWindow) -> list[str]:
    return [label.text() for label in agent.window.findChildren(QLabel) if label.isVisible()]
